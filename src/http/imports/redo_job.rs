use projections::imports::KeptView;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::http::{Answer, ApiError, M, PathId, WriteError, Writer};
use crate::imports::redo;
use crate::limits;

/// What redoing an import came to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RedoneView {
    /// The import.
    job_id: Uuid,
    /// completed or partial, as before it was undone.
    status: &'static str,
    /// How many rows are there again.
    restored: i64,
    /// What stays as it is, and why.
    kept: Vec<KeptView>,
}

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    let (state, redone) = redo(writer.app(), id, writer.context()).await.map_err(WriteError::from)?;
    writer.visible_within(redone.position, limits::SHEET_VISIBLE_WITHIN).await?;
    let kept = redone.kept.into_iter().map(KeptView::from).collect();
    let shown = RedoneView { job_id: id, status: state.code(), restored: redone.reversed, kept };
    Ok(M::ok(shown).position(redone.position))
}
