//! What the answers about sales have in common.

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};
use uuid::Uuid;

use super::Sums;
use crate::users::name_authors;
use crate::{Amount, Zone};

/// Sums of sales. What no file says is null; where nothing was sold it is zero.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Figures {
    /// Money taken.
    pub amount: Amount,
    /// Pieces.
    pub qty: Amount,
    /// Orders.
    pub orders: Option<i64>,
    /// Gross profit of the products of which it is known.
    pub gross_profit: Option<Amount>,
}

impl From<&Sums> for Figures {
    fn from(sums: &Sums) -> Self {
        let is_known = |known: i64| known > 0 || sums.products == 0;
        Self {
            amount: Amount(sums.amount),
            qty: Amount(sums.qty),
            orders: is_known(sums.orders_known).then_some(sums.orders),
            gross_profit: is_known(sums.gross_profits).then_some(Amount(sums.gross_profit)),
        }
    }
}

/// The sums of several rows of `sales_totals`, in the order in which [`read_sums`] reads them.
pub(super) const SUMS: &str = "COALESCE(sum(products), 0)::bigint, COALESCE(sum(qty), 0), COALESCE(sum(amount), 0), \
     COALESCE(sum(cost), 0), COALESCE(sum(costs), 0)::bigint, COALESCE(sum(gross_profit), 0), \
     COALESCE(sum(gross_profits), 0)::bigint, COALESCE(sum(orders), 0)::bigint, \
     COALESCE(sum(orders_known), 0)::bigint";

/// Reads [`SUMS`], which begin at the column `first`.
pub(super) fn read_sums(row: &PgRow, first: usize) -> Result<Sums, sqlx::Error> {
    Ok(Sums {
        products: row.try_get(first)?,
        qty: row.try_get(first + 1)?,
        amount: row.try_get(first + 2)?,
        cost: row.try_get(first + 3)?,
        costs: row.try_get(first + 4)?,
        gross_profit: row.try_get(first + 5)?,
        gross_profits: row.try_get(first + 6)?,
        orders: row.try_get(first + 7)?,
        orders_known: row.try_get(first + 8)?,
    })
}

/// An import that replaced figures of a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Restatement {
    /// The day.
    pub date: NaiveDate,
    /// The import.
    pub batch_id: Uuid,
    /// The file's name.
    pub file: Option<String>,
    /// How many products got other figures.
    pub products: i64,
    /// Their amount before.
    pub amount_before: Amount,
    /// Their amount after.
    pub amount_after: Amount,
    /// When, in the house's zone.
    pub at: String,
    /// By whom.
    pub by: String,
}

/// What was restated, all in all and import by import.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct RestatedSummary {
    /// How many figures of products were replaced.
    pub products: i64,
    /// Their amount before.
    pub amount_before: Amount,
    /// Their amount after.
    pub amount_after: Amount,
    /// The imports, oldest first.
    pub batches: Vec<Restatement>,
}

impl RestatedSummary {
    /// None where nothing was restated.
    pub(super) fn of(batches: Vec<Restatement>) -> Option<Self> {
        let sum = |amount: fn(&Restatement) -> Decimal| Amount(batches.iter().map(amount).sum());
        let summary = Self {
            products: batches.iter().map(|batch| batch.products).sum(),
            amount_before: sum(|batch| batch.amount_before.0),
            amount_after: sum(|batch| batch.amount_after.0),
            batches: Vec::new(),
        };
        (!batches.is_empty()).then_some(Self { batches, ..summary })
    }
}

/// The imports that restated figures of these days and were not undone, oldest first.
pub(super) async fn restatements(
    connection: &mut PgConnection,
    from: NaiveDate,
    to: NaiveDate,
    zone: Zone,
) -> Result<Vec<Restatement>, sqlx::Error> {
    let sql = "SELECT date, batch_id, file, restated, amount_before, amount_after, imported_at, imported_by \
         FROM sales_batches WHERE date BETWEEN $1 AND $2 AND restated > 0 AND NOT is_undone \
         ORDER BY date, first_position";
    let read = |row: PgRow| -> Result<Restatement, sqlx::Error> {
        Ok(Restatement {
            date: row.try_get(0)?,
            batch_id: row.try_get(1)?,
            file: row.try_get(2)?,
            products: row.try_get(3)?,
            amount_before: Amount(row.try_get(4)?),
            amount_after: Amount(row.try_get(5)?),
            at: zone.minute(row.try_get::<DateTime<Utc>, _>(6)?),
            by: row.try_get(7)?,
        })
    };
    let query = sqlx::query(sql).bind(from).bind(to).try_map(read);
    let mut found = query.fetch_all(&mut *connection).await?;
    name_authors(connection, found.iter_mut().map(|restatement| &mut restatement.by)).await?;
    Ok(found)
}
