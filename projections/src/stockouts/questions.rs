//! What one may ask about stockouts.

use aggregates::stockouts::RowStatus;
use chrono::NaiveDate;
use sqlx::postgres::{PgArguments, PgRow};
use sqlx::query::Query;
use sqlx::{PgPool, Postgres, Row};
use uuid::Uuid;

use super::{BatchRow, StockoutRow, StockoutView};
use crate::lists::{Found, Page, Versioned};
use crate::table::Table;
use crate::{ListQuery, Zone};

/// Which stockouts are wanted.
#[derive(Clone, Debug, Default)]
pub struct StockoutQuery {
    /// Those of this batch.
    pub batch: Option<Uuid>,
    /// Those of this vendor, in any case.
    pub vendor_code: Option<String>,
    /// Those of this status.
    pub status: Option<RowStatus>,
    /// Missing on or after this day; without a day of its own the day of import counts.
    pub from: Option<NaiveDate>,
    /// Missing on or before this day.
    pub to: Option<NaiveDate>,
    /// All of them without it.
    pub page: Option<Page>,
    /// How many at most when no page is wanted.
    pub most: i64,
}

const WANTED: &str = "NOT item.is_reversed AND ($1::uuid IS NULL OR item.batch = $1) \
     AND ($2::text IS NULL OR item.code_folded = upper($2)) AND ($3::text IS NULL OR item.status = $3) \
     AND ($4::date IS NULL OR COALESCE(item.stockout_date, (item.imported_at AT TIME ZONE $6)::date) >= $4) \
     AND ($5::date IS NULL OR COALESCE(item.stockout_date, (item.imported_at AT TIME ZONE $6)::date) <= $5)";

/// The name that the list of vendors has for a row's vendor.
const LISTED_NAME: &str =
    "(SELECT vendor_name FROM vendors WHERE vendors.code_folded = item.code_folded AND vendors.is_active)";

fn bound<'q>(sql: &'q str, query: &'q StockoutQuery, zone: Zone) -> Query<'q, Postgres, PgArguments> {
    sqlx::query(sql)
        .bind(query.batch)
        .bind(query.vendor_code.as_deref())
        .bind(query.status.map(RowStatus::code))
        .bind(query.from)
        .bind(query.to)
        .bind(zone.0.name())
}

fn view(row: &PgRow, zone: Zone) -> Result<StockoutView, sqlx::Error> {
    Ok(StockoutView::of(StockoutRow::read(row)?, row.try_get("listed_name")?, zone))
}

/// The stockouts that `query` asks for: the newest batch first, each in its sheet's order.
///
/// # Errors
/// When the database fails.
pub async fn list_stockouts(
    pool: &PgPool,
    query: &StockoutQuery,
    zone: Zone,
) -> Result<Found<StockoutView>, sqlx::Error> {
    let columns = StockoutRow::columns("item");
    let sql = format!(
        "SELECT {columns}, {LISTED_NAME} AS listed_name FROM stockouts item WHERE {WANTED} \
         ORDER BY item.batch_position DESC, item.sheet_row, item.number LIMIT $7 OFFSET $8"
    );
    let asked = ListQuery { page: query.page, ..ListQuery::default() };
    let (limit, offset) = (asked.limit().unwrap_or(query.most), asked.offset());
    let rows = bound(&sql, query, zone).bind(limit).bind(offset).fetch_all(pool).await?;
    let items = rows.iter().map(|row| view(row, zone)).collect::<Result<Vec<_>, _>>()?;
    let seen = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if offset == 0 && seen < limit {
        return Ok(Found { items, total: seen });
    }
    let sql = format!("SELECT count(*) FROM stockouts item WHERE {WANTED}");
    let total = bound(&sql, query, zone).fetch_one(pool).await?.try_get(0)?;
    Ok(Found { items, total })
}

