//! Imports: sheets as jobs, from uploads and from a drive (contract §3).

mod drive;
mod redo;
mod refusals;
mod sales;
mod vendors;

use calamine::Reader;
use serde_json::{Value, json};

use crate::support::shapes::{column, has_at_least_keys, has_keys};
use crate::support::sheets::workbook;
use crate::support::{Actor, TestApp, eventually};

const FILES: &str = "/api/import/files";

pub(crate) fn stockouts() -> Vec<u8> {
    workbook(&[
        &["廠商代碼", "商品編號", "缺貨數量"],
        &["V001", "P-1", "3"],
        &["V001", "P-2", "x"],
        &["V002", "P-3", "4"],
    ])
}

/// Orders an import; the job.
async fn orders(manager: &Actor, name: &str, bytes: Vec<u8>, fields: &[(&str, &str)]) -> Value {
    manager.uploads(FILES, name, bytes, fields).await.data()
}

fn at(job: &Value) -> String {
    format!("/api/import/jobs/{}", job["job_id"].as_str().unwrap())
}

/// The job once nothing goes on any more.
async fn is_over(actor: &Actor, job: &Value) -> Value {
    let path = at(job);
    let look = || async {
        let shown = actor.get(&path).await.data();
        let status = shown["status"].as_str().unwrap().to_owned();
        ["completed", "partial", "failed", "undone"].contains(&status.as_str()).then_some(shown)
    };
    eventually("the import is over", look).await
}

#[tokio::test]
async fn an_upload_becomes_a_job_that_says_how_far_it_is() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let ordered = orders(&manager, "缺貨.xlsx", stockouts(), &[("job_type", "vendor_stockout")]).await;
    has_at_least_keys(&ordered, &["job_id", "status"]);
    assert_eq!(ordered["status"], "queued");
    let job = is_over(&reader, &ordered).await;
    has_at_least_keys(
        &job,
        &["job_id", "job_type", "status", "progress", "total", "imported", "failed", "errors", "file_name"],
    );
    assert_eq!((&job["status"], &job["progress"]), (&json!("partial"), &json!(100)));
    assert_eq!((&job["total"], &job["imported"], &job["failed"]), (&json!(3), &json!(2), &json!(1)));
    has_keys(&job["errors"][0], &["row", "column", "code", "message", "value"]);
    assert_eq!((&job["errors"][0]["row"], &job["errors"][0]["value"]), (&json!(3), &json!("x")));
    let rows = reader.get("/api/vendor/stockout").await.data();
    assert_eq!(column(&rows, "product_code"), ["P-1", "P-3"]);
    // and: its progress is on the log for those who watch
    let history =
        manager.get(&format!("/api/audit/imports/{}", job["job_id"].as_str().unwrap())).await.data();
    assert_eq!(
        column(&history["events"], "type"),
        ["ImportRequested", "ImportBegun", "ImportChunkStored", "ImportFinished"]
    );
    let listed = reader.get("/api/import/jobs?status=partial").await;
    assert_eq!((listed.data()[0].clone(), listed.header("x-total-count")), (job, Some("1")));
    reader.get("/api/import/jobs/7").await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn the_same_bytes_are_the_same_job_until_it_is_undone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = [("job_type", "vendor_stockout")];
    let first = orders(&manager, "a.xlsx", stockouts(), &fields).await;
    is_over(&manager, &first).await;
    let again = orders(&manager, "b.xlsx", stockouts(), &fields).await;
    assert_eq!(
        (&again["job_id"], &again["status"], &again["duplicate"]),
        (&first["job_id"], &json!("partial"), &json!(true))
    );
    let undone = manager.delete(&at(&first)).await.data();
    assert_eq!((&undone["reversed"], &undone["kept"]), (&json!(2), &json!([])));
    assert_eq!(manager.get("/api/vendor/stockout").await.data(), json!([]));
    assert_eq!(manager.get(&at(&first)).await.data()["status"], "undone");
    manager.delete(&at(&first)).await.fails_with(404);
    let redone = orders(&manager, "a.xlsx", stockouts(), &fields).await;
    assert_ne!(redone["job_id"], first["job_id"]);
    assert_eq!(is_over(&manager, &redone).await["imported"], 2);
    app.finish().await;
}

