//! A day of sales as the audit tells it.

use serde_json::json;

use super::line;
use crate::support::TestApp;
use crate::support::shapes::column;

const TEA: [&str; 3] = ["Mei", "Tea House", "茶葉"];
const DAY: &str = "2026-01-29";

#[tokio::test]
async fn a_day_tells_its_events_and_how_it_stood_after_each() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first =
        app.imports_sales("1.csv", [line(DAY, "P1", TEA, 1, "10"), line(DAY, "P2", TEA, 1, "20")]).await;
    let second = app.imports_sales("2.csv", [line(DAY, "P1", TEA, 2, "11.5")]).await;
    app.undoes_sales(second).await;
    let path = format!("/api/audit/sales-days/{DAY}");
    let events = manager.get(&path).await.data()["events"].clone();
    assert_eq!(column(&events, "type"), ["SalesRecorded", "SalesRestated", "SalesBatchUndone"]);
    assert_eq!(events[1]["data"]["batch"], json!(second));
    let restated = manager.get(&format!("{path}/state?as_of={}", events[1]["position"])).await.data();
    assert_eq!((&restated["date"], &restated["sequence"]), (&json!(DAY), &json!(2)));
    assert_eq!(column(&restated["items"], "amount"), ["11.5", "20"]);
    assert_eq!(column(&restated["items"], "batch_id"), [second.to_string(), first.to_string()]);
    let now = manager.get(&format!("{path}/state")).await.data();
    assert_eq!(column(&now["items"], "amount"), ["10", "20"]);
    let batches = json!([
        { "batch_id": first, "file": "1.csv", "is_undone": false },
        { "batch_id": second, "file": "2.csv", "is_undone": true },
    ]);
    assert_eq!(now["batches"], batches);
    manager.get("/api/audit/sales-days/2026-01-30").await.fails_with(404);
    manager.get("/api/audit/sales-days/2026-01-30/state").await.fails_with(404);
    let export = manager.get(&format!("/api/audit/export?kind=sales-days&id={DAY}")).await;
    assert_eq!(String::from_utf8(export.body).expect("text").matches("\"SalesRestated\"").count(), 1);
    app.finish().await;
}
