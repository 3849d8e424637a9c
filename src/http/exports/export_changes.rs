use axum::extract::State;
use axum::response::Response;
use projections::listings::Filter;

use super::listing_columns;
use crate::app::App;
use crate::http::listings::moment::{self, Edge};
use crate::http::{After, ApiError, Query, download};
use crate::sheets::write::{Column, Format, Sheet};

const SHEETS: &[Sheet] = &[
    Sheet { name: "漲價", columns: listing_columns!() },
    Sheet { name: "降價", columns: listing_columns!() },
];

pub(super) async fn handler(State(app): State<App>, _: After, query: Query) -> Result<Response, ApiError> {
    let since = moment::read(&query, "since", app.zone(), Edge::Start)?;
    let since = since.unwrap_or_else(|| super::midnight(&app));
    super::caught_up(&app).await?;
    let name = super::file_name(&app, "價格異動", "changes");
    let moved = &[Filter::Increase, Filter::Decrease];
    let rows = super::pages(app, moved, since, |listing, zone| super::cells(listing, zone, []));
    download(Format::Excel, &name, SHEETS, rows).await
}
