use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::http::{After, Answer, ApiError, M};

/// How the newest run is.
#[derive(Serialize, JsonSchema)]
pub(super) struct StatusView {
    /// Whether one is under way.
    running: bool,
    /// The newest run; null: there was none yet.
    run_id: Option<Uuid>,
    started_at: Option<String>,
    finished_at: Option<String>,
    /// Its pages.
    total: i64,
    /// Those with an outcome.
    checked: i64,
    /// Those whose price or stock state is another.
    changed: i64,
    /// Those that could not be read.
    failed: i64,
    /// When a run begins by itself; null: there is nothing to visit.
    next_run_at: Option<String>,
    /// What went wrong last in this run.
    last_error: Option<String>,
}

pub(super) async fn handler(State(app): State<App>, _: After) -> Result<Answer, ApiError> {
    let status = app.crawler.status().await?;
    let zone = app.zone();
    Ok(M::ok(StatusView {
        running: status.is_running(),
        run_id: status.run_id,
        started_at: status.started_at.map(|at| zone.minute(at)),
        finished_at: status.finished_at.map(|at| zone.minute(at)),
        total: status.total,
        checked: status.checked,
        changed: status.changed,
        failed: status.failed,
        next_run_at: status.next_run_at.map(|at| zone.minute(at)),
        last_error: status.last_error,
    }))
}
