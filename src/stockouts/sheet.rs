//! The stockout sheet (contract §3).

use aggregates::stockouts::StockoutRow;

use crate::limits;
use crate::sheets::read::{Column, Layout, Row};

/// Its columns.
pub static LAYOUT: Layout = Layout::new(&[
    Column::required("vendor_code", &["廠商代碼", "廠商編號", "供應商代碼"]),
    Column::optional("vendor_name", &["廠商名稱"]),
    Column::required("product_code", &["商品編號", "商品代號", "品號"]),
    Column::optional("product_name", &["商品名稱", "品名"]),
    Column::optional("spec", &["規格", "單品"]),
    Column::optional("qty", &["缺貨數量", "缺貨數"]),
    Column::optional("order_no", &["訂單編號"]),
    Column::optional("stockout_date", &["缺貨日期", "日期"]),
    Column::optional("expected_date", &["預計到貨日"]),
    Column::optional("note", &["備註"]),
]);

/// Reads a row; its number is allotted later.
pub fn parse(row: &mut Row<'_>) -> Option<StockoutRow> {
    let (vendor_code, product_code) = (
        row.code("vendor_code", limits::VENDOR_CODE_CHARS),
        row.code("product_code", limits::SHEET_CODE_CHARS),
    );
    let read = StockoutRow {
        id: 0,
        row: row.number(),
        vendor_name: row.text("vendor_name", limits::VENDOR_TEXT_CHARS),
        product_name: row.text("product_name", limits::TEXT_CHARS),
        spec: row.text("spec", limits::TEXT_CHARS),
        qty: row.whole("qty", 0..=limits::SHEET_QTY),
        order_no: row.code("order_no", limits::SHEET_CODE_CHARS),
        stockout_date: row.date("stockout_date"),
        expected_date: row.date("expected_date"),
        note: row.text("note", limits::TEXT_CHARS),
        vendor_code: vendor_code?,
        product_code: product_code?,
    };
    Some(read)
}
