use projections::Instant;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::app::App;
use crate::http::ApiError;
use crate::jobs::Job;

/// A durable job.
#[derive(Serialize, JsonSchema)]
pub(super) struct DurableJobView {
    /// Its id.
    id: Uuid,
    /// What it does.
    kind: String,
    /// Unique in its kind: the promise that it keeps.
    key: String,
    /// queued, running, ending (it is over, and the log is still to be told), done, failed, unknown or cancelled.
    state: String,
    /// How often it was begun.
    attempts: i32,
    /// When it is tried next; null unless it is queued.
    due_at: Option<Instant>,
    /// Why it waits, or why it failed.
    error: Option<String>,
    /// What stands in the way of all jobs of its kind on this node, such as a missing setting.
    obstacle: Option<String>,
    /// What it needs to know.
    payload: Value,
    /// What it came to.
    result: Option<Value>,
    /// The request that all began with.
    correlation_id: String,
    /// The position of the event that caused it.
    causation: Option<i64>,
    /// When it was promised.
    queued_at: Instant,
    /// When it was first begun.
    started_at: Option<Instant>,
    /// When it was over.
    finished_at: Option<Instant>,
}

impl DurableJobView {
    pub(super) fn of(app: &App, job: Job) -> Self {
        let is_queued = job.state == "queued";
        Self {
            due_at: is_queued.then_some(Instant(job.run_at)),
            obstacle: app.jobs.obstacle(&job.kind).filter(|_| is_queued),
            id: job.id,
            kind: job.kind,
            key: job.key,
            state: job.state,
            attempts: job.attempts,
            error: job.error,
            payload: job.payload,
            result: job.result,
            correlation_id: job.correlation_id,
            causation: job.causation,
            queued_at: Instant(job.queued_at),
            started_at: job.started_at.map(Instant),
            finished_at: job.finished_at.map(Instant),
        }
    }
}

/// The job as it is; unknown ones are not found.
pub(super) async fn found(app: &App, id: Uuid) -> Result<Job, ApiError> {
    app.jobs.find(id).await?.ok_or_else(|| ApiError::not_found("job"))
}
