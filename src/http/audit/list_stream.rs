use axum::extract::{Path, State};
use axum::http::HeaderMap;

use super::event_view::{EventView, StreamPage, page};
use crate::app::App;
use crate::event_store::StreamFilter;
use crate::http::{Answer, ApiError, M, Query, wait_for_position};

pub(super) async fn handler(
    State(app): State<App>,
    Path((kind, id)): Path<(String, String)>,
    query: Query,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    wait_for_position(&headers, &app).await?;
    let stream = super::stream_kind(&kind)?;
    let limit = super::page_limit(&query)?;
    let filter = StreamFilter {
        after: query.integer("after", 0, i64::MAX)?.unwrap_or(0),
        from: query.instant("from")?,
        to: query.instant("to")?,
        types: Vec::new(),
        limit: limit + 1,
    };
    let id = super::show_state::canonical(&id);
    let (events, next) = page(app.store.stream_page(stream, &id, &filter).await?, limit);
    if events.is_empty() && !super::show_state::exists(&app, stream, &id).await? {
        return Err(ApiError::not_found(stream));
    }
    Ok(M::ok(StreamPage { events: events.iter().map(EventView::from).collect(), next }))
}
