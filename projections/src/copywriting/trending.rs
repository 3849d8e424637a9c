//! The newest snapshot of what is talked about elsewhere, by source and category.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use aggregates::copywriting::{TrendingEvent, TrendingItem};
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgExecutor};

use crate::batch::{Rows, unexpected, unreadable, wire_names};
use crate::table::{Table, read_table};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[TrendingEvent::WIRE]));

/// Keeps the table `trending`.
pub struct Trends;

/// A row of `trending`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TrendingRow {
    /// What its stream is called.
    pub id: String,
    /// Which source.
    pub source: String,
    /// Of which category; empty: in general.
    pub category: String,
    /// What it says, as a JSON list.
    pub items: String,
    /// When it was asked last.
    pub fetched_at: DateTime<Utc>,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { TrendingRow in "trending" by (id) {
    id: text = id,
    source: text = source,
    category: text = category,
    items: text = items,
    fetched_at: timestamptz = fetched_at,
    own_position: bigint = own_position,
} }

/// A snapshot, read.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// Which source.
    pub source: String,
    /// What it said.
    pub items: Vec<TrendingItem>,
    /// When it was asked last.
    pub fetched_at: DateTime<Utc>,
}

#[async_trait]
impl Projection for Trends {
    fn name(&self) -> &'static str {
        "trending"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["trending"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let ids: BTreeSet<String> = events.iter().map(|event| event.aggregate_id.to_string()).collect();
        let mut rows = Rows::<String, TrendingRow>::default();
        let query = sqlx::query(&TrendingRow::statements().load).bind(ids.into_iter().collect::<Vec<_>>());
        for row in query.try_map(|row| TrendingRow::read(&row)).fetch_all(&mut *connection).await? {
            rows.insert(row.id.clone(), row);
        }
        for event in events {
            let Fact::Trending(change) = event.fact() else { return Err(unexpected(event)) };
            let id = event.aggregate_id.to_string();
            let row = rows.entry(id.clone(), TrendingRow::default);
            (row.id, row.own_position) = (id, event.position);
            match change {
                TrendingEvent::TrendingChanged { source, category, items, at } => {
                    row.source.clone_from(source);
                    row.category.clone_from(category);
                    row.items = serde_json::to_string(items).map_err(|error| unreadable(event, error))?;
                    row.fetched_at = *at;
                }
                TrendingEvent::TrendingConfirmed { at } => row.fetched_at = *at,
            }
        }
        rows.save(connection).await
    }
}

/// The newest snapshots of a category, of one source or of all.
///
/// # Errors
/// When the database fails, or holds something that is no snapshot.
pub async fn snapshots(
    executor: impl PgExecutor<'_>,
    source: Option<&str>,
    category: &str,
) -> Result<Vec<Snapshot>, sqlx::Error> {
    let columns = TrendingRow::columns("item");
    let sql = format!(
        "SELECT {columns} FROM trending item WHERE category = $2 AND ($1::text IS NULL OR source = $1) ORDER BY source"
    );
    let query = sqlx::query(&sql).bind(source).bind(category);
    let rows = query.try_map(|row| TrendingRow::read(&row)).fetch_all(executor).await?;
    rows.into_iter()
        .map(|row| {
            let items = serde_json::from_str(&row.items);
            let items = items.map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(Snapshot { source: row.source, items, fetched_at: row.fetched_at })
        })
        .collect()
}

/// The categories of which there is a snapshot, each with its source and whether it is older than `since`.
///
/// # Errors
/// When the database fails.
pub async fn known_categories(
    executor: impl PgExecutor<'_>,
    since: DateTime<Utc>,
) -> Result<Vec<(String, String, bool)>, sqlx::Error> {
    let sql = "SELECT source, category, fetched_at < $1 FROM trending ORDER BY fetched_at";
    sqlx::query_as(sql).bind(since).fetch_all(executor).await
}