/// One stockout.
///
/// # Errors
/// When the database fails.
pub async fn find_stockout(
    pool: &PgPool,
    number: i64,
    zone: Zone,
) -> Result<Option<Versioned<StockoutView>>, sqlx::Error> {
    let columns = StockoutRow::columns("item");
    let sql = format!(
        "SELECT {columns}, {LISTED_NAME} AS listed_name, batch.own_position AS version \
         FROM stockouts item JOIN stockout_batches batch ON batch.id = item.batch \
         WHERE item.number = $1 AND NOT item.is_reversed"
    );
    let found = sqlx::query(&sql).bind(number).fetch_optional(pool).await?;
    let Some(row) = found else { return Ok(None) };
    // Commands are given to the batch: its version is what an If-Match can be compared with.
    let version = row.try_get("version")?;
    Ok(Some(Versioned { own_position: version, version, view: view(&row, zone)? }))
}

/// The batch of a stockout.
///
/// # Errors
/// When the database fails.
pub async fn batch_of(pool: &PgPool, number: i64) -> Result<Option<Uuid>, sqlx::Error> {
    let sql = "SELECT batch FROM stockouts WHERE number = $1 AND NOT is_reversed";
    sqlx::query_scalar(sql).bind(number).fetch_optional(pool).await
}

/// A row as those who mail it need it.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Its number.
    pub id: i64,
    /// Its batch.
    pub batch: Uuid,
    /// Whose goods.
    pub vendor_code: String,
    /// What the sheet calls the vendor.
    pub vendor_name: Option<String>,
    /// Where it stands.
    pub status: RowStatus,
}

/// The rows of these numbers that are there.
///
/// # Errors
/// When the database fails.
pub async fn stockouts_by_number(pool: &PgPool, numbers: &[i64]) -> Result<Vec<Wanted>, sqlx::Error> {
    let rows: Vec<(i64, Uuid, String, Option<String>, String)> = sqlx::query_as(
        "SELECT number, batch, vendor_code, vendor_name, status FROM stockouts \
         WHERE number = ANY($1) AND NOT is_reversed",
    )
    .bind(numbers)
    .fetch_all(pool)
    .await?;
    let wanted =
        |(id, batch, vendor_code, vendor_name, status): (i64, Uuid, String, Option<String>, String)| {
            let status = RowStatus::parse(&status).unwrap_or_default();
            Wanted { id, batch, vendor_code, vendor_name, status }
        };
    Ok(rows.into_iter().map(wanted).collect())
}

/// The rows of these numbers in the order of their sheets, also those taken back since: what a mail lists.
///
/// # Errors
/// When the database fails.
pub async fn stockouts_of_mail(pool: &PgPool, numbers: &[i64]) -> Result<Vec<StockoutRow>, sqlx::Error> {
    let sql = format!(
        "SELECT {} FROM stockouts item WHERE number = ANY($1) ORDER BY batch_position, sheet_row, number",
        StockoutRow::columns("item")
    );
    sqlx::query(&sql).bind(numbers).try_map(|row| StockoutRow::read(&row)).fetch_all(pool).await
}

/// One batch.
///
/// # Errors
/// When the database fails.
pub async fn find_batch(pool: &PgPool, id: Uuid) -> Result<Option<BatchRow>, sqlx::Error> {
    let sql = format!("SELECT {} FROM stockout_batches item WHERE id = $1", BatchRow::columns("item"));
    sqlx::query(&sql).bind(id).try_map(|row| BatchRow::read(&row)).fetch_optional(pool).await
}

/// The newest batch that these bytes made.
///
/// # Errors
/// When the database fails.
pub async fn batch_of_file(pool: &PgPool, file_digest: &str) -> Result<Option<BatchRow>, sqlx::Error> {
    let sql = format!(
        "SELECT {} FROM stockout_batches item WHERE file_digest = $1 ORDER BY own_position DESC LIMIT 1",
        BatchRow::columns("item")
    );
    sqlx::query(&sql).bind(file_digest).try_map(|row| BatchRow::read(&row)).fetch_optional(pool).await
}