#[tokio::test]
async fn a_file_that_cannot_be_read_fails_with_the_reason() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = [("job_type", "vendor_stockout")];
    let missing = workbook(&[&["廠商代碼", "數量"], &["V1", "3"]]);
    let job = is_over(&manager, &orders(&manager, "a.xlsx", missing.clone(), &fields).await).await;
    assert_eq!(
        (&job["status"], &job["errors"][0]["column"], &job["errors"][0]["code"]),
        (&json!("failed"), &json!("product_code"), &json!("missing_column"))
    );
    let broken = is_over(&manager, &orders(&manager, "a.xlsx", b"PK\x03\x04x".to_vec(), &fields).await).await;
    assert_eq!((&broken["status"], &broken["errors"][0]["code"]), (&json!("failed"), &json!("corrupt")));
    // and: what failed may be tried again
    let again = orders(&manager, "a.xlsx", missing, &fields).await;
    assert_ne!(again["job_id"], job["job_id"]);
    is_over(&manager, &again).await;
    for (fields, named) in [
        (vec![], "job_type"),
        (vec![("job_type", "recipes")], "job_type"),
        (vec![("job_type", "vendors"), ("policy", "x")], "policy"),
    ] {
        let refused = manager.uploads(FILES, "a.xlsx", stockouts(), &fields).await;
        assert!(refused.fails_with(400).contains(named));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_strict_policy_and_a_dry_run_store_nothing() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let dry = [("job_type", "vendor_stockout"), ("dry_run", "1")];
    let job = is_over(&manager, &orders(&manager, "a.xlsx", stockouts(), &dry).await).await;
    assert_eq!((&job["status"], &job["imported"], &job["failed"]), (&json!("partial"), &json!(2), &json!(1)));
    let strict = [("job_type", "vendor_stockout"), ("policy", "reject_everything")];
    let job = is_over(&manager, &orders(&manager, "a.xlsx", stockouts(), &strict).await).await;
    assert_eq!((&job["status"], &job["imported"]), (&json!("failed"), &json!(0)));
    assert_eq!(job["errors"][0]["column"], "qty");
    assert_eq!(manager.get("/api/vendor/stockout").await.data(), json!([]));
    app.finish().await;
}

#[tokio::test]
async fn a_thousand_bad_rows_are_all_in_the_error_sheet() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let mut text = String::from("廠商代碼,商品編號,缺貨數量\n");
    for row in 0..1_000 {
        text.push_str(&format!("V1,P-{row},{}\n", if row == 500 { "1" } else { "=many" }));
    }
    let ordered = orders(&manager, "a.csv", text.into_bytes(), &[("job_type", "vendor_stockout")]).await;
    let job = is_over(&manager, &ordered).await;
    assert_eq!((&job["failed"], job["errors"].as_array().unwrap().len()), (&json!(999), 100));
    let sheet = manager.get(&format!("{}/errors.xlsx", at(&ordered))).await;
    assert_eq!(sheet.status, 200);
    assert!(sheet.header("content-disposition").unwrap().contains("attachment"));
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(sheet.body)).unwrap();
    let range = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
    assert_eq!(range.height(), 1_000);
    assert_eq!(range.get_value((1, 4)).unwrap().to_string(), "=many");
    let text = manager.get(&format!("{}/errors.csv", at(&ordered))).await;
    assert!(text.body.starts_with("\u{feff}".as_bytes()));
    manager.get("/api/import/jobs/00000000-0000-0000-0000-000000000000/errors.csv").await.fails_with(404);
    app.finish().await;
}
