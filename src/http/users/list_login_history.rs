use aggregates::users::Role;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use projections::Zone;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::auth::{Attempt, AttemptFilter};
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
        from: bound(&query, "from", zone, Zone::start_of)?,
        before: bound(&query, "to", zone, Zone::end_of)?,
        succeeded: success(&query)?,
        offset: page.map_or(0, |page| page.offset()),
        limit: page.map_or(i64::MAX, |page| page.limit()),
    };
    let (attempts, total) = app.auth.history.list(&filter).await?;
    let views: Vec<_> = attempts.into_iter().map(|attempt| AttemptView::of(attempt, zone)).collect();
    Ok(M::ok(views).total_count(total))
}

/// A day of the house's zone, by `edge` its beginning or its end; or a time.
fn bound(
    query: &Query,
    name: &str,
    zone: Zone,
    edge: fn(Zone, NaiveDate) -> DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>, ApiError> {
    match query.date(name) {
        Ok(day) => Ok(day.map(|day| edge(zone, day))),
        Err(_) => query.instant(name),
    }
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
