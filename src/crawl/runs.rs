//! Runs as rows: begun, leased, gone on with, finished.

use sqlx::PgPool;
use uuid::Uuid;

use super::{known, report};
use crate::event_store::Store;
use crate::limits;

/// Which pages a run visits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selection {
    /// Those whose time has come.
    Due,
    /// Those of these listings, whether due or not.
    Listings(Vec<i64>),
}

/// What came of asking for a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The run.
    pub run: Uuid,
    /// It was under way already.
    pub was_running: bool,
}

/// How many times a run may end between two looks before asking is given up.
const TRIES: u32 = 5;

/// Begins a run, or joins the one under way.
pub(super) async fn ask(pool: &PgPool, selection: &Selection, asked_by: &str) -> sqlx::Result<Asked> {
    for _try in 0..TRIES {
        let mut transaction = pool.begin().await?;
        let begun: Option<Uuid> = sqlx::query_scalar(
            "INSERT INTO crawl_runs (id, asked_by) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id",
        )
        .bind(Uuid::now_v7())
        .bind(asked_by)
        .fetch_optional(&mut *transaction)
        .await?;
        let found = match begun {
            Some(run) => Some(run),
            None => {
                let sql = "SELECT id FROM crawl_runs WHERE finished_at IS NULL FOR UPDATE";
                sqlx::query_scalar(sql).fetch_optional(&mut *transaction).await?
            }
        };
        // It ended just now: begin another.
        let Some(run) = found else { continue };
        let added = match selection {
            Selection::Due => known::add_due(&mut transaction, run).await?,
            Selection::Listings(numbers) => known::add(&mut transaction, run, numbers).await?,
        };
        sqlx::query("UPDATE crawl_runs SET total = total + $2 WHERE id = $1")
            .bind(run)
            .bind(added)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        return Ok(Asked { run, was_running: begun.is_none() });
    }
    Err(sqlx::Error::Protocol("runs end faster than they can be joined".into()))
}

/// Begins a run of due pages, unless one is under way or none is due.
pub(super) async fn begin_scheduled(pool: &PgPool) -> sqlx::Result<()> {
    let is_due = known::is_any_due_by_itself(pool).await?;
    let is_running: bool =
        sqlx::query_scalar("SELECT EXISTS (SELECT FROM crawl_runs WHERE finished_at IS NULL)")
            .fetch_one(pool)
            .await?;
    if is_due && !is_running {
        ask(pool, &Selection::Due, "system:schedule").await?;
    }
    Ok(())
}

/// Takes the run that nobody carries out, if there is one.
pub(super) async fn take(pool: &PgPool, node: Uuid) -> sqlx::Result<Option<(Uuid, i32)>> {
    sqlx::query_as(
        "UPDATE crawl_runs SET attempts = attempts + 1, node = $1, \
             lease_until = clock_timestamp() + make_interval(secs => $2) \
          WHERE finished_at IS NULL AND (node IS NULL OR node = $1 OR lease_until < clock_timestamp()) \
          RETURNING id, attempts",
    )
    .bind(node)
    .bind(limits::CRAWL_LEASE_S as f64)
    .fetch_optional(pool)
    .await
}

/// Says that this node still carries the run out; false when it does not any more.
pub(super) async fn renew(pool: &PgPool, run: Uuid, node: Uuid) -> sqlx::Result<bool> {
    let renewed = sqlx::query(
        "UPDATE crawl_runs SET lease_until = clock_timestamp() + make_interval(secs => $3) \
          WHERE id = $1 AND node = $2 AND finished_at IS NULL",
    )
    .bind(run)
    .bind(node)
    .bind(limits::CRAWL_LEASE_S as f64)
    .execute(pool)
    .await?;
    Ok(renewed.rows_affected() == 1)
}

/// Gives the run back, for another node to go on at once.
pub(super) async fn give_back(pool: &PgPool, run: Uuid, node: Uuid) -> sqlx::Result<()> {
    sqlx::query("UPDATE crawl_runs SET node = NULL, lease_until = NULL WHERE id = $1 AND node = $2")
        .bind(run)
        .bind(node)
        .execute(pool)
        .await?;
    Ok(())
}

/// Gives back whatever this node carries out: it stops.
pub(super) async fn leave(pool: &PgPool, node: Uuid) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE crawl_runs SET node = NULL, lease_until = NULL WHERE node = $1 AND finished_at IS NULL",
    )
    .bind(node)
    .execute(pool)
    .await?;
    Ok(())
}

/// Ends the run and tells the log what it came to, unless pages were added meanwhile or another node has it now. The
/// log is told first, while nobody can add to the run: a crash in between tells the same again, which is nothing.
pub(super) async fn finish(pool: &PgPool, store: &Store, run: Uuid, node: Uuid) -> anyhow::Result<bool> {
    let mut transaction = pool.begin().await?;
    let is_over: Option<bool> = sqlx::query_scalar(
        "SELECT NOT EXISTS (SELECT FROM crawl_run_pages WHERE run = $1 AND outcome IS NULL) \
           FROM crawl_runs WHERE id = $1 AND node = $2 AND finished_at IS NULL FOR UPDATE",
    )
    .bind(run)
    .bind(node)
    .fetch_optional(&mut *transaction)
    .await?;
    if is_over != Some(true) {
        return Ok(false);
    }
    let report = report::of(&mut transaction, run).await?;
    // A run that had nothing to visit is no news.
    if report.checked > 0 {
        report::tell(store, run, report).await?;
    }
    sqlx::query("UPDATE crawl_runs SET finished_at = clock_timestamp(), lease_until = NULL WHERE id = $1")
        .bind(run)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Gives up on the pages that have no outcome: a run that breaks off again and again must end some time.
pub(super) async fn give_up(pool: &PgPool, run: Uuid, why: &str) -> sqlx::Result<()> {
    let mut transaction = pool.begin().await?;
    let left = sqlx::query(
        "UPDATE crawl_run_pages SET outcome = 'failed', error = $2 WHERE run = $1 AND outcome IS NULL",
    )
    .bind(run)
    .bind(why)
    .execute(&mut *transaction)
    .await?;
    sqlx::query(
        "UPDATE crawl_runs SET checked = checked + $2, failed = failed + $2, last_error = $3 WHERE id = $1",
    )
    .bind(run)
    .bind(left.rows_affected() as i64)
    .bind(why)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}
