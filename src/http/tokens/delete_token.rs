use axum::extract::State;
use axum::http::HeaderMap;
use chrono::Utc;

use super::owner;
use crate::app::App;
use crate::http::headers::names_no_version;
use crate::http::{Answer, ApiError, Caller, M, PathId};

/// DELETE /api/admin/tokens/{id}. Somebody else's is not there.
pub(super) async fn delete_token(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    names_no_version(&headers)?;
    if app.auth.tokens.revoke(id, owner(&caller), Utc::now()).await? {
        Ok(M::done())
    } else {
        Err(ApiError::not_found("token"))
    }
}
