//! What is written of an attempt once it came to something.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use sqlx::{PgPool, Postgres};

use super::ending::short;
use super::{Attempt, Ended, JobHandler, Stop, pauses};
use crate::limits;

/// Puts the job back until a later time. Nothing happened outside, or it is harmless to repeat.
pub(super) async fn later(attempt: &Attempt, until: DateTime<Utc>, reason: &str, counts: bool) {
    let reason = short(reason);
    tracing::debug!(kind = attempt.job.kind, job = %attempt.job.id, reason, %until, "a job waits");
    let write = || {
        sqlx::query(
            "UPDATE jobs SET state = 'queued', run_at = $3, error = $4, effect_begun = false, \
                    attempts = attempts - CASE WHEN $5 THEN 0 ELSE 1 END, \
                    attempt_id = NULL, node_id = NULL, lease_until = NULL \
              WHERE id = $1 AND attempt_id = $2",
        )
        .bind(attempt.job.id)
        .bind(attempt.id)
        .bind(until)
        .bind(&reason)
        .bind(counts)
    };
    insist(&attempt.pool, write).await;
}

/// Keeps how the job ended, tells its handler, and closes it.
pub(super) async fn over(handler: &dyn JobHandler, attempt: &Attempt, ended: &Ended) {
    let ending = ended.ending.code();
    let keep = || {
        sqlx::query("UPDATE jobs SET ending = $3, result = $4, error = $5 WHERE id = $1 AND attempt_id = $2")
            .bind(attempt.job.id)
            .bind(attempt.id)
            .bind(ending)
            .bind(&ended.result)
            .bind(&ended.reason)
    };
    insist(&attempt.pool, keep).await;
    if let Err(stop) = handler.ended(&attempt.job, ended).await {
        return tell_again(attempt, &stop).await;
    }
    let close = || {
        sqlx::query(
            "UPDATE jobs SET state = ending, finished_at = clock_timestamp(), \
                    attempt_id = NULL, node_id = NULL, lease_until = NULL \
              WHERE id = $1 AND attempt_id = $2",
        )
        .bind(attempt.job.id)
        .bind(attempt.id)
    };
    insist(&attempt.pool, close).await;
    metrics::counter!("tidemark_jobs_total", "kind" => handler.kind(), "outcome" => ending).increment(1);
    match &ended.reason {
        Some(reason) => {
            tracing::warn!(kind = handler.kind(), job = %attempt.job.id, ending, reason, "a job is over");
        }
        None => tracing::debug!(kind = handler.kind(), job = %attempt.job.id, "a job is done"),
    }
}

/// The end is known, but its handler could not tell it to the log: it is told again later, on any node.
async fn tell_again(attempt: &Attempt, stop: &Stop) {
    tracing::warn!(kind = attempt.job.kind, job = %attempt.job.id, ?stop, "the end of a job cannot be told yet");
    let until = Utc::now() + pauses::pause(1, Some(Duration::from_secs(limits::JOB_TELL_AGAIN_S)), 0.5);
    let write = || {
        sqlx::query(
            "UPDATE jobs SET state = 'ending', run_at = $3, \
                    attempt_id = NULL, node_id = NULL, lease_until = NULL \
              WHERE id = $1 AND attempt_id = $2",
        )
        .bind(attempt.job.id)
        .bind(attempt.id)
        .bind(until)
    };
    insist(&attempt.pool, write).await;
}

/// Writes until the database has answered: what was done outside must not be forgotten because it is away.
async fn insist<'q>(pool: &PgPool, write: impl Fn() -> Query<'q, Postgres, PgArguments>) {
    while let Err(error) = write().execute(pool).await {
        if matches!(error, sqlx::Error::PoolClosed) {
            return;
        }
        tracing::warn!(%error, "what a job came to cannot be written down yet");
        tokio::time::sleep(Duration::from_millis(limits::DATABASE_RETRY_MS)).await;
    }
}
