use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use chrono::{DateTime, SecondsFormat, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use super::socket_address::{base, escaped};
use crate::app::App;
use crate::auth::Principal;
use crate::http::authenticate::PresentedToken;
use crate::http::{Answer, ApiError, B, RequestContext};

/// Who is asking.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenInfo {
    /// Their number, as text.
    user_id: String,
    /// Null when none is known.
    email: Option<String>,
    /// What they presented.
    token: String,
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
    Extension(PresentedToken(token)): Extension<PresentedToken>,
    request: RequestContext,
) -> Result<Answer, ApiError> {
    let socket = format!("{}/ws/campaigns/campaign_id/status/", base(&app, &request));
    let secret = escaped(&token);
    let expires_at = principal.credential.expires_at();
    Ok(B::ok(TokenInfo {
        user_id: principal.user_id.to_string(),
        email: principal.email.clone(),
        expires_at: expires_at.map(|at: DateTime<Utc>| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        websocket_example: Examples {
            campaign: format!("{socket}?token={secret}"),
            product: format!("{socket}?product_id=product_id&token={secret}"),
        },
        token,
    }))
}
