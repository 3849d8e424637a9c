use sqlx::PgConnection;
use uuid::Uuid;

use super::{Jobs, NewJob};

/// The channel on which nodes say that there is work.
pub(super) const CHANNEL: &str = "tidemark_jobs";

/// Promises a job in the caller's transaction; false when it was promised before.
///
/// # Errors
/// When the database does not answer.
pub async fn enqueue(transaction: &mut PgConnection, job: NewJob) -> sqlx::Result<bool> {
    Ok(!enqueue_all(transaction, &[job]).await?.is_empty())
}

/// Promises jobs in the caller's transaction; gives the ids of those that were not promised before.
///
/// # Errors
/// When the database does not answer.
pub async fn enqueue_all(transaction: &mut PgConnection, jobs: &[NewJob]) -> sqlx::Result<Vec<Uuid>> {
    if jobs.is_empty() {
        return Ok(Vec::new());
    }
    let column = |pick: fn(&NewJob) -> &str| jobs.iter().map(pick).collect::<Vec<_>>();
    let new = sqlx::query_scalar(
        "INSERT INTO jobs (id, kind, key, payload, correlation_id, causation, run_at) \
         SELECT id, kind, key, payload, correlation_id, causation, coalesce(run_at, clock_timestamp()) \
           FROM UNNEST($1::uuid[], $2::text[], $3::text[], $4::jsonb[], $5::text[], $6::bigint[], $7::timestamptz[]) \
                AS new(id, kind, key, payload, correlation_id, causation, run_at) \
         ON CONFLICT (kind, key) DO NOTHING RETURNING id",
    )
    .bind(jobs.iter().map(|job| job.id).collect::<Vec<_>>())
    .bind(column(|job| job.kind))
    .bind(column(|job| &job.key))
    .bind(jobs.iter().map(|job| job.payload.clone()).collect::<Vec<_>>())
    .bind(column(|job| &job.correlation_id))
    .bind(jobs.iter().map(|job| job.causation).collect::<Vec<_>>())
    .bind(jobs.iter().map(|job| job.run_at).collect::<Vec<_>>())
    .fetch_all(&mut *transaction)
    .await?;
    sqlx::query("SELECT pg_notify($1, '')").bind(CHANNEL).execute(transaction).await?;
    Ok(new)
}

impl Jobs {
    /// Promises a job in a transaction of its own; false when it was promised before.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn enqueue(&self, job: NewJob) -> sqlx::Result<bool> {
        let mut transaction = self.0.pool.begin().await?;
        let is_new = enqueue(&mut transaction, job).await?;
        transaction.commit().await?;
        self.wake();
        Ok(is_new)
    }

    /// Makes this node look for work now.
    pub fn wake(&self) {
        self.0.due.notify_one();
    }
}
