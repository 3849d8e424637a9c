//! Amounts day by day.

use std::collections::BTreeMap;

use aggregates::sales::SalesColumn;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{PgPool, Row};

use super::months::name_of;
use crate::Amount;

/// Amounts of each name, day by day.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct TrendView {
    /// brand, pm or category.
    pub dimension: &'static str,
    /// The first day.
    pub start_date: NaiveDate,
    /// The last day.
    pub end_date: NaiveDate,
    /// Every day from the first to the last.
    pub dates: Vec<NaiveDate>,
    /// Each name that had sales in these days, largest total first.
    pub series: Vec<Series>,
}

/// The amounts of one name.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Series {
    /// Its name; null: of products of which no file says it.
    pub name: Option<String>,
    /// The sum of its points.
    pub total: Amount,
    /// An amount for each of `dates`; zero where nothing was sold.
    pub points: Vec<Amount>,
}

/// Amounts by `dimension` from `start` to `end`, both included.
///
/// # Errors
/// When the database fails.
pub async fn trend(
    pool: &PgPool,
    dimension: SalesColumn,
    start: NaiveDate,
    end: NaiveDate,
) -> Result<TrendView, sqlx::Error> {
    let dates: Vec<_> = start.iter_days().take_while(|date| *date <= end).collect();
    let sql =
        "SELECT name, date - $2, amount FROM sales_totals WHERE dimension = $1 AND date BETWEEN $2 AND $3";
    let rows = sqlx::query(sql).bind(dimension.code()).bind(start).bind(end).fetch_all(pool).await?;
    let mut series: BTreeMap<String, Vec<Decimal>> = BTreeMap::new();
    for row in rows {
        let (name, day, amount): (String, i32, Decimal) = (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let points = series.entry(name).or_insert_with(|| vec![Decimal::ZERO; dates.len()]);
        if let Some(point) = usize::try_from(day).ok().and_then(|day| points.get_mut(day)) {
            *point = amount;
        }
    }
    let mut series: Vec<_> = series
        .into_iter()
        .map(|(name, points)| {
            let total = Amount(points.iter().sum());
            Series { name: name_of(name), total, points: points.into_iter().map(Amount).collect() }
        })
        .collect();
    // Equal totals stay in the order of their names.
    series.sort_by_key(|one| std::cmp::Reverse(one.total.0));
    Ok(TrendView { dimension: dimension.code(), start_date: start, end_date: end, dates, series })
}
