//! What an import said, and of which days.

use std::fmt::{Display, Formatter};

use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::{PgPool, Row};
use uuid::Uuid;

/// The days of which an import speaks.
///
/// # Errors
/// When the database fails.
pub async fn days_of_batch(pool: &PgPool, batch: Uuid) -> Result<Vec<NaiveDate>, sqlx::Error> {
    let sql = "SELECT date FROM sales_batches WHERE batch_id = $1 ORDER BY date";
    sqlx::query_scalar(sql).bind(batch).fetch_all(pool).await
}

/// What an import came to, over all its days.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchReport {
    /// Days of which it speaks.
    pub days: i64,
    /// Products of which nothing was in force before.
    pub recorded: i64,
    /// Products whose figures it replaced.
    pub restated: i64,
    /// Products of which it said again what was in force.
    pub confirmed: i64,
    /// What was in force for the products restated.
    pub amount_before: Decimal,
    /// What it said instead.
    pub amount_after: Decimal,
}

impl Display for BatchReport {
    fn fmt(&self, text: &mut Formatter<'_>) -> std::fmt::Result {
        let Self { days, recorded, restated, confirmed, .. } = self;
        write!(text, "{days} days: {recorded} products recorded, {restated} restated")?;
        if *restated > 0 {
            let (before, after) = (self.amount_before.normalize(), self.amount_after.normalize());
            write!(text, " (their amount was {before} and is {after})")?;
        }
        write!(text, ", {confirmed} confirmed")
    }
}

/// What an import came to.
///
/// # Errors
/// When the database fails.
pub async fn report_of_batch(pool: &PgPool, batch: Uuid) -> Result<BatchReport, sqlx::Error> {
    let sql = "SELECT count(*), COALESCE(sum(recorded), 0)::bigint, COALESCE(sum(restated), 0)::bigint, \
         COALESCE(sum(confirmed), 0)::bigint, COALESCE(sum(amount_before), 0), COALESCE(sum(amount_after), 0) \
         FROM sales_batches WHERE batch_id = $1";
    let row = sqlx::query(sql).bind(batch).fetch_one(pool).await?;
    Ok(BatchReport {
        days: row.try_get(0)?,
        recorded: row.try_get(1)?,
        restated: row.try_get(2)?,
        confirmed: row.try_get(3)?,
        amount_before: row.try_get(4)?,
        amount_after: row.try_get(5)?,
    })
}
