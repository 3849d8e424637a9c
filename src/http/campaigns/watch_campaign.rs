//! The handshake is accepted before anything is checked, so that browsers can read why they were turned away.

use axum::extract::rejection::PathRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use uuid::Uuid;

use crate::app::App;
use crate::auth::Scheme;
use crate::http::{ApiError, Query, presented_token};
use crate::limits;
use crate::live::{self, CloseCode, Showing, Start, Subscription, Telling, Ticket, TicketError, Viewer};

pub(super) async fn handler(
    State(app): State<App>,
    id: Result<Path<String>, PathRejection>,
    query: Result<Query, ApiError>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Response {
    let Ok(upgrade) = upgrade else {
        return ApiError::invalid("this address takes WebSocket connections").into_response();
    };
    // What cannot be read names nothing: no token, no campaign.
    let (Path(id), query) = (id.unwrap_or(Path(String::new())), query.unwrap_or_default());
    // Programs may send the token as they do everywhere else (contract R3).
    let token = query.text("token").or_else(|| presented_token(&headers)).unwrap_or_default().to_owned();
    upgrade
        .max_message_size(limits::SOCKET_INBOUND_BYTES)
        .max_frame_size(limits::SOCKET_INBOUND_BYTES)
        .read_buffer_size(limits::SOCKET_READ_BUFFER_BYTES)
        .write_buffer_size(0)
        .max_write_buffer_size(limits::SOCKET_OUTBOUND_BYTES)
        .on_upgrade(move |socket| async move {
            let _open = app.sockets.token();
            if app.sockets.len() > limits::SOCKETS {
                return live::serve(socket, Err(CloseCode::TryAgain), app.stop.clone()).await;
            }
            let admitted = admit(&app, &id, &token).await;
            let showing = match admitted {
                Ok((campaign, shown)) => show(&app, &query, campaign, shown).await,
                Err(code) => Err(code),
            };
            live::serve(socket, showing, app.stop.clone()).await;
        })
}

/// What the socket is to show: full frames, or what `v=2` asks for.
async fn show(app: &App, query: &Query, campaign: Uuid, shown: Subscription) -> Result<Showing, CloseCode> {
    // A product that is none has no creators.
    let product = query.text("product_id").map(|text| Uuid::parse_str(text).unwrap_or(Uuid::max()));
    let watching = app.polling.watch(campaign, product).await.map_err(|_| CloseCode::TryAgain)?;
    if query.text("v") != Some("2") {
        return Ok(Showing::Full(shown, product, Box::new(watching)));
    }
    let at = query.instant("at").map_err(|_| CloseCode::BadRequest)?;
    let feed = app.store.feed();
    let start = Start::read(query.text("since"), at, query.text("speed"), feed.epoch(), feed.head());
    let viewer = Viewer::new(app.store.clone(), shown, campaign, product, start).await;
    let viewer = viewer.map_err(|_| CloseCode::TryAgain)?;
    Ok(Showing::Deltas(Box::new(Telling::new(viewer, watching))))
}

/// Checks token and campaign, in this order, so that nobody learns of campaigns without a token.
async fn admit(app: &App, id: &str, token: &str) -> Result<(Uuid, Subscription), CloseCode> {
    let campaign = Uuid::parse_str(id).unwrap_or_default();
    let user = app.auth.authenticator.authenticate(Scheme::Bearer, token, Utc::now()).await;
    if user.map_err(|_| CloseCode::TryAgain)?.is_none() {
        match Ticket::check(&app.pool, token, campaign).await.map_err(|_| CloseCode::TryAgain)? {
            Ok(()) => {}
            Err(TicketError::Unknown) => return Err(CloseCode::BadToken),
            Err(TicketError::OtherCampaign) => {
                let exists = projections::campaigns::find_campaign(&app.pool, campaign).await;
                let exists = exists.map_err(|_| CloseCode::TryAgain)?.is_some();
                return Err(if exists { CloseCode::OtherCampaign } else { CloseCode::NoCampaign });
            }
        }
    }
    let shown = app.hub.watch(campaign).await.map_err(|_| CloseCode::TryAgain)?;
    Ok((campaign, shown.ok_or(CloseCode::NoCampaign)?))
}
