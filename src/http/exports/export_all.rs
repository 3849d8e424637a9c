use axum::extract::State;
use axum::response::Response;
use projections::listings::Filter;

use super::listing_columns;
use crate::app::App;
use crate::http::{After, ApiError, download};
use crate::sheets::write::{Column, Format, Sheet};

const SHEETS: &[Sheet] = &[Sheet { name: "商品", columns: listing_columns!() }];

pub(super) async fn handler(State(app): State<App>, _: After) -> Result<Response, ApiError> {
    super::caught_up(&app).await?;
    let name = super::file_name(&app, "商品總表", "products");
    let since = super::midnight(&app);
    let rows = super::pages(app, &[Filter::All], since, |listing, zone| super::cells(listing, zone, []));
    download(Format::Excel, &name, SHEETS, rows).await
}
