use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};

use super::event_view::FeedEventView;
use crate::app::App;
use crate::http::{ApiError, Query};
use crate::limits;

pub(super) async fn handler(
    State(app): State<App>,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kind = query.text("kind").map(|kind| super::stream_kind(kind).unwrap_or(kind).to_owned());
    let event_type = query.text("type").map(str::to_owned);
    let mut position = start(&app, &query, &headers)?;
    let events = async_stream::stream! {
        let _open = app.sockets.token();
        let feed = app.store.feed().clone();
        let mut head = feed.watch();
        loop {
            if *head.borrow_and_update() <= position {
                tokio::select! {
                    changed = head.changed() => if changed.is_err() { return },
                    () = app.stop.cancelled() => return,
                }
                continue;
            }
            // A reader that is cut off comes back with its Last-Event-ID.
            let Ok(page) = feed.after(position, limits::EVENTS_STREAM_PAGE).await else { return };
            for recorded in page {
                position = recorded.position;
                let is_wanted = kind.as_deref().is_none_or(|kind| *recorded.aggregate_type == *kind)
                    && event_type.as_deref().is_none_or(|event_type| *recorded.event_type == *event_type);
                if is_wanted && let Ok(json) = serde_json::to_string(&FeedEventView::from(&*recorded)) {
                    let id = format!("{}.{position}", feed.epoch());
                    yield Ok::<_, Infallible>(Event::default().id(id).data(json));
                }
            }
        }
    };
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(limits::SOCKET_PING_S));
    Ok(Sse::new(events).keep_alive(keep_alive).into_response())
}

/// Where to begin: after Last-Event-ID, after `after`, or now. A cursor of another history is refused.
fn start(app: &App, query: &Query, headers: &HeaderMap) -> Result<i64, ApiError> {
    let feed = app.store.feed();
    let Some(last) = headers.get("last-event-id").and_then(|value| value.to_str().ok()) else {
        return Ok(query.integer("after", 0, i64::MAX)?.unwrap_or_else(|| feed.head()));
    };
    let known = last.rsplit_once('.').filter(|(epoch, _)| *epoch == feed.epoch());
    let position = known.and_then(|(_, position)| position.parse().ok()).filter(|position| *position >= 0);
    let sentence = "Last-Event-ID belongs to another history: read /api/events from the beginning";
    position.ok_or_else(|| ApiError::field("Last-Event-ID", "unknown_value", sentence))
}
