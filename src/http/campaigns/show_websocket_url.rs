use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use super::socket_address::base;
use crate::app::App;
use crate::http::{After, Answer, ApiError, B, Caller, PathId, Query, RequestContext};
use crate::live::Ticket;

/// Where to open the socket.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebsocketUrl {
    /// With a ticket of this campaign, valid 10 minutes to connect, as often as needed.
    websocket_url: String,
}

pub(super) async fn handler(
    State(app): State<App>,
    _after: After,
    PathId(id): PathId,
    caller: Caller,
    request: RequestContext,
    query: Query,
) -> Result<Answer, ApiError> {
    let product = query.id("product_id")?;
    let found = projections::campaigns::find_campaign(&app.pool, id).await?;
    found.ok_or_else(|| ApiError::not_found("campaign"))?;
    let ticket = Ticket::issue(&app.pool, id, caller.user_id).await?;
    let product = product.map(|product| format!("product_id={product}&")).unwrap_or_default();
    let websocket_url = format!("{}/ws/campaigns/{id}/status/?{product}token={ticket}", base(&app, &request));
    Ok(B::ok(WebsocketUrl { websocket_url }))
}
