//! Workbooks in the forms of older programs.

use serde_json::json;

use super::{IMPORT, listed};
use crate::support::TestApp;

const XLS: &[u8] = include_bytes!("../support/files/stockouts.xls");
const XLSB: &[u8] = include_bytes!("../support/files/stockouts.xlsb");

#[tokio::test]
async fn binary_workbooks_are_read_whatever_they_are_called() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for (name, bytes) in [("缺貨.xls", XLS), ("缺貨.xlsb", XLSB)] {
        let made = manager.uploads(IMPORT, name, bytes.to_vec(), &[]).await.data();
        assert_eq!((&made["total"], &made["imported"]), (&json!(3), &json!(2)), "{name}: {made}");
        let error = &made["errors"][0];
        assert_eq!(
            (&error["row"], &error["column"], &error["value"]),
            (&json!(5), &json!("qty"), &json!("三"))
        );
        let rows = listed(&manager, &format!("?batch_id={}", made["batch_id"].as_str().unwrap())).await;
        assert_eq!(
            (&rows[0]["vendor_code"], &rows[0]["product_name"], &rows[0]["qty"], &rows[0]["stockout_date"]),
            (&json!("V001"), &json!("高山茶"), &json!(12), &json!("2026-01-29"))
        );
        assert_eq!((&rows[1]["row"], &rows[1]["stockout_date"]), (&json!(4), &json!("2026-01-28")));
    }
    // and: an old workbook that calls itself a new one is the same file
    let renamed = manager.uploads(IMPORT, "缺貨.xlsx", XLS.to_vec(), &[]).await.data();
    assert_eq!(renamed["duplicate"], true);
    // and: half of one is refused with a sentence, and nothing is stored
    let head = app.head().await;
    for bytes in [&XLS[..XLS.len() / 2], &XLSB[..XLSB.len() / 2]] {
        let refused = manager.uploads(IMPORT, "缺貨.xls", bytes.to_vec(), &[]).await;
        assert!(refused.fails_with(400).contains("damaged"), "{}", refused.json);
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}
