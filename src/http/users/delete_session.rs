use aggregates::users::Role;
use axum::extract::State;
use axum::http::HeaderMap;

use crate::app::App;
use crate::http::headers::names_no_version;
use crate::http::{Answer, ApiError, Caller, M, PathId};

/// DELETE /api/user/sessions/{id}. Somebody else's is not there.
pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    names_no_version(&headers)?;
    let owner = (caller.role != Role::Admin).then_some(caller.user_id);
    if app.auth.sessions.revoke(id, owner).await? {
        Ok(M::done())
    } else {
        Err(ApiError::not_found("session"))
    }
}
