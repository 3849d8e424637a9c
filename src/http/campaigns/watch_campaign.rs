//! The handshake is accepted before anything is checked, so that browsers can read why they were turned away.

use aggregates::users::Role;
use axum::extract::rejection::PathRejection;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Credential, Scheme};
use crate::http::{ApiError, Query, presented_token};
use crate::limits;
use crate::live::{self, CloseCode, Showing, Start, Subscription, Telling, Ticket, TicketError, Viewer};

/// A user, and what they came in with.
type Bearer = (i64, Credential);

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
            let showing = open(&app, &id, &token, &query).await;
            live::serve(socket, showing, app.stop.clone()).await;
        })
}

/// What the socket is to show, and what ends it when its bearer may stay no longer.
async fn open(
    app: &App,
    id: &str,
    token: &str,
    query: &Query,
) -> Result<(Showing, impl Future<Output = ()> + use<>), CloseCode> {
    if app.sockets.len() > limits::SOCKETS {
        return Err(CloseCode::TryAgain);
    }
    let since = app.auth.authenticator.moment();
    let (bearer, campaign, shown) = admit(app, id, token).await?;
    let showing = show(app, query, campaign, shown).await?;
    // Whoever may come in at all may watch a campaign.
    let pass = app.auth.authenticator.pass(bearer, Role::Bot, Some(since));
    Ok((showing, pass.ended(Utc::now)))
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
async fn admit(app: &App, id: &str, token: &str) -> Result<(Bearer, Uuid, Subscription), CloseCode> {
    let campaign = Uuid::parse_str(id).unwrap_or_default();
    let user = app.auth.authenticator.authenticate(Scheme::Bearer, token, Utc::now()).await;
    let bearer = match user.map_err(|_| CloseCode::TryAgain)? {
        Some(principal) => principal.bearer(),
        None => by_ticket(app, token, campaign).await?,
    };
    let shown = app.hub.watch(campaign).await.map_err(|_| CloseCode::TryAgain)?;
    Ok((bearer, campaign, shown.ok_or(CloseCode::NoCampaign)?))
}

async fn by_ticket(app: &App, ticket: &str, campaign: Uuid) -> Result<Bearer, CloseCode> {
    match Ticket::check(&app.pool, ticket, campaign).await.map_err(|_| CloseCode::TryAgain)? {
        Ok(bearer) => Ok(bearer),
        Err(TicketError::Unknown) => Err(CloseCode::BadToken),
        Err(TicketError::OtherCampaign) => {
            let exists = projections::campaigns::find_campaign(&app.pool, campaign).await;
            let exists = exists.map_err(|_| CloseCode::TryAgain)?.is_some();
            Err(if exists { CloseCode::OtherCampaign } else { CloseCode::NoCampaign })
        }
    }
}
