use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{After, Answer, ApiError, Bare};

/// How busy the machine is, as far as it is ours.
#[derive(Serialize, JsonSchema)]
pub(super) struct Status {
    /// Of the processors that may be used, one decimal place.
    cpu_percent: f64,
    /// Of the memory that may be used.
    memory_percent: f64,
    /// Of the disk that holds the data folder.
    disk_percent: f64,
    /// How long this node has been running.
    uptime: String,
}

/// GET /api/system/status.
pub(super) async fn handler(State(app): State<App>, _: After) -> Result<Answer, ApiError> {
    let sample = app.machine.newest().await;
    let sample =
        sample.ok_or_else(|| ApiError::unavailable("the machine was not looked at yet: try again", 1))?;
    Ok(Bare::ok(Status {
        cpu_percent: sample.cpu_percent,
        memory_percent: sample.memory_percent,
        disk_percent: sample.disk_percent,
        uptime: app.machine.uptime(),
    }))
}
