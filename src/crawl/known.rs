//! What is remembered of pages, and which of them are due.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::pages::PageRow;
use crate::adapters::shops::Validators;
use crate::limits;

/// What a page said last time.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    pub(super) asked: String,
    pub(super) validators: Validators,
    pub(super) price: Option<Decimal>,
    pub(super) currency: Option<String>,
    pub(super) stock_status: Option<String>,
    pub(super) source: Option<String>,
}

/// The same as columns, all empty where nothing is remembered.
#[derive(Debug, sqlx::FromRow)]
pub(super) struct KnownRow {
    known_asked: Option<String>,
    known_etag: Option<String>,
    known_last_modified: Option<String>,
    known_price: Option<Decimal>,
    known_currency: Option<String>,
    known_stock_status: Option<String>,
    known_source: Option<String>,
}

impl KnownRow {
    pub(super) fn into_known(self) -> Option<Known> {
        Some(Known {
            asked: self.known_asked?,
            validators: Validators { etag: self.known_etag, last_modified: self.known_last_modified },
            price: self.known_price,
            currency: self.known_currency,
            stock_status: self.known_stock_status,
            source: self.known_source,
        })
    }
}

/// Pages with when each is due: its interval after the last visit, at once where its address or way of reading
/// changed since; where the goods are gone, not more than once a day. `$1` is the usual interval.
const DUE: &str = "SELECT item.number, item.created_at, known.listing IS NOT NULL AS was_visited, \
       CASE WHEN known.listing IS NULL OR known.asked <> item.url || E'\\n' || COALESCE(item.extract, '') \
            THEN item.created_at \
            ELSE known.checked_at + make_interval(secs => GREATEST(COALESCE(item.interval_s, $1), \
                 CASE WHEN item.status = 'delisted' THEN 86400 ELSE 0 END)) END AS due_at \
  FROM listings item LEFT JOIN crawl_pages known ON known.listing = item.number \
 WHERE item.is_active AND item.url IS NOT NULL";

/// Adds all due pages to a run; gives how many.
pub(super) async fn add_due(connection: &mut PgConnection, run: Uuid) -> sqlx::Result<i64> {
    let sql = format!(
        "INSERT INTO crawl_run_pages (run, listing) SELECT $2, due.number FROM ({DUE}) due \
          WHERE due.due_at <= clock_timestamp() ON CONFLICT DO NOTHING"
    );
    let added = sqlx::query(&sql).bind(limits::CRAWL_INTERVAL_S).bind(run).execute(connection).await?;
    Ok(added.rows_affected() as i64)
}

/// Adds the pages of these listings to a run, due or not; gives how many.
pub(super) async fn add(connection: &mut PgConnection, run: Uuid, numbers: &[i64]) -> sqlx::Result<i64> {
    let added = sqlx::query(
        "INSERT INTO crawl_run_pages (run, listing) SELECT $1, item.number FROM listings item \
          WHERE item.number = ANY($2) AND item.is_active AND item.url IS NOT NULL ON CONFLICT DO NOTHING",
    )
    .bind(run)
    .bind(numbers)
    .execute(connection)
    .await?;
    Ok(added.rows_affected() as i64)
}

/// Listings with a page that have one of these numbers or codes.
pub(super) async fn find(
    pool: &PgPool,
    numbers: &[i64],
    codes: &[String],
) -> sqlx::Result<Vec<(i64, Option<String>)>> {
    sqlx::query_as(
        "SELECT number, product_id FROM listings WHERE is_active AND url IS NOT NULL \
            AND (number = ANY($1) OR product_id = ANY($2)) ORDER BY number",
    )
    .bind(numbers)
    .bind(codes)
    .fetch_all(pool)
    .await
}

/// Whether a run has a reason to begin by itself. A listing that is quite new waits a moment for those that are
/// registered together with it.
pub(super) async fn is_any_due_by_itself(pool: &PgPool) -> sqlx::Result<bool> {
    let sql = format!(
        "SELECT EXISTS (SELECT FROM ({DUE}) due WHERE due.due_at <= clock_timestamp() \
            AND (due.was_visited OR due.created_at < clock_timestamp() - make_interval(secs => $2)))"
    );
    let query = sqlx::query_scalar(&sql).bind(limits::CRAWL_INTERVAL_S).bind(limits::CRAWL_NEW_S);
    query.fetch_one(pool).await
}

/// When a run begins by itself at the latest, if nobody asks for one before.
pub(super) async fn next_due(pool: &PgPool) -> sqlx::Result<Option<DateTime<Utc>>> {
    let sql = format!(
        "SELECT GREATEST(min(due.due_at + make_interval(secs => CASE WHEN due.was_visited THEN 0 ELSE $2::float8 END)), \
                         CASE WHEN count(*) > 0 THEN clock_timestamp() END) FROM ({DUE}) due"
    );
    let query = sqlx::query_scalar(&sql).bind(limits::CRAWL_INTERVAL_S).bind(limits::CRAWL_NEW_S);
    query.fetch_one(pool).await
}

