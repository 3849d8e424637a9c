//! Stockouts and their batches as clients see them.

mod questions;
mod row;
mod view;

pub use questions::{
    StockoutQuery, Wanted, batch_of, batch_of_file, find_batch, find_stockout, list_stockouts,
    stockouts_by_number, stockouts_of_mail,
};
pub use row::{BatchRow, StockoutRow};
pub use view::StockoutView;

use std::collections::HashSet;
use std::sync::LazyLock;

use aggregates::stockouts::StockoutEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[StockoutEvent::WIRE]));

/// Keeps the tables `stockout_batches` and `stockouts`.
pub struct Stockouts;

#[async_trait]
impl Projection for Stockouts {
    fn name(&self) -> &'static str {
        "stockouts"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["stockout_batches", "stockouts"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut streams, mut changes) = (Streams::default(), Vec::with_capacity(events.len()));
        let (mut new, mut known) = (HashSet::new(), HashSet::new());
        for event in events {
            let id = stream_id(event)?;
            let Fact::Stockout(change) = event.fact() else { return Err(unexpected(event)) };
            streams.note(id, event);
            if let StockoutEvent::StockoutsListed { rows } = change {
                new.extend(rows.iter().map(|row| row.id));
            }
            known.extend(concerned(change).iter().filter(|number| !new.contains(*number)).copied());
            changes.push((id, change, *event));
        }
        let known: Vec<i64> = known.into_iter().collect();
        let mut tables = Tables {
            batches: Rows::load(connection, &streams, |row: &BatchRow| row.id).await?,
            rows: Rows::numbered(connection, known, |row: &StockoutRow| row.number).await?,
        };
        for (id, change, event) in changes {
            tables.fold(id, change, event)?;
        }
        tables.batches.save(connection).await?;
        tables.rows.save(connection).await
    }
}

/// The rows that an event changes.
fn concerned(change: &StockoutEvent) -> &[i64] {
    match change {
        StockoutEvent::StockoutBatchImported { .. } | StockoutEvent::StockoutsListed { .. } => &[],
        StockoutEvent::StockoutsQueued { ids, .. }
        | StockoutEvent::StockoutsWithoutAddress { ids }
        | StockoutEvent::StockoutsSettled { ids, .. }
        | StockoutEvent::StockoutsResolved { ids }
        | StockoutEvent::StockoutsReopened { ids }
        | StockoutEvent::StockoutBatchRestored { ids } => ids,
        StockoutEvent::StockoutBatchUndone { reversed, .. } => reversed,
    }
}

struct Tables {
    batches: Rows<Uuid, BatchRow>,
    rows: Rows<i64, StockoutRow>,
}

impl Tables {
    fn fold(&mut self, id: Uuid, change: &StockoutEvent, event: &Recorded) -> Result<(), ApplyError> {
        let batch = self.batches.entry(id, || BatchRow { id, ..BatchRow::default() });
        (batch.updated_at, batch.own_position) = (event.recorded_at, event.position);
        match change {
            StockoutEvent::StockoutBatchImported { origin, imported, .. } => {
                (batch.origin, batch.imported) = (origin.clone(), *imported);
                batch.created_at = event.recorded_at;
            }
            StockoutEvent::StockoutsListed { rows } => {
                for row in rows {
                    self.rows.insert(row.id, StockoutRow::listed(id, row, event));
                }
            }
            StockoutEvent::StockoutBatchUndone { reversed, .. } => {
                (batch.is_undone, batch.reversed) = (true, batch.reversed + len(reversed));
            }
            StockoutEvent::StockoutBatchRestored { ids } => {
                (batch.is_undone, batch.reversed) = (false, batch.reversed - len(ids));
            }
            _ => {}
        }
        for number in concerned(change) {
            let row = self.rows.of(number, event)?.touched(event);
            match change {
                StockoutEvent::StockoutsQueued { mail, .. } => row.queue(*mail),
                StockoutEvent::StockoutsWithoutAddress { .. } => {
                    row.status = aggregates::stockouts::RowStatus::NoEmail;
                }
                StockoutEvent::StockoutsSettled { outcome, .. } => row.settle(outcome, event),
                StockoutEvent::StockoutsResolved { .. } => {
                    row.status = aggregates::stockouts::RowStatus::Resolved;
                }
                StockoutEvent::StockoutsReopened { .. } => row.reopen(),
                StockoutEvent::StockoutBatchUndone { .. } => row.is_reversed = true,
                StockoutEvent::StockoutBatchRestored { .. } => row.restore(),
                StockoutEvent::StockoutBatchImported { .. } | StockoutEvent::StockoutsListed { .. } => {}
            }
        }
        Ok(())
    }
}

fn len(ids: &[i64]) -> i64 {
    i64::try_from(ids.len()).unwrap_or(i64::MAX)
}
