//! Sheets of sales, through the same doors as everybody's.

use serde_json::{Value, json};

use super::{at, is_over, orders};
use crate::support::shapes::column;
use crate::support::sheets::workbook;
use crate::support::{TestApp, binary};

const SALES: [(&str, &str); 1] = [("job_type", "daily_sales")];

fn morning() -> Vec<u8> {
    workbook(&[
        &["一月業績日報表"],
        &["銷售日期", "商品編號", "商品名稱", "品牌", "館別", "採購", "銷售數量", "業績", "成本", "訂單數"],
        &["115/01/29", "P1", "高山茶", "Tea House", "茶葉", "Mei", "３", "1,200", "700", "2"],
        &["2026/01/29", "P2", "茶杯", "Cups", "茶具", "Ben", "-1", "-320.5", "", ""],
        &["46050", "P1", "高山茶", "Tea House", "茶葉", "Mei", "1", "400", "", "1"],
        &["2026/13/45", "P3", "茶壺", "Cups", "茶具", "Ben", "1", "900", "", ""],
        &["2026/01/29", "P4", "茶壺", "Cups", "茶具", "Ben", "many", "900", "", ""],
        &["合計", "", "", "", "", "", "4", "2179.5", "", ""],
    ])
}

#[tokio::test]
async fn a_sheet_of_sales_becomes_days_and_tells_row_by_row_what_is_wrong() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let job = is_over(&reader, &orders(&manager, "1月.xlsx", morning(), &SALES).await).await;
    assert_eq!((&job["status"], &job["total"], &job["imported"]), (&json!("partial"), &json!(5), &json!(3)));
    assert_eq!(column(&job["errors"], "column"), ["date", "qty"]);
    assert_eq!(column(&job["errors"], "row"), ["6", "7"]);

    let day = reader.get("/api/daily_sales").await.data();
    assert_eq!(day["date"], "2026-01-29");
    assert_eq!(column(&day["items"], "product_code"), ["P1", "P2"]);
    let first = &day["items"][0];
    assert_eq!(
        (&first["qty"], &first["amount"], &first["gross_profit"]),
        (&json!(3), &json!(1200), &json!(500))
    );
    assert_eq!((&first["pm"], &first["category"]), (&json!("Mei"), &json!("茶葉")));
    let before = reader.get("/api/daily_sales?date=2026-01-28").await.data();
    assert_eq!(before["summary"]["amount"], 400);
    app.finish().await;
}

#[tokio::test]
async fn a_corrected_sheet_restates_and_undoing_it_brings_the_first_back() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let head: &[&str] = &["date", "product_code", "pm", "qty", "amount"];
    let first =
        workbook(&[head, &["2026-01-29", "P1", "Mei", "1", "100"], &["2026-01-29", "P2", "Mei", "1", "50"]]);
    is_over(&manager, &orders(&manager, "first.xlsx", first, &SALES).await).await;
    let second =
        workbook(&[head, &["2026-01-29", "P1", "Mei", "1", "120"], &["2026-01-29", "P2", "Mei", "1", "50"]]);
    let job = is_over(&manager, &orders(&manager, "second.xlsx", second, &SALES).await).await;
    assert_eq!(job["status"], "completed");
    let said = job["note"].as_str().unwrap();
    assert!(said.contains("1 restated") && said.contains("100") && said.contains("120"), "{said}");
    let summary = |day: &Value| day["summary"].clone();
    let day = reader.get("/api/daily_sales").await.data();
    let restated = &summary(&day)["restated"];
    assert_eq!((&restated["amount_before"], &restated["amount_after"]), (&json!(100), &json!(120)));
    assert_eq!(
        (&restated["batches"][0]["batch_id"], &restated["batches"][0]["by"]),
        (&job["job_id"], &json!(manager.username))
    );

    let undone = manager.delete(&at(&job)).await.data();
    assert_eq!(undone["reversed"], 1);
    assert_eq!(undone["kept"], json!([{ "id": "2026-01-29/P2", "why": "superseded" }]));
    let day = reader.get("/api/daily_sales").await.data();
    assert_eq!((&day["summary"]["amount"], &day["summary"]["restated"]), (&json!(150), &Value::Null));

    let redone = manager.post(&format!("{}/redo", at(&job)), json!({})).await.data();
    assert_eq!((&redone["status"], &redone["restored"]), (&json!("completed"), &json!(1)), "{redone}");
    assert_eq!(reader.get("/api/daily_sales").await.data()["summary"]["amount"], 170);
    assert_eq!(reader.get(&at(&job)).await.data()["status"], "completed");
    manager.post(&format!("{}/redo", at(&job)), json!({})).await.fails_with(400);
    assert_eq!(manager.delete(&at(&job)).await.data()["reversed"], 1);
    app.finish().await;
}

