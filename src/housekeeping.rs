//! Removes what has expired and is of no use to anybody: answers kept for repeated requests, tickets, sessions,
//! polling that nobody watches. Never events, and nothing that is history.

use std::time::Duration;

use sqlx::PgPool;

use crate::limits;
use crate::projector::Projector;

/// Each with the number of rows it may remove, so that none holds a lock for long.
const SWEEPS: [&str; 5] = [
    "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys \
      WHERE recorded_at < clock_timestamp() - make_interval(secs => $2) LIMIT $1))",
    "DELETE FROM socket_tickets WHERE ctid = ANY(ARRAY(SELECT ctid FROM socket_tickets \
      WHERE expires_at < clock_timestamp() - make_interval(secs => $2) LIMIT $1))",
    "DELETE FROM sessions WHERE ctid = ANY(ARRAY(SELECT ctid FROM sessions \
      WHERE expires_at < clock_timestamp() - make_interval(secs => $2) LIMIT $1))",
    "DELETE FROM polling_watchers WHERE ctid = ANY(ARRAY(SELECT ctid FROM polling_watchers \
      WHERE until < clock_timestamp() - make_interval(secs => $2) LIMIT $1))",
    "DELETE FROM polling_tasks WHERE ctid = ANY(ARRAY(SELECT ctid FROM polling_tasks t \
      WHERE next_due < clock_timestamp() - make_interval(secs => $2) \
        AND NOT EXISTS (SELECT FROM polling_watchers w \
                         WHERE w.campaign_id = t.campaign_id AND w.product_id = t.product_id) LIMIT $1))",
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
    let mut removed = 0;
    for statement in SWEEPS {
        loop {
            let swept = sqlx::query(statement)
                .bind(limits::HOUSEKEEPING_ROWS)
                .bind(limits::IDEMPOTENCY_KEPT_S)
                .execute(pool)
                .await?;
            removed += swept.rows_affected();
            if swept.rows_affected() < limits::HOUSEKEEPING_ROWS.unsigned_abs() {
                break;
            }
        }
    }
    Ok(removed)
}
