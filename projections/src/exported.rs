//! Listings as files show them: all rows of one moment, however many, page by page through a cursor.

use aggregates::values::StockStatus;
use chrono::{DateTime, SecondsFormat, Utc};
use rust_decimal::Decimal;
use sqlx::postgres::PgRow;
use sqlx::{Executor, PgPool, Postgres, Row, Transaction};

use crate::listings::{Filter, percent};

/// A listing in a file.
#[derive(Clone, Debug)]
pub struct ExportedListing {
    /// Its goods code.
    pub product_id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Whose make it is.
    pub brand: Option<String>,
    /// What kind of goods it is.
    pub category: Option<String>,
    /// The price in force.
    pub price: Option<Decimal>,
    /// The price it is compared with: the one before, or the one at the moment that changes are counted from.
    pub previous_price: Option<Decimal>,
    /// What it is counted in, once known.
    pub currency: Option<String>,
    /// Whether the shop has no such page any more.
    pub is_delisted: bool,
    /// Since when it has not.
    pub delisted_at: Option<DateTime<Utc>>,
    /// Whether it can be bought.
    pub stock_status: StockStatus,
    /// When somebody last looked.
    pub checked_at: Option<DateTime<Utc>>,
    /// Since when price and stock state are as they are.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was first seen.
    pub first_seen: DateTime<Utc>,
    /// The page that is watched.
    pub url: Option<String>,
}

impl ExportedListing {
    /// How much more it costs than before.
    pub fn change(&self) -> Option<Decimal> {
        self.price.zip(self.previous_price).map(|(price, previous)| price - previous)
    }

    /// The same in percent of the price before, two places.
    pub fn change_percent(&self) -> Option<Decimal> {
        self.change().zip(self.previous_price).map(|(change, previous)| percent(change, previous))
    }

    fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let status: String = row.try_get("status")?;
        let stock_status: String = row.try_get("stock_status")?;
        Ok(Self {
            product_id: row.try_get("product_id")?,
            name: row.try_get("name")?,
            brand: row.try_get("brand")?,
            category: row.try_get("category")?,
            price: row.try_get("price")?,
            previous_price: row.try_get("compared")?,
            currency: row.try_get("currency")?,
            is_delisted: status == "delisted",
            delisted_at: row.try_get("delisted_at")?,
            stock_status: StockStatus::parse(&stock_status).unwrap_or_default(),
            checked_at: row.try_get("looked_at")?,
            changed_at: row.try_get("changed_at")?,
            first_seen: row.try_get("first_seen")?,
            url: row.try_get("url")?,
        })
    }
}

/// Listings being read for a file. All pages are of the moment when it was opened.
pub struct Export {
    transaction: Transaction<'static, Postgres>,
}

impl Export {
    /// Opens it: all listings by their number; those that cost more, or less, than at `since` with the greatest
    /// change first; or those whose page is gone, newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn open(pool: &PgPool, filter: Filter, since: DateTime<Utc>) -> Result<Self, sqlx::Error> {
        let mut transaction = pool.begin().await?;
        transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?;
        transaction.execute(declare(filter, since).as_str()).await?;
        Ok(Self { transaction })
    }

    /// The next rows, at most so many; none when there are no more.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn next(&mut self, rows: i64) -> Result<Vec<ExportedListing>, sqlx::Error> {
        let sql = format!("FETCH FORWARD {rows} FROM exported");
        let rows = sqlx::query(&sql).persistent(false).fetch_all(&mut *self.transaction).await?;
        rows.iter().map(ExportedListing::read).collect()
    }
}

/// The cursor. A cursor takes no parameters; its only one is an instant, printed by ourselves.
fn declare(filter: Filter, since: DateTime<Utc>) -> String {
    let since = since.to_rfc3339_opts(SecondsFormat::Micros, true);
    let before = format!(
        "(SELECT earlier.price FROM listing_prices earlier WHERE earlier.number = item.number \
          AND earlier.at <= '{since}'::timestamptz ORDER BY earlier.at DESC LIMIT 1)"
    );
    let moved = |sign: &str| {
        format!(
            "AND item.status = 'active' AND item.changed_at > '{since}'::timestamptz AND item.price {sign} {before}"
        )
    };
    let greatest = |direction: &str| {
        format!("(item.price - {before}) / NULLIF({before}, 0) {direction} NULLS LAST, item.number")
    };
    let number = || "item.number".to_owned();
    let (compared, wanted, order) = match filter {
        Filter::All => ("item.previous_price".to_owned(), String::new(), number()),
        Filter::Delisted => (
            "item.previous_price".to_owned(),
            "AND item.status = 'delisted'".to_owned(),
            "item.delisted_at DESC NULLS LAST, item.number".to_owned(),
        ),
        Filter::Increase => (before.clone(), moved(">"), greatest("DESC")),
        Filter::Decrease => (before.clone(), moved("<"), greatest("ASC")),
    };
    format!(
        "DECLARE exported NO SCROLL CURSOR FOR SELECT item.product_id, item.name, item.brand, item.category, \
         item.price, {compared} AS compared, item.currency, item.status, item.delisted_at, item.stock_status, \
         GREATEST(item.seen_at, checks.checked_at, gone.at) AS looked_at, item.changed_at, item.first_seen, item.url \
         FROM listings item LEFT JOIN listing_checks checks USING (number) \
         LEFT JOIN listing_gone gone USING (number) WHERE item.is_active {wanted} ORDER BY {order}"
    )
}
