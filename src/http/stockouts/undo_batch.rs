use aggregates::stockouts::{StockoutBatch, StockoutCommand};
use projections::stockouts::find_batch;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Answer, ApiError, M, PathId, Writer};
use crate::stockouts::undo::{KeptView, undoing_at};

/// What undoing a batch came to.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Undone {
    /// How many rows were taken back.
    reversed: i64,
    /// The rows that were not, and why.
    kept: Vec<KeptView>,
}

pub(super) async fn handler(PathId(id): PathId, writer: Writer) -> Result<Answer, ApiError> {
    let app = writer.app();
    let found = find_batch(&app.pool, id).await?.ok_or_else(|| ApiError::not_found("stockout batch"))?;
    if writer.names_version() {
        writer.check_version(found.own_position)?;
    }
    let outcome = writer.execute::<StockoutBatch>(id, StockoutCommand::Undo).await?;
    let (reversed, kept) = undoing_at(app, id, outcome.position).await?;
    Ok(M::ok(Undone { reversed, kept }).position(outcome.position))
}
