//! What undoing a batch came to, as its event tells.

use aggregates::stockouts::{KeptRow, StockoutBatch, StockoutEvent};
use aggregates::{Decider, Fact, Recorded};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{ExecuteError, StreamFilter};

/// A row that was not taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptView {
    /// The row.
    pub id: i64,
    /// mailed, queued, unknown or resolved.
    pub why: String,
}

impl From<&KeptRow> for KeptView {
    fn from(row: &KeptRow) -> Self {
        Self { id: row.id, why: row.why.clone() }
    }
}

/// The rows taken back and kept by the undoing that left the log at `position`. Where that is no undoing, because all
/// rows are kept, the batch itself says why.
///
/// # Errors
/// When the database fails.
pub async fn undoing_at(app: &App, batch: Uuid, position: i64) -> Result<(i64, Vec<KeptView>), ExecuteError> {
    let event = event_at(app, batch, position).await;
    let event = event.map_err(|error| ExecuteError::Unavailable(error.to_string()))?;
    if let Some(Fact::Stockout(StockoutEvent::StockoutBatchUndone { reversed, kept })) =
        event.as_ref().map(Recorded::fact)
    {
        let reversed = i64::try_from(reversed.len()).unwrap_or(i64::MAX);
        return Ok((reversed, kept.iter().map(KeptView::from).collect()));
    }
    let loaded = app.store.load::<StockoutBatch>(&batch.to_string()).await?;
    Ok((0, loaded.state.kept().iter().map(KeptView::from).collect()))
}

/// How many rows the restoring at `position` brought back.
///
/// # Errors
/// When the database fails.
pub async fn restored_at(app: &App, batch: Uuid, position: i64) -> Result<i64, sqlx::Error> {
    let event = event_at(app, batch, position).await?;
    let Some(Fact::Stockout(StockoutEvent::StockoutBatchRestored { ids })) =
        event.as_ref().map(Recorded::fact)
    else {
        return Ok(0);
    };
    Ok(i64::try_from(ids.len()).unwrap_or(i64::MAX))
}

async fn event_at(app: &App, batch: Uuid, position: i64) -> Result<Option<Recorded>, sqlx::Error> {
    let filter = StreamFilter { after: position - 1, limit: 1, ..StreamFilter::default() };
    let events = app.store.stream_page(StockoutBatch::KIND, &batch.to_string(), &filter).await?;
    Ok(events.into_iter().next())
}
