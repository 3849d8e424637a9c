//! What models were asked and what that used, and what is talked about elsewhere.

mod history;
mod row;
mod trending;
mod usage;
mod view;

pub use history::{HistoryFilter, find_generation, list_generations};
pub use row::GenerationRow;
pub use trending::{Snapshot, TrendingRow, Trends, known_categories, snapshots};
pub use usage::{ByModel, ByProvider, ByUser, DayUsage, Usage, UsageStats, usage_stats, used_by};
pub use view::GenerationView;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aggregates::copywriting::GenerationEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::{Rows, unexpected, unreadable, wire_names};
use crate::table::Table;
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[GenerationEvent::WIRE]));

/// Keeps the table `generations`.
pub struct Generations;

#[async_trait]
impl Projection for Generations {
    fn name(&self) -> &'static str {
        "generations"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["generations"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut rows = known(connection, events).await?;
        for event in events {
            let number = number(event)?;
            let Fact::Generation(change) = event.fact() else { return Err(unexpected(event)) };
            if event.sequence == 1 {
                rows.insert(number, GenerationRow::default());
            }
            rows.of(&number, event)?.evolve(change, event);
        }
        rows.save(connection).await
    }
}

/// The rows of those whose streams began before this batch.
async fn known(
    connection: &mut PgConnection,
    events: &[&Recorded],
) -> Result<Rows<i64, GenerationRow>, ApplyError> {
    let mut numbers = BTreeSet::new();
    for event in events.iter().filter(|event| event.sequence > 1) {
        numbers.insert(number(event)?);
    }
    let mut rows = Rows::default();
    if !numbers.is_empty() {
        let numbers: Vec<i64> = numbers.into_iter().collect();
        let query = sqlx::query(&GenerationRow::statements().load).bind(numbers);
        for row in query.try_map(|row| GenerationRow::read(&row)).fetch_all(connection).await? {
            rows.insert(row.number, row);
        }
    }
    Ok(rows)
}

fn number(event: &Recorded) -> Result<i64, ApplyError> {
    event.aggregate_id.parse().map_err(|error| unreadable(event, error))
}
