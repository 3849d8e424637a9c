//! Taking a stockout sheet in: one file, one batch.

use aggregates::stockouts::{BatchOrigin, StockoutBatch, StockoutCommand, StockoutRow};
use bytes::Bytes;
use projections::stockouts::{BatchRow, batch_of_file};
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use crate::limits;
use crate::sheets::read::{Sheet, Unreadable, read_sheet};

use super::sheet;

/// What became of a file.
#[derive(Clone, Debug, PartialEq)]
pub enum Taken {
    /// It is a batch now.
    New {
        /// The batch.
        batch: Uuid,
        /// Where the log is since.
        position: i64,
    },
    /// What had been taken back of its batch is there again.
    Restored {
        /// The batch.
        batch: Uuid,
        /// How many rows.
        rows: i64,
        /// Where the log is since.
        position: i64,
    },
    /// It was a batch before.
    Known(Box<BatchRow>),
}

/// Reads the rows of a file.
///
/// # Errors
/// When it cannot be read at all.
pub async fn read(bytes: Bytes) -> Result<Sheet<StockoutRow>, Unreadable> {
    read_sheet(bytes, &sheet::LAYOUT, sheet::parse).await
}

/// The batch that a file is already, if it is one and has not been taken back.
///
/// # Errors
/// When the database fails.
pub async fn known(app: &App, file_digest: &str) -> Result<Option<BatchRow>, sqlx::Error> {
    let found = batch_of_file(&app.pool, file_digest).await?;
    Ok(found.filter(|batch| !batch.is_undone))
}

/// Stores the rows as a batch, unless the same file is one.
///
/// # Errors
/// When the log does not take it.
pub async fn store(
    app: &App,
    origin: BatchOrigin,
    rows: Vec<StockoutRow>,
    context: &Context,
) -> Result<Taken, ExecuteError> {
    let hash = origin.file_digest.clone();
    let id = Uuid::now_v7();
    let numbers = app.store.next_numbers("stockout", rows.len()).await?;
    let rows: Vec<_> = rows.into_iter().zip(numbers).map(|(row, id)| StockoutRow { id, ..row }).collect();
    let command = StockoutCommand::Import { id, origin, rows };
    match app.store.create::<StockoutBatch>(&id.to_string(), command, context).await {
        Ok(outcome) => {
            let batch = Uuid::parse_str(&outcome.aggregate_id).unwrap_or(id);
            Ok(Taken::New { batch, position: outcome.position })
        }
        Err(ExecuteError::ClaimTaken { scope, .. }) if scope == "stockout-file" => {
            again(app, &hash, context).await
        }
        Err(error) => Err(error),
    }
}

/// The file is a batch: what was taken back of it is brought back.
async fn again(app: &App, hash: &str, context: &Context) -> Result<Taken, ExecuteError> {
    // Whoever was first may have been so a moment ago, on another node.
    let head = app.store.confirmed_head().await?;
    app.projector.wait(head, limits::VISIBLE_WITHIN).await;
    let found =
        batch_of_file(&app.pool, hash).await.map_err(|error| ExecuteError::Unavailable(error.to_string()))?;
    let Some(batch) = found else {
        return Err(ExecuteError::Unavailable("the first import of this file is not visible yet".to_owned()));
    };
    if !batch.is_undone {
        return Ok(Taken::Known(Box::new(batch)));
    }
    let id = batch.id.to_string();
    let outcome = app.store.execute::<StockoutBatch>(&id, StockoutCommand::Restore, context).await?;
    Ok(Taken::Restored { batch: batch.id, rows: batch.reversed, position: outcome.position })
}
