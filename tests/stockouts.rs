//! Stockouts: sheets in, mails out (contract §3).

mod formats;
mod mails;
mod sending;
mod undoing;

use serde_json::{Value, json};

use crate::support::shapes::{column, has_keys};
use crate::support::sheets::workbook;
use crate::support::{Actor, Response, TestApp};

const IMPORT: &str = "/api/vendor/stockout/import";
const LIST: &str = "/api/vendor/stockout";

/// The morning's sheet: two vendors, one row wrong, a title above and a total below.
fn morning() -> Vec<u8> {
    workbook(&[
        &["缺貨表 115/01/29"],
        &["廠商代碼", "廠商名稱", "商品編號", "商品名稱", "缺貨數量", "缺貨日期", "備註"],
        &["V001", "山水茶行", "P-1", "高山茶", "１２", "115/01/29", "=1+1"],
        &["V002", "海風", "P-2", "海苔", "3", "2026/01/28", ""],
        &["V001", "山水茶行", "P-3", "烏龍", "三", "2026/13/45", ""],
        &["V001", "山水茶行", "P-4", "綠茶", "4", "", ""],
        &["合計", "", "", "", "19"],
    ])
}

async fn imports(manager: &Actor, bytes: Vec<u8>) -> Value {
    manager.uploads(IMPORT, "缺貨.xlsx", bytes, &[]).await.data()
}

/// The numbers of a list's rows.
fn ids(list: &Value) -> Vec<i64> {
    list.as_array().unwrap().iter().map(|row| row["id"].as_i64().unwrap()).collect()
}

async fn listed(actor: &Actor, query: &str) -> Value {
    actor.get(&format!("{LIST}{query}")).await.data()
}

