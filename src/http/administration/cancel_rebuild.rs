use axum::extract::State;
use axum::http::HeaderMap;
use schemars::JsonSchema;
use serde::Serialize;

use crate::app::App;
use crate::http::headers::names_no_version;
use crate::http::{Answer, ApiError, M, PathText};

/// Whether anything was stopped.
#[derive(Serialize, JsonSchema)]
pub(super) struct Cancelled {
    /// False: no rebuild was running.
    cancelled: bool,
}

pub(super) async fn handler(
    State(app): State<App>,
    PathText(name): PathText,
    headers: HeaderMap,
) -> Result<Answer, ApiError> {
    names_no_version(&headers)?;
    let cancelled = app.projector.cancel_rebuild(&name).await?;
    let cancelled = cancelled.ok_or_else(|| ApiError::not_found("projection"))?;
    Ok(M::ok(Cancelled { cancelled }))
}