/// The pages of a run without an outcome, a part at a time. A listing that is gone meanwhile has no address.
pub(super) async fn waiting(pool: &PgPool, run: Uuid) -> sqlx::Result<Vec<PageRow>> {
    sqlx::query_as(
        "SELECT page.listing, item.url, item.product_id AS code, item.currency, item.extract, item.price, \
                known.asked AS known_asked, known.etag AS known_etag, known.last_modified AS known_last_modified, \
                known.price AS known_price, known.currency AS known_currency, \
                known.stock_status AS known_stock_status, known.source AS known_source \
           FROM crawl_run_pages page \
           LEFT JOIN listings item ON item.number = page.listing AND item.is_active \
           LEFT JOIN crawl_pages known ON known.listing = page.listing \
          WHERE page.run = $1 AND page.outcome IS NULL ORDER BY page.listing LIMIT $2",
    )
    .bind(run)
    .bind(limits::CRAWL_PAGES_LOADED)
    .fetch_all(pool)
    .await
}

/// Takes pages out of a run that cannot be visited any more.
pub(super) async fn drop_pages(pool: &PgPool, run: Uuid, listings: &[i64]) -> sqlx::Result<()> {
    if listings.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "WITH dropped AS (DELETE FROM crawl_run_pages WHERE run = $1 AND listing = ANY($2) AND outcome IS NULL \
                          RETURNING listing) \
         UPDATE crawl_runs SET total = total - (SELECT count(*) FROM dropped) WHERE id = $1",
    )
    .bind(run)
    .bind(listings)
    .execute(pool)
    .await?;
    Ok(())
}

/// What a visit came to.
#[derive(Clone, Debug)]
pub(super) struct Outcome {
    pub(super) listing: i64,
    pub(super) asked: String,
    pub(super) at: DateTime<Utc>,
    /// `confirmed`, `changed`, `gone` or `failed`.
    pub(super) outcome: &'static str,
    pub(super) error: Option<String>,
    /// What to remember; none: nothing new was read.
    pub(super) known: Option<Known>,
}

/// Marks pages as done, counts them, and remembers what they said, all or nothing.
pub(super) async fn save(pool: &PgPool, run: Uuid, outcomes: &[Outcome]) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    let listings: Vec<i64> = outcomes.iter().map(|one| one.listing).collect();
    let words: Vec<&str> = outcomes.iter().map(|one| one.outcome).collect();
    let errors: Vec<Option<&str>> = outcomes.iter().map(|one| one.error.as_deref()).collect();
    let last_error = outcomes.iter().rev().find_map(|one| Some((one.listing, one.error.as_deref()?)));
    sqlx::query(
        "WITH done AS ( \
             UPDATE crawl_run_pages page SET outcome = seen.outcome, error = seen.error \
               FROM UNNEST($2::bigint[], $3::text[], $4::text[]) AS seen(listing, outcome, error) \
              WHERE page.run = $1 AND page.listing = seen.listing AND page.outcome IS NULL \
             RETURNING page.outcome) \
         UPDATE crawl_runs SET checked = checked + (SELECT count(*) FROM done), \
                changed = changed + (SELECT count(*) FROM done WHERE outcome = 'changed'), \
                gone = gone + (SELECT count(*) FROM done WHERE outcome = 'gone'), \
                failed = failed + (SELECT count(*) FROM done WHERE outcome = 'failed'), \
                last_error = COALESCE($5, last_error) WHERE id = $1",
    )
    .bind(run)
    .bind(&listings)
    .bind(words)
    .bind(errors)
    .bind(last_error.map(|(listing, error)| format!("listing {listing}: {error}")))
    .execute(&mut *transaction)
    .await?;
    remember(&mut transaction, outcomes).await?;
    transaction.commit().await
}

/// A visit that read nothing leaves what is known, but for when it was and that it failed.
async fn remember(connection: &mut PgConnection, outcomes: &[Outcome]) -> sqlx::Result<()> {
    let of = |field: fn(&Known) -> Option<String>| -> Vec<Option<String>> {
        outcomes.iter().map(|one| one.known.as_ref().and_then(field)).collect()
    };
    let prices: Vec<Option<Decimal>> =
        outcomes.iter().map(|one| one.known.as_ref().and_then(|known| known.price)).collect();
    sqlx::query(
        "INSERT INTO crawl_pages AS page (listing, asked, checked_at, etag, last_modified, price, currency, \
                                          stock_status, source, last_error, failures) \
         SELECT seen.*, CASE WHEN seen.last_error IS NULL THEN 0 ELSE 1 END \
           FROM UNNEST($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::numeric[], \
                       $7::text[], $8::text[], $9::text[], $10::text[]) \
             AS seen(listing, asked, checked_at, etag, last_modified, price, currency, stock_status, source, last_error) \
         ON CONFLICT (listing) DO UPDATE SET asked = excluded.asked, checked_at = excluded.checked_at, \
             etag = excluded.etag, last_modified = excluded.last_modified, \
             price = COALESCE(excluded.price, page.price), currency = COALESCE(excluded.currency, page.currency), \
             stock_status = COALESCE(excluded.stock_status, page.stock_status), \
             source = COALESCE(excluded.source, page.source), last_error = excluded.last_error, \
             failures = CASE WHEN excluded.last_error IS NULL THEN 0 ELSE page.failures + 1 END",
    )
    .bind(outcomes.iter().map(|one| one.listing).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|one| one.asked.as_str()).collect::<Vec<_>>())
    .bind(outcomes.iter().map(|one| one.at).collect::<Vec<_>>())
    .bind(of(|known| known.validators.etag.clone()))
    .bind(of(|known| known.validators.last_modified.clone()))
    .bind(prices)
    .bind(of(|known| known.currency.clone()))
    .bind(of(|known| known.stock_status.clone()))
    .bind(of(|known| known.source.clone()))
    .bind(outcomes.iter().map(|one| one.error.as_deref()).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
