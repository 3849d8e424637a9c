use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use aggregates::users::Role;
use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::Utc;

use crate::app::App;
use crate::auth::Principal;
use crate::http::{After, ApiError, PathId, Query};
use crate::limits;
use crate::live::{CloseCode, Framed, Start, Telling, Viewer};

pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    PathId(campaign): PathId,
    Extension(principal): Extension<Arc<Principal>>,
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
    let viewer = Viewer::new(app.store.clone(), shown, campaign, product, start).await?;
    let mut telling = Telling::new(viewer, watching);
    let pass = app.auth.authenticator.pass(principal.bearer(), Role::Bot, None);
    let frames = async_stream::stream! {
        let mut revoked = Box::pin(pass.ended(Utc::now));
        let _open = app.sockets.token();
        let epoch = app.store.feed().epoch().to_owned();
        let event = |framed: &Framed| {
            Ok::<_, Infallible>(Event::default().id(format!("{epoch}.{}", framed.seq)).data(framed.text.as_str()))
        };
        let code = loop {
            let next = tokio::select! {
                biased;
                () = &mut revoked => break CloseCode::BadToken,
                next = telling.next() => next,
                () = app.stop.cancelled() => break CloseCode::GoingAway,
            };
            match next {
                Ok(Some(framed)) => yield event(&framed),
                Ok(None) => break CloseCode::Deleted,
                // A reader that is cut off comes back with its Last-Event-ID.
                Err(_) => break CloseCode::TryAgain,
            }
        };
        yield event(&telling.closing(code));
    };
    let keep_alive = KeepAlive::new().interval(Duration::from_secs(limits::SOCKET_PING_S));
    Ok(Sse::new(frames).keep_alive(keep_alive).into_response())
}
