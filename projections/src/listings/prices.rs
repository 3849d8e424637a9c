//! The timelines in their table: from when on which price was in force.

use std::collections::{BTreeMap, HashMap};

use aggregates::listings::{ListingEvent, Point, Timeline, points_of};
use aggregates::values::StockStatus;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgExecutor};

use crate::ApplyError;
use crate::table::{self, Table, read_table};

/// A row of `listing_prices`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct PriceRow {
    number: i64,
    at: DateTime<Utc>,
    price: Option<Decimal>,
    stock_status: StockStatus,
    before_seen_at: Option<DateTime<Utc>>,
}

read_table! { PriceRow in "listing_prices" by (number, at) {
    number: bigint = number,
    at: timestamptz = at,
    price: numeric = price,
    stock_status: text = stock_status,
    before_seen_at: timestamptz = before_seen_at,
} }

impl PriceRow {
    fn point(&self) -> Point {
        Point {
            at: self.at,
            price: self.price,
            stock_status: self.stock_status,
            before_seen_at: self.before_seen_at,
        }
    }
}

/// The points that a batch adds, and the whole timelines of those listings of which something came late.
#[derive(Default)]
pub(super) struct Prices {
    added: BTreeMap<(i64, DateTime<Utc>), PriceRow>,
    timelines: HashMap<i64, Timeline>,
}

impl Prices {
    /// Loads the timelines of `late`.
    pub(super) async fn load(connection: &mut PgConnection, late: &[i64]) -> Result<Self, ApplyError> {
        let mut prices = Self::default();
        if late.is_empty() {
            return Ok(prices);
        }
        for number in late {
            prices.timelines.insert(*number, Timeline::default());
        }
        for row in rows_of(&mut *connection, late, DateTime::<Utc>::MIN_UTC).await? {
            prices.timelines.entry(row.number).or_default().insert(row.point());
        }
        Ok(prices)
    }

    /// Takes in what an event says; the whole timeline, if it is known here.
    pub(super) fn take(&mut self, number: i64, change: &ListingEvent) -> Option<&Timeline> {
        for Point { at, price, stock_status, before_seen_at } in points_of(change).into_iter().flatten() {
            let row = PriceRow { number, at, price, stock_status, before_seen_at };
            if let Some(timeline) = self.timelines.get_mut(&number) {
                timeline.insert(row.point());
            }
            self.added.insert((number, at), row);
        }
        self.timelines.get(&number)
    }

    pub(super) async fn save(&self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        let rows: Vec<_> = self.added.values().collect();
        Ok(table::save(connection, &rows).await?)
    }
}

async fn rows_of(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
    since: DateTime<Utc>,
) -> Result<Vec<PriceRow>, sqlx::Error> {
    let sql = format!(
        "SELECT {} FROM listing_prices item WHERE number = ANY($1) AND ($2 OR at >= $3) ORDER BY number, at",
        PriceRow::columns("item")
    );
    // Postgres has no time as early as the earliest here.
    let is_whole = since == DateTime::<Utc>::MIN_UTC;
    let since = if is_whole { DateTime::UNIX_EPOCH } else { since };
    let query = sqlx::query(&sql).bind(numbers).bind(is_whole).bind(since);
    query.try_map(|row| PriceRow::read(&row)).fetch_all(executor).await
}

/// The price of a listing over time.
///
/// # Errors
/// When the database fails.
pub async fn timeline(executor: impl PgExecutor<'_>, number: i64) -> Result<Timeline, sqlx::Error> {
    let rows = rows_of(executor, &[number], DateTime::<Utc>::MIN_UTC).await?;
    Ok(Timeline::of(rows.iter().map(PriceRow::point)))
}
