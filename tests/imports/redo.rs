//! What undoing an import took is put back.

use serde_json::{Value, json};

use super::{at, is_over, orders, stockouts};
use crate::support::sheets::workbook;
use crate::support::{Actor, TestApp};

const STOCKOUTS: [(&str, &str); 1] = [("job_type", "vendor_stockout")];

async fn redoes(manager: &Actor, job: &Value) -> crate::support::Response {
    manager.post(&format!("{}/redo", at(job)), json!({})).await
}

async fn rows(manager: &Actor) -> usize {
    manager.get("/api/vendor/stockout").await.data().as_array().expect("an array").len()
}

#[tokio::test]
async fn an_undone_batch_of_stockouts_is_there_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let job = is_over(&manager, &orders(&manager, "a.xlsx", stockouts(), &STOCKOUTS).await).await;
    assert!(redoes(&manager, &job).await.fails_with(400).contains("undone"));
    assert_eq!(manager.delete(&at(&job)).await.data()["reversed"], 2);
    assert_eq!(rows(&manager).await, 0);
    let redone = redoes(&manager, &job).await.data();
    let expected = json!({ "job_id": job["job_id"], "status": "partial", "restored": 2, "kept": [] });
    assert_eq!((&redone, rows(&manager).await), (&expected, 2));
    let shown = manager.get(&at(&job)).await.data();
    assert_eq!((&shown["status"], &shown["reversed"]), (&json!("partial"), &job["reversed"]));
    // and: the same file is that import again
    assert_eq!(orders(&manager, "a.xlsx", stockouts(), &STOCKOUTS).await["job_id"], job["job_id"]);
    app.finish().await;
}

#[tokio::test]
async fn what_was_imported_again_or_is_gone_is_not_redone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let job = is_over(&manager, &orders(&manager, "a.xlsx", stockouts(), &STOCKOUTS).await).await;
    manager.delete(&at(&job)).await.data();
    let again = is_over(&manager, &orders(&manager, "a.xlsx", stockouts(), &STOCKOUTS).await).await;
    assert_ne!(again["job_id"], job["job_id"]);
    let error = redoes(&manager, &job).await.fails_with(400);
    assert!(error.contains(again["job_id"].as_str().expect("an id")), "{error}");
    assert_eq!(rows(&manager).await, 2);
    let vendors = workbook(&[&["廠商代碼", "廠商名稱"], &["V1", "Tea"]]);
    let job = orders(&manager, "v.xlsx", vendors, &[("job_type", "vendors")]).await;
    let job = is_over(&manager, &job).await;
    manager.delete(&at(&job)).await.data();
    assert!(redoes(&manager, &job).await.fails_with(400).contains("send its file again"));
    manager
        .post("/api/import/jobs/00000000-0000-0000-0000-000000000000/redo", json!({}))
        .await
        .fails_with(404);
    app.finish().await;
}
