use axum::extract::State;
use chrono::Utc;
use projections::Amount;
use projections::listings::{ListingView, Statistics, find_listing, statistics, timeline};
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{After, Answer, ApiError, M, PathNumber};

/// The spans, in days.
const SPANS: [i64; 3] = [30, 90, 365];

/// What a listing's price was like.
#[derive(Serialize, JsonSchema)]
pub(super) struct StatisticsView {
    id: i64,
    product_id: Option<String>,
    currency: String,
    /// The price in force.
    price: Option<Amount>,
    /// The last 30, 90 and 365 days.
    spans: Vec<Statistics>,
}

pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    PathNumber(number): PathNumber,
) -> Result<Answer, ApiError> {
    let found = find_listing(&app.pool, number, app.zone()).await?;
    let ListingView { item, currency, .. } = found.ok_or_else(|| ApiError::not_found("listing"))?.view;
    let timeline = timeline(&app.pool, number).await?;
    let now = Utc::now();
    let spans = SPANS.map(|days| statistics(&timeline, days, now, app.zone())).to_vec();
    let view = StatisticsView { id: number, product_id: item.product_id, currency, price: item.price, spans };
    Ok(M::ok(view))
}
