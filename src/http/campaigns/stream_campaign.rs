use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::http::{ApiError, PathId, Query};
use crate::limits;
use crate::live::{Next, Start, Viewer};

pub(super) async fn handler(
    State(app): State<App>,
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
            let Ok(Next::Frame(framed)) = next else { return };
            let event = Event::default().id(format!("{epoch}.{}", framed.seq)).data(framed.text.as_str());
            yield Ok::<_, Infallible>(event);
        }
    };
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(limits::SOCKET_PING_S));
    Ok(Sse::new(frames).keep_alive(keep_alive).into_response())
}
