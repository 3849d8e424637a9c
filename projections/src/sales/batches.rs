//! Where an import has to be looked for.

use chrono::NaiveDate;
use sqlx::PgPool;
use uuid::Uuid;

/// The days of which an import speaks.
///
/// # Errors
/// When the database fails.
pub async fn days_of_batch(pool: &PgPool, batch: Uuid) -> Result<Vec<NaiveDate>, sqlx::Error> {
    let sql = "SELECT date FROM sales_batches WHERE batch_id = $1 ORDER BY date";
    sqlx::query_scalar(sql).bind(batch).fetch_all(pool).await
}
