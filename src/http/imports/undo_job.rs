use projections::imports::KeptView;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::http::{Answer, ApiError, M, PathId, WriteError, Writer};
use crate::imports::undo;
use crate::limits;

/// What undoing an import came to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct UndoneView {
    /// The import.
    job_id: Uuid,
    /// undone.
    status: &'static str,
    /// How many rows were taken back.
    reversed: i64,
    /// What was not, and why.
    kept: Vec<KeptView>,
}

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    let undone = undo(writer.app(), id, writer.context()).await.map_err(WriteError::from)?;
    writer.visible_within(undone.position, limits::SHEET_VISIBLE_WITHIN).await?;
    let kept = undone.kept.into_iter().map(KeptView::from).collect();
    let shown = UndoneView { job_id: id, status: "undone", reversed: undone.reversed, kept };
    Ok(M::ok(shown).position(undone.position))
}
