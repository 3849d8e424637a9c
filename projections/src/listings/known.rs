//! What whoever judges observations has to know of listings, for as many of them as are asked for at once.

use aggregates::listings::Standing;
use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, Row};

use super::ListingRow;
use crate::table::Table;

/// How a listing stands, and how far this was folded.
#[derive(Clone, Debug, PartialEq)]
pub struct KnownListing {
    /// Its number.
    pub number: i64,
    /// Its goods code.
    pub code: Option<String>,
    /// Not removed.
    pub is_active: bool,
    /// The end of its timeline.
    pub standing: Standing,
    /// How often in a row its page was found gone.
    pub gone_answers: u32,
    /// The newest event of its stream.
    pub position: i64,
    /// That event's place in the stream.
    pub sequence: i64,
    /// The newest page of the book of observations that is in it.
    pub book_position: i64,
}

/// The listings that have one of these numbers or codes; removed ones only by their number.
///
/// # Errors
/// When the database fails.
pub async fn known_listings(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
    codes: &[String],
) -> Result<Vec<KnownListing>, sqlx::Error> {
    let columns = ListingRow::columns("item");
    let rest = "LEFT JOIN listing_checks checks USING (number) LEFT JOIN listing_gone gone USING (number)";
    // All in one statement, so that it is one moment of the tables.
    let extra = "checks.checked_at AS checked_at, COALESCE(gone.answers, 0)::bigint AS answers, \
                 COALESCE((SELECT max(position) FROM observation_pages), 0)::bigint AS book_position";
    let sql = format!(
        "SELECT {columns}, {extra} FROM listings item {rest} WHERE item.number = ANY($1) \
         UNION \
         SELECT {columns}, {extra} FROM listings item {rest} WHERE item.product_id = ANY($2) AND item.is_active"
    );
    let query = sqlx::query(&sql).bind(numbers).bind(codes);
    let read = |row: sqlx::postgres::PgRow| {
        let checked_at: Option<DateTime<Utc>> = row.try_get("checked_at")?;
        let (answers, book_position): (i64, i64) = (row.try_get("answers")?, row.try_get("book_position")?);
        let row = ListingRow::read(&row)?;
        let standing = Standing {
            price: row.price,
            stock_status: row.stock_status,
            currency: row.currency,
            changed_at: row.point_at,
            seen_at: row.seen_at.max(checked_at),
            delisted_at: row.delisted_at,
        };
        Ok(KnownListing {
            number: row.number,
            code: row.product_id,
            is_active: row.is_active,
            standing,
            gone_answers: u32::try_from(answers).unwrap_or(u32::MAX),
            position: row.own_position,
            sequence: row.own_sequence,
            book_position,
        })
    };
    query.try_map(read).fetch_all(executor).await
}
