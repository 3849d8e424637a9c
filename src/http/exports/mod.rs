//! Listings as Excel files (contract §3).

mod export_all;
mod export_changes;
mod export_delisted;

use async_stream::try_stream;
use chrono::{DateTime, Utc};
use futures::Stream;
use projections::exported::{Export, ExportedListing};
use projections::listings::Filter;
use projections::{Zone, exported};

use super::download::FileName;
use super::{Access, ApiError, Route, Row};
use crate::app::App;
use crate::limits;
use crate::sheets::write::{Cell, Format};

/// The routes, with who may call them.
pub fn routes() -> Vec<Route<App>> {
    let file =
        |route: Route<App>| route.answers_other(Format::Excel.content_type()).timeout(limits::EXPORT_TIMEOUT);
    vec![
        file(Route::get("/api/export/excel/all", Access::Read, export_all::handler))
            .doc("export_all", "All listings as an Excel file"),
        file(Route::get("/api/export/excel/changes", Access::Read, export_changes::handler))
            .doc("export_changes", "What rose and what fell since midnight, in two sheets")
            .param("since", "string", "another moment than midnight"),
        file(Route::get("/api/export/excel/delisted", Access::Read, export_delisted::handler))
            .doc("export_delisted", "Listings whose page is gone, the newest first"),
    ]
}

/// The columns that every sheet of listings has.
macro_rules! listing_columns {
    ($($more:expr),* $(,)?) => {
        &[
            Column::new("商品編號", 16),
            Column::new("商品名稱", 48),
            Column::new("品牌", 18),
            Column::new("分類", 18),
            Column::new("現價", 12),
            Column::new("前次價格", 12),
            Column::new("漲跌", 12),
            Column::new("漲跌幅", 10),
            Column::new("幣別", 8),
            Column::new("狀態", 10),
            Column::new("庫存狀態", 10),
            Column::new("最後檢查", 18),
            Column::new("最後變動", 18),
            Column::new("首次發現", 18),
            $($more,)*
            Column::new("網址", 60),
        ]
    };
}
use listing_columns;

/// The cells of those columns; `more` stand before the last.
fn cells(listing: ExportedListing, zone: Zone, more: impl IntoIterator<Item = Cell>) -> Vec<Cell> {
    let moment = |at: Option<DateTime<Utc>>| Cell::from(at.map(|at| at.with_timezone(&zone.0).naive_local()));
    let (change, percent) = (listing.change(), listing.change_percent());
    let mut cells = vec![
        listing.product_id.into(),
        listing.name.into(),
        listing.brand.into(),
        listing.category.into(),
        listing.price.into(),
        listing.previous_price.into(),
        change.into(),
        percent.map_or(Cell::Empty, Cell::Percent),
        listing.currency.into(),
        if listing.is_delisted { "已下架" } else { "上架中" }.into(),
        stock(listing.stock_status.code()).into(),
        moment(listing.checked_at),
        moment(listing.changed_at),
        moment(Some(listing.first_seen)),
    ];
    cells.extend(more);
    cells.push(listing.url.into());
    cells
}

fn stock(code: &str) -> &'static str {
    match code {
        "in_stock" => "有貨",
        "out_of_stock" => "缺貨",
        "preorder" => "預購",
        "backorder" => "補貨中",
        _ => "未知",
    }
}

/// The rows of several questions, each for the sheet of its place.
fn pages(
    app: App,
    filters: &'static [Filter],
    since: DateTime<Utc>,
    cells: fn(ExportedListing, Zone) -> Vec<Cell>,
) -> impl Stream<Item = Result<Vec<Row>, sqlx::Error>> + Send {
    try_stream! {
        let zone = app.zone();
        for (sheet, filter) in filters.iter().enumerate() {
            let mut export = exported::Export::open(&app.pool, *filter, since).await?;
            loop {
                let listings: Vec<ExportedListing> = next(&mut export).await?;
                if listings.is_empty() {
                    break;
                }
                yield listings.into_iter().map(|listing| (sheet, cells(listing, zone))).collect();
            }
        }
    }
}

async fn next(export: &mut Export) -> Result<Vec<ExportedListing>, sqlx::Error> {
    export.next(limits::EXPORT_PAGE_ROWS).await
}

/// The midnight that changes are counted from, unless the query names another moment.
fn midnight(app: &App) -> DateTime<Utc> {
    let zone = app.zone();
    zone.start_of(zone.day(Utc::now()))
}

/// What a file is called: its content, also in plain letters, and today.
fn file_name(app: &App, content: &str, plain: &str) -> FileName {
    let today = app.zone().day(Utc::now()).format("%Y-%m-%d");
    FileName { full: format!("{content}-{today}"), plain: format!("{plain}-{today}") }
}

/// Waits until the read tables show all that was written before the request (contract R7).
async fn caught_up(app: &App) -> Result<(), ApiError> {
    let head = app.store.confirmed_head().await?;
    if app.projector.wait(head, limits::VISIBLE_WITHIN).await {
        return Ok(());
    }
    Err(ApiError::unavailable("the answer is not ready yet: try again", 1))
}
