use std::sync::Arc;

use aggregates::users::Role;
use axum::Extension;
use axum::extract::State;
use chrono::Utc;
use projections::Zone;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::auth::{Credential, ListedSession, Principal};
use crate::http::{After, Answer, ApiError, Code, M, Query};

/// A session without its secret, which nobody has.
#[derive(Serialize, JsonSchema)]
pub(super) struct SessionView {
    id: Uuid,
    user_id: i64,
    ip: String,
    user_agent: Option<String>,
    created_at: String,
    last_seen_at: String,
    expires_at: String,
    /// Whether it is the one that asks.
    is_current: bool,
}

/// GET /api/user/sessions.
pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    Extension(principal): Extension<Arc<Principal>>,
    query: Query,
) -> Result<Answer, ApiError> {
    let asked = query.integer("user_id", 1, i64::MAX)?.unwrap_or(principal.user_id);
    if asked != principal.user_id && principal.role != Role::Admin {
        return Err(ApiError::saying(Code::PermissionDenied, "you see your own sessions only"));
    }
    let own = match &principal.credential {
        Credential::Session { hash, .. } => Some(*hash),
        Credential::Token { .. } => None,
    };
    let sessions = app.auth.sessions.list(asked, own, Utc::now()).await?;
    let zone = app.zone();
    Ok(M::ok(sessions.into_iter().map(|session| SessionView::of(session, zone)).collect::<Vec<_>>()))
}

impl SessionView {
    fn of(session: ListedSession, zone: Zone) -> Self {
        Self {
            id: session.id,
            user_id: session.user_id,
            ip: session.ip,
            user_agent: session.agent,
            created_at: zone.minute(session.created_at),
            last_seen_at: zone.minute(session.last_seen_at),
            expires_at: zone.minute(session.expires_at),
            is_current: session.is_current,
        }
    }
}
