use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::socket_address::base;
use crate::app::App;
use crate::auth::Principal;
use crate::http::{After, Answer, ApiError, B, PathId, Query, RequestContext};
use crate::live::Ticket;

/// Where to open the socket.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebsocketUrl {
    /// With a ticket of this campaign, valid 10 minutes to connect, as often as needed.
    websocket_url: String,
}

pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    PathId(id): PathId,
    Extension(principal): Extension<Arc<Principal>>,
    request: RequestContext,
    query: Query,
) -> Result<Answer, ApiError> {
    let product = query.id("product_id")?;
    let found = projections::campaigns::find_campaign(&app.pool, id).await?;
    found.ok_or_else(|| ApiError::not_found("campaign"))?;
    let ticket = Ticket::issue(&app.pool, id, principal.bearer()).await?;
    let product = product.map(|product| format!("product_id={product}&")).unwrap_or_default();
    let websocket_url = format!("{}/ws/campaigns/{id}/status/?{product}token={ticket}", base(&app, &request));
    Ok(B::ok(WebsocketUrl { websocket_url }))
}
