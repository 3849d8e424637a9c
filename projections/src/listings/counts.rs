//! How many listings there are of each category and status, kept so that no page counts them.

use std::collections::BTreeMap;

use aggregates::listings::ListingStatus;
use sqlx::{PgConnection, PgExecutor};

use super::ListingRow;
use crate::ApplyError;

/// What a batch changes about the counts.
#[derive(Default)]
pub(super) struct Counts(BTreeMap<(String, &'static str), i64>);

impl Counts {
    /// A listing was counted like this before.
    pub(super) fn leaves(&mut self, row: &ListingRow) {
        self.add(row, -1);
    }

    /// A listing is to be counted like this now.
    pub(super) fn joins(&mut self, row: &ListingRow) {
        self.add(row, 1);
    }

    fn add(&mut self, row: &ListingRow, by: i64) {
        if row.is_active {
            let category = row.category.clone().unwrap_or_default();
            *self.0.entry((category, row.status.code())).or_default() += by;
        }
    }

    pub(super) async fn save(self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        let changes: Vec<_> = self.0.into_iter().filter(|(_, by)| *by != 0).collect();
        if changes.is_empty() {
            return Ok(());
        }
        let categories: Vec<&str> = changes.iter().map(|((category, _), _)| category.as_str()).collect();
        let statuses: Vec<&str> = changes.iter().map(|((_, status), _)| *status).collect();
        let by: Vec<i64> = changes.iter().map(|(_, by)| *by).collect();
        sqlx::query(
            "INSERT INTO listing_counts AS known (category, status, listings) \
             SELECT * FROM UNNEST($1::text[], $2::text[], $3::bigint[]) \
             ON CONFLICT (category, status) DO UPDATE SET listings = known.listings + excluded.listings",
        )
        .bind(categories)
        .bind(statuses)
        .bind(by)
        .execute(&mut *connection)
        .await?;
        sqlx::query("DELETE FROM listing_counts WHERE listings = 0").execute(connection).await?;
        Ok(())
    }
}

/// How many listings there are in a category, or in all, with a status, or with any.
pub(super) async fn count(
    executor: impl PgExecutor<'_>,
    category: Option<&str>,
    status: Option<ListingStatus>,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT COALESCE(sum(listings), 0)::bigint FROM listing_counts \
         WHERE ($1::text IS NULL OR category = $1) AND ($2::text IS NULL OR status = $2)",
    )
    .bind(category)
    .bind(status.map(ListingStatus::code))
    .fetch_one(executor)
    .await
}
