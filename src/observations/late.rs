//! When a listing was next seen after a moment, by the pages of the book: a late observation ends there.

use aggregates::observations::{Looked, ObservationsEvent};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::limits;

/// The looks that confirmed something, page by page.
#[derive(Default)]
pub(super) struct Pages {
    confirmed: Vec<Looked>,
    /// Between these nothing is missing.
    complete: Option<(DateTime<Utc>, DateTime<Utc>)>,
}

impl Pages {
    /// Reads the pages with looks between two moments. Of very many only the first ones are read: what lies further
    /// on is decided by when the listing was last seen.
    pub(super) async fn read(pool: &PgPool, from: DateTime<Utc>, to: DateTime<Utc>) -> sqlx::Result<Self> {
        let payloads: Vec<String> = sqlx::query_scalar(
            "SELECT event.payload::text FROM observation_pages page JOIN events event USING (position) \
             WHERE page.ended > $1 AND page.began < $2 AND page.confirmed > 0 ORDER BY page.ended LIMIT $3",
        )
        .bind(from)
        .bind(to)
        .bind(limits::LATE_PAGES)
        .fetch_all(pool)
        .await?;
        let read = |json: &String| match serde_json::from_str(json) {
            Ok(ObservationsEvent::ObservationsTaken { confirmed, .. }) => Some(confirmed),
            Err(_) => None,
        };
        Ok(Self { confirmed: payloads.iter().filter_map(read).collect(), complete: Some((from, to)) })
    }

    /// Whether they tell of everything between two moments.
    pub(super) fn cover(&self, from: DateTime<Utc>, to: DateTime<Utc>) -> bool {
        self.complete.is_some_and(|(first, last)| first <= from && to <= last)
    }

    /// When a listing was first seen after a moment.
    pub(super) fn next_look(&self, listing: i64, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.confirmed.iter().filter_map(|looked| looked.at(listing)).filter(|at| *at > after).min()
    }
}
