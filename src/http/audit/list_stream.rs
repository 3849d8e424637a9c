use axum::extract::{Path, State};

use super::event_view::{EventView, StreamPage, page};
use crate::actor_names;
use crate::app::App;
use crate::event_store::StreamFilter;
use crate::http::listings::moment::Edge;
use crate::http::{After, Answer, ApiError, M, Query};

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    Path((kind, id)): Path<(String, String)>,
    query: Query,
) -> Result<Answer, ApiError> {
    let stream = super::stream_kind(&kind)?;
    let limit = super::page_limit(&query)?;
    let filter = StreamFilter {
        after: query.integer("after", 0, i64::MAX)?.unwrap_or(0),
        from: super::moment(&query, "from", app.zone(), Edge::Start)?,
        to: super::moment(&query, "to", app.zone(), Edge::End)?,
        types: Vec::new(),
        limit: limit + 1,
    };
    let id = super::show_state::canonical(&id);
    let (mut events, next) = page(app.store.stream_page(stream, &id, &filter).await?, limit);
    actor_names::name(&app.pool, &mut events).await?;
    if events.is_empty() && !super::show_state::exists(&app, stream, &id).await? {
        return Err(ApiError::not_found(stream));
    }
    Ok(M::ok(StreamPage { events: events.iter().map(EventView::from).collect(), next }))
}
