use axum::extract::State;
use axum::http::HeaderMap;

use super::event_view::{FeedEventView, FeedPage, next};
use crate::app::App;
use crate::event_store::FeedFilter;
use crate::http::{Answer, ApiError, M, Query, wait_for_position};

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    wait_for_position(&headers, &app).await?;
    let limit = super::page_limit(&query)?;
    let kind = query.text("kind");
    // Both the address's word and the stream's own are understood.
    let kind = kind.map(|kind| super::stream_kind(kind).unwrap_or(kind).to_owned());
    let filter = FeedFilter {
        after: query.integer("after", 0, i64::MAX)?.unwrap_or(0),
        kind,
        event_type: query.text("type").map(str::to_owned),
        limit,
    };
    let head = app.store.confirmed_head().await?;
    let events = app.store.feed_page(&filter).await?;
    Ok(M::ok(FeedPage {
        next: next(&events, limit),
        events: events.iter().map(FeedEventView::from).collect(),
        epoch: app.store.feed().epoch().to_owned(),
        head,
    }))
}
