use std::time::Duration;

use axum::extract::State;
use serde_json::json;

use crate::app::App;
use crate::http::{Answer, ApiError, M, PathText, Query};
use crate::limits;
use crate::projector::{JobKind, verification};

pub(super) async fn handler(
    State(app): State<App>,
    PathText(name): PathText,
    query: Query,
) -> Result<Answer, ApiError> {
    let is_waiting = query.flag("wait")?;
    let asked = super::ask(&app, &name, JobKind::Verify).await?;
    let deadline = tokio::time::Instant::now() + Duration::from_secs(limits::VERIFY_WAIT_S);
    while is_waiting && tokio::time::Instant::now() < deadline {
        if let Some(job) = app.projector.job(asked.job_id).await?.filter(crate::projector::Job::is_over) {
            return Ok(M::ok(verification(&job)));
        }
        tokio::time::sleep(Duration::from_millis(limits::VERIFY_LOOK_MS)).await;
    }
    let state = if asked.was_running { "running" } else { "queued" };
    Ok(M::ok(json!({ "job_id": asked.job_id, "projection": name, "state": state })))
}