#[tokio::test]
async fn an_export_of_a_day_can_be_imported() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    is_over(&manager, &orders(&manager, "1月.xlsx", morning(), &SALES).await).await;
    for format in ["excel", "csv"] {
        let file =
            manager.get(&format!("/api/export/daily_sales?date=2026-01-29&format={format}")).await.body;
        let job = is_over(&manager, &orders(&manager, "again", file, &SALES).await).await;
        assert_eq!((&job["status"], &job["imported"]), (&json!("completed"), &json!(2)), "{job}");
    }
    let day = manager.get("/api/daily_sales").await.data();
    assert_eq!(day["summary"]["restated"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn the_command_line_imports_beside_a_running_server() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("1月.xlsx");
    std::fs::write(&file, morning()).unwrap();
    let (file, url) = (file.to_str().unwrap(), app.database_url());
    let settings = [("DATABASE_URL", url.as_str())];
    let ran = binary::run(&["import", file, "--type", "daily_sales"], &settings, "").await;
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(ran.stdout.contains("3 of 5 rows imported"), "{ran:?}");
    assert_eq!(reader.get("/api/daily_sales").await.data()["summary"]["qty"], 2);
    // and: the same bytes again are the same job
    let again = binary::run(&["import", file, "--type", "daily_sales"], &settings, "").await;
    assert!(again.code == 0 && again.stdout.contains("imported before"), "{again:?}");
    let rejected = ["import", file, "--type", "vendors"];
    assert_eq!(binary::run(&rejected, &settings, "").await.code, 1);
    assert_eq!(binary::run(&["import", "/nowhere.xlsx", "--type", "vendors"], &settings, "").await.code, 1);
    assert_eq!(binary::run(&["import", file, "--type", "sales"], &settings, "").await.code, 2);
    assert_eq!(binary::run(&["import", file], &settings, "").await.code, 2);
    app.finish().await;
}

#[tokio::test]
async fn a_sheet_of_listings_begins_and_completes_what_is_watched() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = [("job_type", "listings")];
    let head: &[&str] = &["商品編號", "商品名稱", "網址", "品牌", "售價"];
    let sheet = workbook(&[
        head,
        &["G1", "高山茶", "https://shop.example/g1", "Tea House", "3,280"],
        &["G2", "茶杯", "ftp://shop.example/g2", "Cups", "90"],
        &["G1", "茶壺", "", "Cups", "90"],
        &["G3", "茶盤", "", "Cups", ""],
    ]);
    let job = is_over(&manager, &orders(&manager, "goods.xlsx", sheet, &fields).await).await;
    assert_eq!((&job["status"], &job["imported"], &job["failed"]), (&json!("partial"), &json!(2), &json!(2)));
    let shown = manager.get("/api/products?sort_by=product_id&order=asc").await.json;
    assert_eq!(column(&shown["items"], "product_id"), ["G1", "G3"]);
    assert_eq!((&shown["items"][0]["price"], &shown["items"][0]["name"]), (&json!(3280), &json!("高山茶")));
    // and: a later sheet completes what is there, and is not undone
    let later = workbook(&[head, &["G3", "大茶盤", "", "", "450"]]);
    let second = is_over(&manager, &orders(&manager, "later.xlsx", later, &fields).await).await;
    let shown = manager.get("/api/products?sort_by=product_id&order=asc").await.json;
    assert_eq!((&shown["items"][1]["price"], &shown["items"][1]["brand"]), (&json!(450), &json!("Cups")));
    assert_eq!(manager.delete(&at(&second)).await.data()["kept"][0]["why"], "existed_before");
    let undone = manager.delete(&at(&job)).await.data();
    assert_eq!((&undone["reversed"], &undone["kept"][0]["why"]), (&json!(1), &json!("changed")));
    app.finish().await;
}
