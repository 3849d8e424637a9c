use axum::extract::State;
use axum::response::Response;
use projections::listings::Filter;

use super::listing_columns;
use crate::app::App;
use crate::http::{After, ApiError, download};
use crate::sheets::write::{Cell, Column, Format, Sheet};

const SHEETS: &[Sheet] =
    &[Sheet { name: "下架商品", columns: listing_columns!(Column::new("下架時間", 18)) }];

pub(super) async fn handler(State(app): State<App>, _: After) -> Result<Response, ApiError> {
    super::caught_up(&app).await?;
    let name = super::file_name(&app, "下架商品", "delisted");
    let since = super::midnight(&app);
    let rows = super::pages(app, &[Filter::Delisted], since, |listing, zone| {
        let delisted_at = listing.delisted_at.map(|at| at.with_timezone(&zone.0).naive_local());
        super::cells(listing, zone, [Cell::from(delisted_at)])
    });
    download(Format::Excel, &name, SHEETS, rows).await
}
