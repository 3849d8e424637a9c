use axum::extract::State;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::{Answer, ApiError, M, PathText};

/// Whether anything was stopped.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cancelled {
    /// False: no rebuild was running.
    cancelled: bool,
}

pub(super) async fn handler(State(app): State<App>, PathText(name): PathText) -> Result<Answer, ApiError> {
    let cancelled = app.projector.cancel_rebuild(&name).await?;
    let cancelled = cancelled.ok_or_else(|| ApiError::not_found("projection"))?;
    Ok(M::ok(Cancelled { cancelled }))
}
