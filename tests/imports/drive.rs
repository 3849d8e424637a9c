use serde_json::{Value, json};

use super::{is_over, stockouts};
use crate::support::drive::FakeDrive;
use crate::support::shapes::{column, has_at_least_keys};
use crate::support::{Actor, TestApp};

async fn imports(manager: &Actor, file: &str) -> Value {
    let body = json!({ "file_id": file, "job_type": "vendor_stockout" });
    let ordered = manager.post("/api/import/drive/import", body).await.data();
    has_at_least_keys(&ordered, &["job_id", "status"]);
    ordered
}

#[tokio::test]
async fn files_of_the_drive_are_listed_page_by_page_with_one_token() {
    let drive = FakeDrive::start().await;
    let app = TestApp::with(drive.is_used()).await;
    let reader = app.reader().await;
    for number in 0..5 {
        drive.holds(&format!("f{number}"), "缺貨.xlsx", stockouts());
    }
    let listed = reader.get("/api/import/drive/files").await;
    let files = listed.data();
    assert_eq!(column(&files, "id"), ["f4", "f3", "f2", "f1", "f0"]);
    assert_eq!(
        (&files[0]["name"], &files[0]["modified_time"]),
        (&json!("缺貨.xlsx"), &json!("2026-01-29 14:04"))
    );
    assert!(files[0]["size"].is_i64() && files[0]["md5"].is_string());
    reader.get("/api/import/drive/files").await.data();
    assert_eq!((drive.asked("/token"), drive.asked("/drive/v3/files")), (1, 6));
    app.finish().await;
}

#[tokio::test]
async fn a_file_of_the_drive_is_imported_once_a_version() {
    let drive = FakeDrive::start().await;
    let app = TestApp::with(drive.is_used()).await;
    let manager = app.manager().await;
    drive.holds("f1", "缺貨.xlsx", stockouts());
    let first = imports(&manager, "f1").await;
    let job = is_over(&manager, &first).await;
    assert_eq!(
        (&job["status"], &job["imported"], &job["file_name"]),
        (&json!("partial"), &json!(2), &json!("缺貨.xlsx"))
    );
    // and: the same version is not even fetched again
    let again = is_over(&manager, &imports(&manager, "f1").await).await;
    assert_eq!((&again["status"], &again["duplicate_of"]), (&json!("completed"), &first["job_id"]));
    assert_eq!(drive.asked("/drive/v3/files/f1?alt=media"), 1);
    // and: nor are the same bytes under another id taken twice
    drive.holds("f2", "copy.xlsx", stockouts());
    let copy = is_over(&manager, &imports(&manager, "f2").await).await;
    assert_eq!(copy["duplicate_of"], first["job_id"]);
    assert_eq!(manager.get("/api/vendor/stockout").await.data().as_array().unwrap().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn a_google_sheet_is_exported_and_a_missing_file_fails() {
    let drive = FakeDrive::start().await;
    let app = TestApp::with(drive.is_used()).await;
    let manager = app.manager().await;
    drive.holds_sheet("g1", "缺貨", stockouts());
    assert_eq!(is_over(&manager, &imports(&manager, "g1").await).await["imported"], 2);
    let missing = is_over(&manager, &imports(&manager, "nothing").await).await;
    assert_eq!((&missing["status"], &missing["errors"][0]["code"]), (&json!("failed"), &json!("not_found")));
    app.finish().await;
}

#[tokio::test]
async fn without_credentials_the_answer_says_so() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let head = app.head().await;
    assert!(
        manager.get("/api/import/drive/files").await.fails_with(500).contains("TIDEMARK_GOOGLE_CREDENTIALS")
    );
    let body = json!({ "file_id": "f", "job_type": "vendors" });
    assert!(
        manager
            .post("/api/import/drive/import", &body)
            .await
            .fails_with(500)
            .contains("TIDEMARK_GOOGLE_CREDENTIALS")
    );
    for bad in [json!({}), json!({ "file_id": "f", "job_type": "x" }), json!({ "job_type": "vendors" })] {
        manager.post("/api/import/drive/import", bad).await.fails_with(400);
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_drive_that_is_busy_is_asked_again() {
    let drive = FakeDrive::start().await;
    let app = TestApp::with(drive.is_used()).await;
    let manager = app.manager().await;
    drive.holds("f1", "缺貨.xlsx", stockouts());
    drive.fails(&[503, 403]);
    let ordered = imports(&manager, "f1").await;
    let path = super::at(&ordered);
    let is_over = || async {
        app.app.jobs.hurry().await.unwrap();
        let job = manager.get(&path).await.data();
        (job["progress"] == 100).then_some(job)
    };
    let job = crate::support::eventually("the import is over", is_over).await;
    assert_eq!((&job["status"], &job["imported"]), (&json!("partial"), &json!(2)));
    app.finish().await;
}
