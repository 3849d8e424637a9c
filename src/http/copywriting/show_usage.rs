use aggregates::users::Role;
use axum::extract::State;
use chrono::{Days, Utc};
use projections::copywriting::usage_stats;

use crate::app::App;
use crate::http::{After, Answer, ApiError, Caller, Code, M, Query};
use crate::limits;

/// GET /api/ai/usage/stats.
pub(super) async fn handler(
    State(app): State<App>,
    _: After,
    caller: Caller,
    query: Query,
) -> Result<Answer, ApiError> {
    let asked = query.integer("user_id", 1, i64::MAX)?;
    let own = (caller.role != Role::Admin).then_some(caller.user_id);
    if own.is_some() && asked.is_some() && asked != own {
        return Err(ApiError::saying(Code::PermissionDenied, "you see your own figures only"));
    }
    let zone = app.zone();
    let end = query.date("end_date")?.unwrap_or_else(|| zone.day(Utc::now()));
    let usual = end.checked_sub_days(Days::new(limits::AI_USAGE_DAYS - 1)).unwrap_or(end);
    let start = query.date("start_date")?.unwrap_or(usual);
    let days = (end - start).num_days() + 1;
    if days < 1 {
        return Err(ApiError::field("start_date", "out_of_range", "start_date must not be after end_date"));
    }
    if days > limits::AI_USAGE_DAYS_MAX {
        let sentence = format!("the days must be at most {}", limits::AI_USAGE_DAYS_MAX);
        return Err(ApiError::field("start_date", "out_of_range", sentence));
    }
    Ok(M::ok(usage_stats(&app.pool, zone, (start, end), own.or(asked)).await?))
}
