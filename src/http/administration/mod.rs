//! Projections: how they are, rebuild, verify (contract §4). Durable jobs: see them, try one again, give one up.

mod cancel_rebuild;
mod find_job;
mod give_up_job;
mod job_view;
mod list_jobs;
mod list_projections;
mod rebuild_projection;
mod retry_job;
mod retry_parked;
mod verify_projection;

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{Access, ApiError, M, Route};
use crate::app::App;
use crate::limits;
use crate::projector::{Asked, JobKind};

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/api/admin/projections", Access::Admin, list_projections::handler)
            .doc("list_projections", "How every projection is")
            .answers::<Vec<crate::projector::ProjectionStatus>>(),
        Route::post("/api/admin/projections/{name}/rebuild", Access::Admin, rebuild_projection::handler)
            .doc("rebuild_projection", "Fill its tables anew beside the live ones, then swap them in")
            .answers::<JobView>(),
        Route::delete("/api/admin/projections/{name}/rebuild", Access::Admin, cancel_rebuild::handler)
            .doc("cancel_rebuild", "Stop the running rebuild")
            .answers::<cancel_rebuild::Cancelled>(),
        Route::post("/api/admin/projections/{name}/verify", Access::Admin, verify_projection::handler)
            .doc("verify_projection", "Compare its tables with a fresh replay")
            .param("wait", "boolean", "answer when done, 60 s at most")
            .timeout(std::time::Duration::from_secs(limits::VERIFY_WAIT_S + limits::ANSWER_WITHIN_S))
            .answers::<serde_json::Value>(),
        Route::post("/api/admin/projections/{name}/retry", Access::Admin, retry_parked::handler)
            .doc("retry_parked", "Try its parked streams again")
            .answers::<JobView>(),
        Route::get("/api/admin/jobs", Access::Admin, list_jobs::handler)
            .doc("list_jobs", "Durable jobs, newest first: mails, messages, imports")
            .param("kind", "string", "only this kind")
            .param("state", "string", "only those in this state")
            .param("page", "integer", "which page, 1 unless said")
            .param("per_page", "integer", "jobs of a page, 50 unless said, at most 1000")
            .answers::<Vec<job_view::DurableJobView>>(),
        Route::get("/api/admin/jobs/{id}", Access::Admin, find_job::handler)
            .doc("find_job", "One durable job: where it is, what it waits for, what it came to")
            .answers::<job_view::DurableJobView>(),
        Route::post("/api/admin/jobs/{id}/retry", Access::Admin, retry_job::handler)
            .doc("retry_job", "Try a job that failed again")
            .answers::<job_view::DurableJobView>(),
        Route::delete("/api/admin/jobs/{id}", Access::Admin, give_up_job::handler)
            .doc("give_up_job", "Let a job that waits end as failed")
            .answers::<job_view::DurableJobView>(),
    ]
}

/// A job that was asked for.
#[derive(Serialize, JsonSchema)]
pub(super) struct JobView {
    job_id: Uuid,
    projection: String,
    /// queued, or running when it was asked for before.
    status: &'static str,
}

async fn ask(app: &App, name: &str, kind: JobKind) -> Result<Asked, ApiError> {
    app.projector.ask(name, kind).await?.ok_or_else(|| ApiError::not_found("projection"))
}

async fn ask_and_tell(app: &App, name: String, kind: JobKind) -> Result<super::Answer, ApiError> {
    let Asked { job_id, was_running } = ask(app, &name, kind).await?;
    let status = if was_running { "running" } else { "queued" };
    Ok(M::ok(JobView { job_id, projection: name, status }))
}
