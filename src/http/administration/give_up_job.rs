use axum::extract::State;
use axum::http::HeaderMap;

use super::job_view::{DurableJobView, found};
use crate::app::App;
use crate::http::{Answer, ApiError, Caller, M, PathId, check_shown};

pub(super) async fn handler(
    State(app): State<App>,
    caller: Caller,
    PathId(id): PathId,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    let job = found(&app, id).await?;
    let kind = job.kind.clone();
    check_shown(&headers, &M::ok(DurableJobView::of(&app, job)))?;
    if !app.jobs.give_up(id, &format!("given up by user {}", caller.user_id)).await? {
        let state = found(&app, id).await?.state;
        let sentence = format!("the job is {state}: only one that waits can be given up");
        return Err(ApiError::field("state", "not_allowed", sentence));
    }
    tracing::info!(user_id = caller.user_id, job = %id, kind, "a job that waited was given up");
    Ok(M::ok(DurableJobView::of(&app, found(&app, id).await?)))
}
