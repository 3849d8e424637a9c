use serde_json::json;

use super::{LIST, ids, imports, listed, morning};
use crate::support::TestApp;
use crate::support::shapes::{column, has_keys};
use crate::vendors::vendor;

fn batch(id: &serde_json::Value) -> String {
    format!("/api/vendor/stockout/batches/{}", id.as_str().unwrap())
}

#[tokio::test]
async fn yesterdays_file_is_undone_and_done_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = imports(&manager, morning()).await;
    let undone = manager.delete(&batch(&made["batch_id"])).await.data();
    assert_eq!(undone, json!({ "reversed": 3, "kept": [] }));
    assert_eq!(listed(&manager, "").await, json!([]));
    manager.delete(&batch(&made["batch_id"])).await.fails_with(404);
    let again = imports(&manager, morning()).await;
    assert_eq!((&again["imported"], &again["duplicate"]), (&json!(3), &json!(false)));
    assert_eq!(listed(&manager, "").await.as_array().unwrap().len(), 3);
    for nothing in ["00000000-0000-0000-0000-000000000000", "7"] {
        manager.delete(&format!("/api/vendor/stockout/batches/{nothing}")).await.fails_with(404);
    }
    app.finish().await;
}

#[tokio::test]
async fn rows_that_are_with_a_vendor_are_kept_and_the_rest_comes_back_with_the_file() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    vendor(&manager, "V001", json!(["a@example.com"])).await;
    let made = imports(&manager, morning()).await;
    let first = ids(&listed(&manager, "?vendor_code=V001").await);
    manager.post(&format!("{LIST}/send"), json!({ "stockout_ids": [first[0]] })).await.data();
    let undone = manager.delete(&batch(&made["batch_id"])).await.data();
    has_keys(&undone, &["reversed", "kept"]);
    assert_eq!((&undone["reversed"], &undone["kept"][0]["id"]), (&json!(2), &json!(first[0])));
    assert!(undone["kept"][0]["why"].is_string());
    assert_eq!(ids(&listed(&manager, "").await), [first[0]]);
    let again = imports(&manager, morning()).await;
    assert_eq!(
        (&again["batch_id"], &again["imported"], &again["duplicate"]),
        (&made["batch_id"], &json!(2), &json!(false))
    );
    assert_eq!(column(&listed(&manager, "").await, "status"), ["queued", "pending", "pending"]);
    app.finish().await;
}

#[tokio::test]
async fn a_row_is_resolved_and_opened_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    imports(&manager, morning()).await;
    let row = ids(&listed(&manager, "").await)[1];
    let path = format!("{LIST}/{row}");
    assert_eq!(manager.patch(&path, json!({ "status": "resolved" })).await.data()["status"], "resolved");
    assert_eq!(ids(&listed(&manager, "?status=resolved").await), [row]);
    let skipped = manager.post(&format!("{LIST}/send"), json!({ "stockout_ids": [row] })).await.data();
    assert_eq!(skipped["skipped"], json!([{ "id": row, "reason": "resolved" }]));
    assert_eq!(manager.patch(&path, json!({ "status": "pending" })).await.data()["status"], "pending");
    manager.patch(&path, json!({ "status": "sent" })).await.fails_with(400);
    manager.patch(&format!("{LIST}/999999"), json!({ "status": "resolved" })).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn an_undo_that_keeps_every_row_leaves_the_file_its_batch() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    vendor(&manager, "V001", json!(["a@example.com"])).await;
    vendor(&manager, "V002", json!(["b@example.com"])).await;
    let made = imports(&manager, morning()).await;
    let all = ids(&listed(&manager, "").await);
    manager.post(&format!("{LIST}/send"), json!({ "stockout_ids": all })).await.data();
    for _twice in 0..2 {
        let undone = manager.delete(&batch(&made["batch_id"])).await.data();
        assert_eq!(undone["reversed"], 0);
        assert_eq!(column(&undone["kept"], "why"), ["queued", "queued", "queued"]);
    }
    let again = imports(&manager, morning()).await;
    assert_eq!((&again["batch_id"], &again["duplicate"]), (&made["batch_id"], &json!(true)));
    app.finish().await;
}
