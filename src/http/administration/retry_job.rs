use axum::extract::State;

use super::job_view::{DurableJobView, found};
use crate::app::App;
use crate::http::{Answer, ApiError, Caller, M, PathId};

pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
) -> Result<Answer, ApiError> {
    let job = found(&app, id).await?;
    let refused = |sentence: String| Err(ApiError::field("state", "not_allowed", sentence));
    match job.state.as_str() {
        "failed" => {}
        "unknown" => {
            return refused("nobody knows whether it happened: trying it again may do it twice".to_owned());
        }
        state => return refused(format!("the job is {state}: only one that failed can be tried again")),
    }
    if let Err(instead) = app.jobs.may_try_again(&job.kind) {
        return refused(instead.to_owned());
    }
    if app.jobs.try_again(id).await? {
        tracing::info!(user_id = caller.user_id, job = %id, kind = job.kind, "a failed job is tried again");
    }
    Ok(M::ok(DurableJobView::of(&app, found(&app, id).await?)))
}
