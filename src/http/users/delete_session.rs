use aggregates::users::Role;
use axum::extract::State;

use crate::app::App;
use crate::http::{Answer, ApiError, Caller, M, PathId};

/// DELETE /api/user/sessions/{id}. Somebody else's is not there.
pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Answer, ApiError> {
    let owner = (caller.role != Role::Admin).then_some(caller.user_id);
    if app.auth.sessions.revoke(id, owner).await? {
        Ok(M::done())
    } else {
        Err(ApiError::not_found("session"))
    }
}
