use aggregates::users::Role;
use axum::extract::State;
use chrono::TimeDelta;
use projections::Zone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::auth::{Attempt, AttemptFilter};
use crate::http::listings::moment::{self, Edge};
use crate::http::{After, Answer, ApiError, Caller, M, Query};

/// One knock at the door.
#[derive(Serialize, JsonSchema)]
pub(super) struct AttemptView {
    id: i64,
    /// The user so called, if there was one.
    user_id: Option<i64>,
    username: String,
    success: bool,
    /// Why, or why not: ok, wrong_password, unknown_user, disabled, no_password, wrong_current_password, locked_out.
    reason: String,
    ip: String,
    user_agent: Option<String>,
    at: String,
}

/// GET /api/users/login_history.
pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    caller: Caller,
    query: Query,
) -> Result<Answer, ApiError> {
    let zone = app.zone();
    let asked = query.integer("user_id", 1, i64::MAX)?;
    let own = (caller.role != Role::Admin).then_some(caller.user_id);
    if asked.is_some() && own.is_some() && asked != own {
        return Err(ApiError::saying(crate::http::Code::PermissionDenied, "you see your own history only"));
    }
    let page = query.page_if_asked("per_page");
    let filter = AttemptFilter {
        user_id: own.or(asked),
        from: moment::read(&query, "from", zone, Edge::Start)?,
        // Times are read to the millisecond, and the last one counts.
        before: moment::read(&query, "to", zone, Edge::End)?.map(|to| to + TimeDelta::milliseconds(1)),
        succeeded: success(&query)?,
        offset: page.map_or(0, |page| page.offset()),
        limit: page.map_or(i64::MAX, |page| page.limit()),
    };
    let (attempts, total) = app.auth.history.list(&filter).await?;
    let views: Vec<_> = attempts.into_iter().map(|attempt| AttemptView::of(attempt, zone)).collect();
    Ok(M::ok(views).total_count(total))
}

fn success(query: &Query) -> Result<Option<bool>, ApiError> {
    let word = query.choice("success", &["1", "0", "true", "false"])?;
    Ok(word.map(|word| matches!(word, "1" | "true")))
}

impl AttemptView {
    fn of(attempt: Attempt, zone: Zone) -> Self {
        Self {
            id: attempt.id,
            user_id: attempt.user_id,
            username: attempt.username,
            success: attempt.succeeded,
            reason: attempt.reason,
            ip: attempt.ip,
            user_agent: attempt.agent,
            at: zone.minute(attempt.at),
        }
    }
}
