use serde_json::json;

use super::{is_over, orders};
use crate::support::TestApp;
use crate::support::shapes::column;
use crate::support::sheets::workbook;
use crate::vendors::vendor;

#[tokio::test]
async fn vendors_come_from_a_sheet_and_go_with_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    vendor(&manager, "V001", json!(["a@example.com"])).await;
    let sheet = workbook(&[
        &["廠商代碼", "廠商名稱", "聯絡人", "電話", "採購", "信箱", "備註"],
        &["V001", "新名", "林", "", "", "b@example.com；a@example.com", ""],
        &["V002", "海風", "", "０２-1234", "Mei", "c@example.com, d@example.com", ""],
        &["V003", "壞", "", "", "", "not an address", ""],
        &["v002", "again", "", "", "", "", ""],
        &["V004", "", "", "", "", "", ""],
    ]);
    let ordered = orders(&manager, "v.xlsx", sheet, &[("job_type", "vendors")]).await;
    let job = is_over(&manager, &ordered).await;
    assert_eq!(
        (&job["status"], &job["total"], &job["imported"], &job["failed"]),
        (&json!("partial"), &json!(5), &json!(2), &json!(3))
    );
    assert_eq!(column(&job["errors"], "column"), ["email", "vendor_name", "vendor_code"]);
    let vendors = manager.get("/api/vendor/list").await.data();
    assert_eq!(column(&vendors, "vendor_name"), ["新名", "海風"]);
    assert_eq!(column(&vendors[0]["emails"], "email"), ["a@example.com", "b@example.com"]);
    assert_eq!(
        (&vendors[1]["phone"], vendors[1]["emails"].as_array().unwrap().len()),
        (&json!("02-1234"), 2)
    );
    let undone = manager.delete(&super::at(&ordered)).await.data();
    assert_eq!(undone["reversed"], 1);
    assert_eq!(undone["kept"][0]["why"], "existed_before");
    assert_eq!(column(&manager.get("/api/vendor/list").await.data(), "vendor_code"), ["V001"]);
    app.finish().await;
}

#[tokio::test]
async fn a_vendor_that_somebody_changed_since_is_kept() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let sheet = workbook(&[&["vendor_code", "vendor_name"], &["V1", "one"], &["V2", "two"]]);
    let ordered = orders(&manager, "v.xlsx", sheet, &[("job_type", "vendors")]).await;
    assert_eq!(is_over(&manager, &ordered).await["status"], "completed");
    let first = manager.get("/api/vendor/list?vendor_code=V1").await.data()[0]["id"].clone();
    manager.put(&format!("/api/vendor/list/{first}"), json!({ "note": "mine" })).await.data();
    let undone = manager.delete(&super::at(&ordered)).await.data();
    assert_eq!(
        (&undone["reversed"], &undone["kept"]),
        (&json!(1), &json!([{ "id": first.to_string(), "why": "changed" }]))
    );
    app.finish().await;
}
