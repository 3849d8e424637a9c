//! Removes what has expired and is of no use to anybody: answers kept for repeated requests, tickets, sessions,
//! tokens, polling that nobody watches, old files. Never events, and nothing that is history,
//! but of somebody who was erased.

pub mod disk;
mod files;

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use aggregates::ERASED;
use sqlx::PgPool;

use crate::limits;
use crate::projector::Projector;

/// What expires: what it is called, its table, and which of its rows are of no use, `$2` seconds after they expired.
const EXPIRING: [(&str, &str, &str); 11] = [
    // What a job came to is an event; its row is kept longer, for people to look at.
    (
        "jobs",
        "jobs",
        "finished_at < clock_timestamp() - make_interval(days => 90) - make_interval(secs => $2)",
    ),
    // A key's answer is promised for a day, whoever asks for a cleaning.
    (
        "keys",
        "idempotency_keys",
        "recorded_at < clock_timestamp() - make_interval(secs => greatest($2, 86400))",
    ),
    ("tickets", "socket_tickets", "expires_at < clock_timestamp() - make_interval(secs => $2)"),
    ("sessions", "sessions", "expires_at < clock_timestamp() - make_interval(secs => $2)"),
    ("tokens", "api_tokens", "least(expires_at, revoked_at) < clock_timestamp() - make_interval(secs => $2)"),
    ("polling_watchers", "polling_watchers", "until < clock_timestamp() - make_interval(secs => $2)"),
    (
        "polling_tasks",
        "polling_tasks",
        "next_due < clock_timestamp() - make_interval(secs => greatest($2, 86400)) \
         AND NOT EXISTS (SELECT FROM polling_watchers w \
                          WHERE w.campaign_id = t.campaign_id AND w.product_id = t.product_id)",
    ),
    // An import that waits so long is told that its file is gone; the faults are shown a little longer.
    (
        "import_files",
        "import_files",
        "created_at < clock_timestamp() - make_interval(secs => greatest($2, 2592000))",
    ),
    (
        "import_faults",
        "import_faults",
        "created_at < clock_timestamp() - make_interval(secs => greatest($2, 7776000))",
    ),
    // What an alert's message was asked for is a notification; the row says which alerts it told of.
    (
        "alert_notices",
        "alert_notices",
        "is_asked AND told_at < clock_timestamp() - make_interval(secs => greatest($2, 30 * 86400))",
    ),
    // A month of runs: what they saw is in the log for good.
    (
        "crawl_runs",
        "crawl_runs",
        "finished_at < clock_timestamp() - make_interval(secs => greatest($2, 30 * 86400))",
    ),
];

/// Keeps house while this node leads, so that one of the cluster does.
pub async fn run(pool: PgPool, projector: Projector) {
    loop {
        tokio::time::sleep(Duration::from_secs(limits::HOUSEKEEPING_EVERY_S)).await;
        if !projector.leads() {
            continue;
        }
        match sweep(&pool).await {
            Ok(rows) => tracing::debug!(rows, "expired rows were removed"),
            Err(error) => tracing::warn!(%error, "expired rows could not be removed yet"),
        }
    }
}

/// Removes everything that expired a day ago or earlier; gives the number of rows.
///
/// # Errors
/// When the database does not answer.
pub async fn sweep(pool: &PgPool) -> sqlx::Result<u64> {
    forget_the_erased(pool).await?;
    Ok(expired(pool, limits::IDEMPOTENCY_KEPT_S, false).await?.values().sum())
}

/// Removes everything that has expired by now, and old files in the data folder; gives how many of each kind. Told
/// to only count, it removes nothing.
///
/// # Errors
/// When the database does not answer.
pub async fn clean(pool: &PgPool, data_dir: &Path, only_count: bool) -> sqlx::Result<BTreeMap<String, u64>> {
    let mut counts = expired(pool, 0.0, only_count).await?;
    let folder = data_dir.to_owned();
    let files = tokio::task::spawn_blocking(move || files::clean(&folder, only_count)).await;
    counts.insert("files".to_owned(), files.unwrap_or_default());
    Ok(counts)
}

/// What is written down beside the log of somebody who was erased goes right after it; only a crash in between, or
/// somebody who knocked at the door that very moment, leaves something.
async fn forget_the_erased(pool: &PgPool) -> sqlx::Result<()> {
    sqlx::query(
        "WITH gone AS (SELECT id::bigint AS number FROM person_keys WHERE kind = 'user' AND key IS NULL),
              passwords AS (DELETE FROM user_passwords WHERE user_id IN (SELECT number FROM gone)),
              sessions_ended AS (DELETE FROM sessions WHERE user_id IN (SELECT number FROM gone)),
              tokens_ended AS (DELETE FROM api_tokens WHERE user_id IN (SELECT number FROM gone))
         UPDATE login_attempts SET username = $1, username_folded = $1, ip = $1, network = $1, agent = NULL
          WHERE user_id IN (SELECT number FROM gone) AND username <> $1",
    )
    .bind(ERASED)
    .execute(pool)
    .await?;
    Ok(())
}

async fn expired(pool: &PgPool, grace_s: f64, only_count: bool) -> sqlx::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    for (kind, table, condition) in EXPIRING {
        let rows = if only_count {
            count(pool, table, condition, grace_s).await?
        } else {
            remove(pool, table, condition, grace_s).await?
        };
        counts.insert(kind.to_owned(), rows);
    }
    Ok(counts)
}

async fn count(pool: &PgPool, table: &str, condition: &str, grace_s: f64) -> sqlx::Result<u64> {
    let sql = format!("SELECT count(*) FROM {table} t WHERE $1::bigint > 0 AND {condition}");
    let rows: i64 =
        sqlx::query_scalar(&sql).bind(limits::HOUSEKEEPING_ROWS).bind(grace_s).fetch_one(pool).await?;
    Ok(rows.unsigned_abs())
}

/// So many rows at once that no statement holds a lock for long.
async fn remove(pool: &PgPool, table: &str, condition: &str, grace_s: f64) -> sqlx::Result<u64> {
    let sql = format!(
        "DELETE FROM {table} WHERE ctid = ANY(ARRAY(SELECT ctid FROM {table} t WHERE {condition} LIMIT $1))"
    );
    let mut removed = 0;
    loop {
        let swept = sqlx::query(&sql).bind(limits::HOUSEKEEPING_ROWS).bind(grace_s).execute(pool).await?;
        removed += swept.rows_affected();
        if swept.rows_affected() < limits::HOUSEKEEPING_ROWS.unsigned_abs() {
            return Ok(removed);
        }
    }
}