#[tokio::test]
async fn a_sheet_is_taken_in_and_what_is_wrong_is_told() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = imports(&manager, morning()).await;
    let keys =
        ["batch_id", "total", "imported", "skipped", "duplicate", "errors", "errors_url", "ignored_columns"];
    has_keys(&made, &keys);
    assert_eq!(
        (&made["total"], &made["imported"], &made["skipped"], &made["duplicate"]),
        (&json!(4), &json!(3), &json!(1), &json!(false))
    );
    let errors = made["errors"].as_array().unwrap();
    has_keys(&errors[0], &["row", "column", "code", "message", "value"]);
    assert_eq!(
        (&errors[0]["row"], &errors[0]["column"], &errors[0]["value"]),
        (&json!(5), &json!("qty"), &json!("三"))
    );
    assert_eq!((&errors[1]["column"], &errors[1]["code"]), (&json!("stockout_date"), &json!("invalid_date")));
    let rows = listed(&manager, "").await;
    let fields = [
        "id",
        "batch_id",
        "row",
        "vendor_code",
        "vendor_name",
        "product_code",
        "product_name",
        "spec",
        "qty",
        "order_no",
        "stockout_date",
        "expected_date",
        "note",
        "status",
        "mail_id",
        "sent_at",
        "error",
        "created_at",
        "updated_at",
    ];
    has_keys(&rows[0], &fields);
    assert_eq!(
        (&rows[0]["qty"], &rows[0]["stockout_date"], &rows[0]["note"], &rows[0]["status"]),
        (&json!(12), &json!("2026-01-29"), &json!("=1+1"), &json!("pending"))
    );
    assert_eq!((&rows[0]["row"], &rows[0]["batch_id"]), (&json!(3), &made["batch_id"]));
    let history = manager
        .get(&format!("/api/audit/stockout-batches/{}", made["batch_id"].as_str().unwrap()))
        .await
        .data();
    assert_eq!(column(&history["events"], "type"), ["StockoutBatchImported", "StockoutsListed"]);
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_beyond_the_first_hundred_is_in_an_error_sheet() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let mut rows: Vec<[&str; 3]> = vec![["廠商代碼", "商品編號", "缺貨數量"], ["V1", "P-1", "3"]];
    rows.extend([["V1", "P-2", "三"]; 130]);
    let rows: Vec<&[&str]> = rows.iter().map(|row| &row[..]).collect();
    let sheet = workbook(&rows);
    let read = |url: String| {
        let manager = manager.clone();
        async move {
            let csv = manager.get(&url.replace(".xlsx", ".csv")).await;
            assert_eq!(csv.status, 200);
            assert_eq!(manager.get(&url).await.status, 200);
            String::from_utf8_lossy(&csv.body).lines().count() - 1
        }
    };
    let url = |answer: &Value| answer["errors_url"].as_str().expect("an address").to_owned();
    // given: a strict attempt and a dry one, which store no row
    let strict = manager.uploads(IMPORT, "a.xlsx", sheet.clone(), &[("policy", "reject_everything")]).await;
    let message = strict.fails_with(400);
    assert_eq!(strict.json["details"].as_array().unwrap().len(), 100);
    let told = message.split_whitespace().last().unwrap().to_owned();
    assert_eq!(read(told).await, 130);
    let dry = manager.uploads(&format!("{IMPORT}?dry_run=1"), "a.xlsx", sheet.clone(), &[]).await.data();
    assert_eq!((read(url(&dry)).await, &dry["batch_id"]), (130, &Value::Null));
    // when, then: so it is of a batch, and of the same file again
    let made = imports(&manager, sheet.clone()).await;
    assert_eq!((&made["imported"], made["errors"].as_array().unwrap().len()), (&json!(1), 100));
    assert!(url(&made).contains(made["batch_id"].as_str().unwrap()));
    assert_eq!(read(url(&made)).await, 130);
    assert_eq!(url(&imports(&manager, sheet).await), url(&made));
    // and: a good sheet has none
    let good = imports(&manager, workbook(&[&["廠商代碼", "商品編號"], &["V9", "P-9"]])).await;
    assert_eq!(good["errors_url"], Value::Null);
    let none = format!("{IMPORT}/{}/errors.xlsx", good["batch_id"].as_str().unwrap());
    manager.get(&none).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn columns_that_nobody_knows_are_named() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let rows = |head: [&'static str; 6]| workbook(&[&head, &["V1", "P-1", "2", "B", "x", "y"]]);
    let made =
        imports(&manager, rows(["廠商代碼", "商品編號(必填)", "缺貨數量(件)", "缺貨日", "倉別", "備註"]))
            .await;
    assert_eq!(made["ignored_columns"], json!(["缺貨日", "倉別"]));
    assert_eq!(listed(&manager, "").await[0]["qty"], 2);
    // and: an import job names them too
    let sheet = rows(["廠商代碼", "商品編號", "缺貨數", "缺貨日", "倉別 ", "備註"]);
    let job = manager.uploads("/api/import/files", "b.xlsx", sheet, &[("job_type", "vendor_stockout")]).await;
    let path = format!("/api/import/jobs/{}", job.data()["job_id"].as_str().unwrap());
    let job = crate::support::eventually("the job is over", || async {
        Some(manager.get(&path).await.data()).filter(|job| job["status"] == "completed")
    })
    .await;
    assert_eq!(job["ignored_columns"], json!(["缺貨日", "倉別"]));
    app.finish().await;
}

#[tokio::test]
async fn the_same_file_again_is_the_same_batch() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first = imports(&manager, morning()).await;
    let head = app.head().await;
    let again = imports(&manager, morning()).await;
    assert_eq!((&again["batch_id"], &again["duplicate"]), (&first["batch_id"], &json!(true)));
    assert_eq!((app.head().await, listed(&manager, "").await.as_array().unwrap().len()), (head, 3));
    // and: so it is when both come at once
    let other = workbook(&[&["廠商代碼", "商品編號"], &["V9", "P-9"]]);
    let send = || manager.uploads(IMPORT, "b.xlsx", other.clone(), &[]);
    let (one, two) = tokio::join!(send(), send());
    let (one, two) = (one.data(), two.data());
    assert_eq!(one["batch_id"], two["batch_id"]);
    assert_ne!(one["duplicate"], two["duplicate"]);
    app.finish().await;
}

