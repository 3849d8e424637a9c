use axum::extract::State;
use projections::Instant;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::owner;
use crate::app::App;
use crate::auth::ListedToken;
use crate::http::{Answer, ApiError, Caller, M, Query};

/// A token without its text, which nobody has.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenRow {
    id: Uuid,
    name: String,
    role: String,
    user_id: i64,
    username: Option<String>,
    created_at: Instant,
    expires_at: Option<Instant>,
    last_used_at: Option<Instant>,
}

/// GET /api/admin/tokens.
pub(super) async fn list_tokens(
    State(app): State<App>,
    caller: Caller,
    query: Query,
) -> Result<Answer, ApiError> {
    let page = query.page_if_asked("per_page");
    let (offset, limit) = page.map_or((0, i64::MAX), |page| (page.offset(), page.limit()));
    let (tokens, total) = app.auth.tokens.list(owner(&caller), offset, limit).await?;
    let rows: Vec<TokenRow> = tokens.into_iter().map(TokenRow::from).collect();
    Ok(M::ok(rows).total_count(total))
}

impl From<ListedToken> for TokenRow {
    fn from(token: ListedToken) -> Self {
        Self {
            id: token.id,
            name: token.name,
            role: token.role,
            user_id: token.user_id,
            username: token.username,
            created_at: Instant(token.created_at),
            expires_at: token.expires_at.map(Instant),
            last_used_at: token.last_used_at.map(Instant),
        }
    }
}
