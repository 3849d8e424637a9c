use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aggregates::Recorded;
use aggregates::users::Role;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::Utc;

use super::event_view::FeedEventView;
use crate::actor_names;
use crate::app::App;
use crate::auth::Principal;
use crate::http::{After, ApiError, Query};
use crate::limits;

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    query: Query,
    Extension(principal): Extension<Arc<Principal>>,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let kind = super::asked_kind(&query)?;
    let event_type = query.text("type").map(str::to_owned);
    let mut position = start(&app, &query, &headers)?;
    let pass = app.auth.authenticator.pass(principal.bearer(), Role::Admin, None);
    let events = async_stream::stream! {
        let mut revoked = Box::pin(pass.ended(Utc::now));
        let _open = app.sockets.token();
        let feed = app.store.feed().clone();
        let mut head = feed.watch();
        loop {
            if *head.borrow_and_update() <= position {
                tokio::select! {
                    biased;
                    () = &mut revoked => return,
                    changed = head.changed() => if changed.is_err() { return },
                    () = app.stop.cancelled() => return,
                }
                continue;
            }
            if futures::poll!(&mut revoked).is_ready() {
                return;
            }
            // A reader that is cut off comes back with its Last-Event-ID.
            let Ok(page) = feed.after(position, limits::EVENTS_STREAM_PAGE).await else { return };
            let is_wanted = |event: &&Arc<Recorded>| {
                kind.as_deref().is_none_or(|kind| *event.aggregate_type == *kind)
                    && event_type.as_deref().is_none_or(|event_type| *event.event_type == *event_type)
            };
            let wanted = page.iter().filter(is_wanted);
            let names = actor_names::names_of(&app.pool, wanted.clone().map(|event| &**event)).await;
            let Ok(names) = names else { return };
            for recorded in wanted {
                if let Ok(json) = serde_json::to_string(&FeedEventView::from(&**recorded).named(&names)) {
                    let id = format!("{}.{}", feed.epoch(), recorded.position);
                    yield Ok::<_, Infallible>(Event::default().id(id).data(json));
                }
            }
            position = page.last().map_or(position, |event| event.position);
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
    let known = match last.rsplit_once('.') {
        Some((epoch, position)) => Some(position).filter(|_| *epoch == *feed.epoch()),
        None => Some(last),
    };
    let position = known.and_then(|position| position.parse().ok()).filter(|position| *position >= 0);
    let sentence = "Last-Event-ID belongs to another history: read /api/events from the beginning";
    position.ok_or_else(|| ApiError::field("Last-Event-ID", "unknown_value", sentence))
}
