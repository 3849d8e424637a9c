//! One day, product by product.

use aggregates::sales::SalesRow;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::PgPool;

use super::view::{Figures, RestatedSummary, restatements};
use super::{DayRow, Sums};
use crate::table::Table;
use crate::{Amount, Zone};

/// Which sales are wanted.
#[derive(Clone, Debug, Default)]
pub struct SalesFilter {
    /// The day; none: the newest of which there are figures.
    pub date: Option<NaiveDate>,
    /// Only products of this PM.
    pub pm: Option<String>,
    /// Only products of this brand.
    pub brand: Option<String>,
}

/// A day's sales.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DayView {
    /// The day; null: there are no sales at all.
    pub date: Option<NaiveDate>,
    /// Sums of the items shown.
    pub summary: Summary,
    /// The products, largest amount first.
    pub items: Vec<SalesItem>,
}

/// Sums of a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Summary {
    /// The figures.
    #[serde(flatten)]
    pub figures: Figures,
    /// What later files replaced, of the whole day; absent where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restated: Option<RestatedSummary>,
}

/// A product's sales on a day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct SalesItem {
    /// The goods code.
    pub product_code: String,
    /// Its name.
    pub product_name: Option<String>,
    /// Its brand.
    pub brand: Option<String>,
    /// Its department.
    pub category: Option<String>,
    /// Its product manager.
    pub pm: Option<String>,
    /// Who delivers it.
    pub vendor_code: Option<String>,
    /// Pieces; negative: more came back than went out.
    pub qty: Amount,
    /// Money taken.
    pub amount: Amount,
    /// What the goods cost.
    pub cost: Option<Amount>,
    /// Amount less cost.
    pub gross_profit: Option<Amount>,
    /// Orders.
    pub orders: Option<i64>,
}

impl From<SalesRow> for SalesItem {
    fn from(row: SalesRow) -> Self {
        Self {
            product_code: row.product_code,
            product_name: row.product_name,
            brand: row.brand,
            category: row.category,
            pm: row.pm,
            vendor_code: row.vendor_code,
            qty: Amount(row.qty),
            amount: Amount(row.amount),
            cost: row.cost.map(Amount),
            gross_profit: row.gross_profit.map(Amount),
            orders: row.orders,
        }
    }
}

/// The newest day of which there are figures.
///
/// # Errors
/// When the database fails.
pub async fn newest_date(pool: &PgPool) -> Result<Option<NaiveDate>, sqlx::Error> {
    sqlx::query_scalar("SELECT max(date) FROM sales_totals WHERE dimension = 'all'").fetch_one(pool).await
}

/// A day's sales; a day of which nothing is known has no items and sums of zero.
///
/// # Errors
/// When the database fails.
pub async fn day(pool: &PgPool, filter: &SalesFilter, zone: Zone) -> Result<DayView, sqlx::Error> {
    let date = match filter.date {
        Some(date) => Some(date),
        None => newest_date(pool).await?,
    };
    let Some(date) = date else {
        let summary = Summary { figures: Figures::from(&Sums::default()), restated: None };
        return Ok(DayView { date: None, summary, items: Vec::new() });
    };
    let mut connection = pool.acquire().await?;
    let sql = format!(
        "SELECT {} FROM sales_rows item \
         WHERE date = $1 AND ($2::text IS NULL OR pm = $2) AND ($3::text IS NULL OR brand = $3) \
         ORDER BY amount DESC, product_code",
        DayRow::columns("item")
    );
    let query = sqlx::query(&sql).bind(date).bind(&filter.pm).bind(&filter.brand);
    let rows = query.try_map(|row| DayRow::read(&row)).fetch_all(&mut *connection).await?;
    let mut sums = Sums::default();
    rows.iter().for_each(|row| sums.add(&Sums::of(&row.sold)));
    let restated = RestatedSummary::of(restatements(&mut connection, date, date, zone).await?);
    let summary = Summary { figures: Figures::from(&sums), restated };
    let items = rows.into_iter().map(|row| row.sold.into()).collect();
    Ok(DayView { date: Some(date), summary, items })
}
