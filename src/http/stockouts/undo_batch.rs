use aggregates::stockouts::{StockoutBatch, StockoutCommand};
use projections::stockouts::find_batch;
use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Answer, ApiError, M, PathId, WriteError, Writer};
use crate::limits;
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
    let undo = StockoutCommand::Undo;
    let outcome = app.store.execute::<StockoutBatch>(&id.to_string(), undo, writer.context()).await;
    let position = outcome.map_err(WriteError::from)?.position;
    let (reversed, kept) = undoing_at(app, id, position).await.map_err(WriteError::from)?;
    writer.visible_within(position, limits::SHEET_VISIBLE_WITHIN).await?;
    Ok(M::ok(Undone { reversed, kept }).position(position))
}