#[tokio::test]
async fn a_dry_run_and_a_strict_policy_store_nothing() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let head = app.head().await;
    let dry = manager.uploads(&format!("{IMPORT}?dry_run=1"), "a.xlsx", morning(), &[]).await.data();
    assert_eq!((&dry["imported"], &dry["batch_id"]), (&json!(3), &Value::Null));
    let strict = [("policy", "reject_everything")];
    let refused = manager.uploads(IMPORT, "a.xlsx", morning(), &strict).await;
    refused.fails_with(400);
    has_keys(&refused.json["details"][0], &["row", "column", "code", "message", "value"]);
    assert_eq!(app.head().await, head);
    for (name, value) in [("policy", "whatever"), ("dry_run", "perhaps")] {
        let refused = manager.uploads(IMPORT, "a.xlsx", morning(), &[(name, value)]).await;
        assert!(refused.fails_with(400).contains(name));
    }
    let good = workbook(&[&["vendor_code", "product_code"], &["V1", "P1"]]);
    assert_eq!(manager.uploads(IMPORT, "a.xlsx", good, &strict).await.data()["imported"], 1);
    app.finish().await;
}

#[tokio::test]
async fn every_file_that_is_no_stockout_sheet_is_a_clear_400() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let head = app.head().await;
    let send = |bytes: Vec<u8>| manager.uploads(IMPORT, "x.xlsx", bytes, &[]);
    let missing = send(workbook(&[&["廠商代碼", "數量"], &["V1", "3"]])).await;
    let message = missing.fails_with(400);
    assert!(message.contains("商品編號") && message.contains("數量"), "{message}");
    assert_eq!(missing.json["details"][0]["field"], "product_code");
    let whole = morning();
    for bytes in [
        whole[..whole.len() / 2].to_vec(),
        b"\x89PNG\r\n".to_vec(),
        b"PK\x03\x04nothing".to_vec(),
        vec![0; 100],
        workbook(&[]),
    ] {
        send(bytes).await.fails_with(400);
    }
    let none: Response = manager.post(IMPORT, "{}").await;
    none.fails_with(415);
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn text_in_big5_is_read_too() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (bytes, _, _) = encoding_rs::BIG5.encode("廠商代碼,商品編號,商品名稱\r\nV001,P-1,許功蓋\r\n");
    imports(&manager, bytes.to_vec()).await;
    assert_eq!(listed(&manager, "").await[0]["product_name"], "許功蓋");
    app.finish().await;
}

#[tokio::test]
async fn the_list_is_filtered_and_paged() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = imports(&manager, morning()).await;
    let batch = made["batch_id"].as_str().unwrap();
    let codes = |list: Value| column(&list, "product_code");
    assert_eq!(codes(listed(&manager, "?vendor_code=v001").await), ["P-1", "P-4"]);
    assert_eq!(
        codes(listed(&manager, &format!("?batch_id={batch}&status=pending")).await),
        ["P-1", "P-2", "P-4"]
    );
    assert_eq!(codes(listed(&manager, "?status=sent").await), [""; 0]);
    assert_eq!(codes(listed(&manager, "?from=2026-01-29&to=2026-01-29").await), ["P-1"]);
    // A row without a day counts by the day of its import.
    assert_eq!(codes(listed(&manager, "?from=2026-02-01").await), ["P-4"]);
    let page = manager.get(&format!("{LIST}?page=2&per_page=2")).await;
    assert_eq!((codes(page.data()), page.header("x-total-count")), (vec!["P-4".to_owned()], Some("3")));
    let message = manager.get(&format!("{LIST}?status=lost")).await.fails_with(400);
    assert!(message.contains("no_email"), "{message}");
    for bad in ["?batch_id=1", "?from=yesterday"] {
        manager.get(&format!("{LIST}{bad}")).await.fails_with(400);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_forgotten_file_is_told_as_such() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for path in [IMPORT, "/api/import/files"] {
        let answer = crate::support::actors::send(manager.request(reqwest::Method::POST, path)).await;
        assert!(answer.fails_with(400).contains("file is required"));
    }
    app.finish().await;
}
