use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::http::{After, ApiError, PathId, Query};
use crate::limits;
use crate::live::{CloseCode, Next, Start, Viewer, closing};

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    PathId(campaign): PathId,
    query: Query,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let product = query.id("product_id")?;
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    let feed = app.store.feed();
    let since = last.or_else(|| query.text("since"));
    let start = Start::read(since, query.instant("at")?, query.text("speed"), feed.epoch(), feed.head());
    let shown = app.hub.watch(campaign).await?.ok_or_else(|| ApiError::not_found("campaign"))?;
    let watching = app.polling.watch(campaign, product).await?;
    let mut viewer = Viewer::new(app.store.clone(), shown, campaign, product, start).await?;
    let frames = async_stream::stream! {
        let _polled_meanwhile = watching;
        let _open = app.sockets.token();
        let epoch = app.store.feed().epoch().to_owned();
        loop {
            let next = tokio::select! {
                next = viewer.next() => next,
                () = app.stop.cancelled() => return,
            };
            // A reader that is cut off comes back with its Last-Event-ID.
            match next {
                Ok(Next::Frame(framed)) => {
                    let event = Event::default().id(format!("{epoch}.{}", framed.seq)).data(framed.text.as_str());
                    yield Ok::<_, Infallible>(event);
                }
                Ok(Next::Gone) => {
                    yield Ok(Event::default().data(closing(CloseCode::Deleted)));
                    return;
                }
                Err(_) => return,
            }
        }
    };
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(limits::SOCKET_PING_S));
    Ok(Sse::new(frames).keep_alive(keep_alive).into_response())
}
