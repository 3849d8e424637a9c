//! Pages of history: one stream for the audit, the whole log for /api/events.

use aggregates::Recorded;
use chrono::{DateTime, Utc};
use sqlx::QueryBuilder;

use super::Store;
use super::row::{RowReader, SELECT_EVENT};
use crate::limits;

/// Which part of a stream to read.
#[derive(Clone, Debug, Default)]
pub struct StreamFilter {
    /// Only events after this position.
    pub after: i64,
    /// Only events recorded at or after this moment.
    pub from: Option<DateTime<Utc>>,
    /// Only events recorded at or before this moment.
    pub to: Option<DateTime<Utc>>,
    /// Only these event types; empty: all.
    pub types: Vec<String>,
    /// At most this many, 1 to [`limits::EVENTS_PAGE_MAX`].
    pub limit: i64,
}

/// Which part of the log to read.
#[derive(Clone, Debug, Default)]
pub struct FeedFilter {
    /// Only events after this position.
    pub after: i64,
    /// Only streams of this kind.
    pub kind: Option<String>,
    /// Only events of this type.
    pub event_type: Option<String>,
    /// At most this many, 1 to [`limits::EVENTS_PAGE_MAX`].
    pub limit: i64,
}

impl Store {
    /// A stream's events in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stream_page(
        &self,
        kind: &str,
        id: &str,
        filter: &StreamFilter,
    ) -> sqlx::Result<Vec<Recorded>> {
        let mut query = QueryBuilder::new(SELECT_EVENT);
        query.push(" WHERE aggregate_type = ").push_bind(kind);
        query.push(" AND aggregate_id = ").push_bind(id);
        query.push(" AND position > ").push_bind(filter.after);
        if let Some(from) = filter.from {
            query.push(" AND recorded_at >= ").push_bind(from);
        }
        if let Some(to) = filter.to {
            query.push(" AND recorded_at <= ").push_bind(to);
        }
        if !filter.types.is_empty() {
            query.push(" AND event_type = ANY(").push_bind(&filter.types).push(")");
        }
        query.push(" ORDER BY sequence LIMIT ").push_bind(filter.limit.clamp(1, limits::EVENTS_PAGE_MAX));
        self.fetch(query).await
    }

    /// The log's events in order.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn feed_page(&self, filter: &FeedFilter) -> sqlx::Result<Vec<Recorded>> {
        let mut query = QueryBuilder::new(SELECT_EVENT);
        query.push(" WHERE position > ").push_bind(filter.after);
        if let Some(kind) = &filter.kind {
            query.push(" AND aggregate_type = ").push_bind(kind);
        }
        if let Some(event_type) = &filter.event_type {
            query.push(" AND event_type = ").push_bind(event_type);
        }
        query.push(" ORDER BY position LIMIT ").push_bind(filter.limit.clamp(1, limits::EVENTS_PAGE_MAX));
        self.fetch(query).await
    }

    /// The position of the newest event recorded at or before `moment`; 0: none.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn position_at(&self, moment: DateTime<Utc>) -> sqlx::Result<i64> {
        // Times follow positions, so the boundary is found by halving: no index on times is needed.
        let (mut low, mut high) = (0, self.head_now().await?);
        while low < high {
            let middle = low + (high - low + 1) / 2;
            let recorded_at: Option<DateTime<Utc>> =
                sqlx::query_scalar("SELECT recorded_at FROM events WHERE position = $1")
                    .bind(middle)
                    .fetch_optional(self.pool())
                    .await?;
            if recorded_at.is_some_and(|at| at <= moment) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        Ok(low)
    }

    async fn head_now(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("SELECT position FROM log_head").fetch_one(self.pool()).await
    }

    async fn fetch(&self, mut query: QueryBuilder<'_, sqlx::Postgres>) -> sqlx::Result<Vec<Recorded>> {
        let rows = query.build().fetch_all(self.pool()).await?;
        let mut reader = RowReader::new(&self.upcasters);
        rows.iter().map(|row| reader.recorded(row)).collect()
    }
}
