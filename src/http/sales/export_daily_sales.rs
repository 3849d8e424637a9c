use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use projections::sales::SalesItem;

use crate::app::App;
use crate::http::download::{FileName, Row, download};
use crate::http::{After, ApiError, Query};
use crate::sheets::write::{Cell, Column, Format, Sheet};

static SHEETS: [Sheet; 1] = [Sheet {
    name: "每日業績",
    columns: &[
        Column::new("日期", 12),
        Column::new("商品編號", 16),
        Column::new("商品名稱", 40),
        Column::new("品牌", 16),
        Column::new("分類", 16),
        Column::new("PM", 12),
        Column::new("廠商代碼", 12),
        Column::new("數量", 10),
        Column::new("金額", 14),
        Column::new("成本", 14),
        Column::new("毛利", 14),
        Column::new("訂單數", 10),
    ],
}];

/// Reads of a day that are turned into cells before the next ones are asked for.
const ROWS_OF_PAGE: usize = 500;

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    query: Query,
) -> Result<Response, ApiError> {
    let format = match query.choice("format", &["excel", "csv", "xlsx"])? {
        Some("csv") => Format::Csv,
        _ => Format::Excel,
    };
    let day = projections::sales::day(&app.pool, &super::filter(&query)?, app.zone()).await?;
    let date = day.date;
    let name = date.map_or_else(|| "daily_sales".to_owned(), |date| format!("daily_sales_{date}"));
    let name = FileName { plain: name.clone(), full: name };
    let mut items = day.items.into_iter();
    let pages = futures::stream::iter(std::iter::from_fn(move || {
        let page: Vec<Row> = items.by_ref().take(ROWS_OF_PAGE).map(|item| (0, cells(date, item))).collect();
        (!page.is_empty()).then_some(Ok(page))
    }));
    download(format, &name, &SHEETS, pages).await
}

fn cells(date: Option<NaiveDate>, item: SalesItem) -> Vec<Cell> {
    vec![
        date.into(),
        item.product_code.into(),
        item.product_name.into(),
        item.brand.into(),
        item.category.into(),
        item.pm.into(),
        item.vendor_code.into(),
        item.qty.0.into(),
        item.amount.0.into(),
        item.cost.map(|cost| cost.0).into(),
        item.gross_profit.map(|profit| profit.0).into(),
        item.orders.into(),
    ]
}
