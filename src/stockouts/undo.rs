//! What undoing a batch came to, as its event tells.

use aggregates::stockouts::{StockoutBatch, StockoutEvent};
use aggregates::{Decider, Fact, Recorded};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::StreamFilter;

/// A row that was not taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct KeptView {
    /// The row.
    pub id: i64,
    /// mailed, queued, unknown or resolved.
    pub why: String,
}

/// The rows taken back and kept by the undoing at `position`.
///
/// # Errors
/// When the database fails.
pub async fn undoing_at(app: &App, batch: Uuid, position: i64) -> Result<(i64, Vec<KeptView>), sqlx::Error> {
    let event = event_at(app, batch, position).await?;
    let Some(Fact::Stockout(StockoutEvent::StockoutBatchUndone { reversed, kept })) =
        event.as_ref().map(Recorded::fact)
    else {
        return Ok((0, Vec::new()));
    };
    let kept = kept.iter().map(|row| KeptView { id: row.id, why: row.why.clone() }).collect();
    Ok((i64::try_from(reversed.len()).unwrap_or(i64::MAX), kept))
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
