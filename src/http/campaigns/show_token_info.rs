use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::socket_address::{base, escaped};
use crate::app::App;
use crate::auth::Principal;
use crate::http::{Answer, ApiError, B, RequestContext, presented_token};

/// Who is asking.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenInfo {
    /// Their number, as text.
    user_id: String,
    /// Null when none is known.
    email: Option<String>,
    /// What they presented; null for a session, whose id no script is to see.
    token: Option<String>,
    /// Null when it does not expire.
    expires_at: Option<String>,
    /// Socket addresses to adapt.
    websocket_example: Examples,
}

#[derive(Serialize, JsonSchema)]
struct Examples {
    campaign: String,
    product: String,
}

pub(super) async fn handler(
    State(app): State<App>,
    Extension(principal): Extension<Arc<Principal>>,
    headers: HeaderMap,
    request: RequestContext,
) -> Result<Answer, ApiError> {
    let socket = format!("{}/ws/campaigns/campaign_id/status/", base(&app, &request));
    let token = presented_token(&headers);
    let secret = escaped(token.unwrap_or("token"));
    let expires_at = principal.credential.expires_at();
    Ok(B::ok(TokenInfo {
        user_id: principal.user_id.to_string(),
        email: principal.email.clone(),
        expires_at: expires_at.map(|at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        websocket_example: Examples {
            campaign: format!("{socket}?token={secret}"),
            product: format!("{socket}?product_id=product_id&token={secret}"),
        },
        token: token.map(str::to_owned),
    }))
}
