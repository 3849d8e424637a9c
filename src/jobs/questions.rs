use uuid::Uuid;

use super::job::job_columns;
use super::{Job, Jobs};

/// How many jobs there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct Counts {
    /// Not over yet.
    pub open: i64,
    /// Failed within a day.
    pub failed: i64,
    /// Ended unknown within a day.
    pub unknown: i64,
}

impl Jobs {
    /// A job by its id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find(&self, id: Uuid) -> sqlx::Result<Option<Job>> {
        let sql = concat!("SELECT ", job_columns!(), " FROM jobs WHERE id = $1");
        sqlx::query_as(sql).bind(id).fetch_optional(&self.0.pool).await
    }

    /// The newest jobs of these kinds, perhaps only those in one state.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn list(&self, kinds: &[&str], state: Option<&str>, limit: i64) -> sqlx::Result<Vec<Job>> {
        let sql = concat!(
            "SELECT ",
            job_columns!(),
            " FROM jobs WHERE kind = ANY($1) AND ($2::text IS NULL OR state = $2) ORDER BY id DESC LIMIT $3"
        );
        sqlx::query_as(sql).bind(kinds).bind(state).bind(limit).fetch_all(&self.0.pool).await
    }

    /// Jobs that are not over and that this node could do, so that somebody who waits for them knows when to stop.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unfinished(&self) -> sqlx::Result<Vec<Job>> {
        let kinds: Vec<_> = self
            .handlers()
            .iter()
            .filter(|handler| handler.obstacle().is_none())
            .map(|handler| handler.kind())
            .collect();
        let sql = concat!(
            "SELECT ",
            job_columns!(),
            " FROM jobs WHERE kind = ANY($1) AND state IN ('queued', 'running', 'ending') ORDER BY run_at LIMIT 100"
        );
        sqlx::query_as(sql).bind(kinds).fetch_all(&self.0.pool).await
    }

    /// The newest job of a kind whose payload names something so.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn find_for(&self, kind: &str, field: &str, value: &str) -> sqlx::Result<Option<Job>> {
        let sql = concat!(
            "SELECT ",
            job_columns!(),
            " FROM jobs WHERE kind = $1 AND state IN ('queued', 'running', 'ending') AND payload ->> $2 = $3 \
               ORDER BY id DESC LIMIT 1"
        );
        sqlx::query_as(sql).bind(kind).bind(field).bind(value).fetch_optional(&self.0.pool).await
    }

    /// How many are open, and how many have failed or are unknown since a day.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn counts(&self) -> sqlx::Result<Counts> {
        sqlx::query_as(
            "SELECT count(*) FILTER (WHERE finished_at IS NULL) AS open, \
                    count(*) FILTER (WHERE state = 'failed') AS failed, \
                    count(*) FILTER (WHERE state = 'unknown') AS unknown \
               FROM jobs WHERE finished_at IS NULL OR finished_at > clock_timestamp() - interval '1 day'",
        )
        .fetch_one(&self.0.pool)
        .await
    }

    /// Makes everything that waits for a later time due now.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn hurry(&self) -> sqlx::Result<u64> {
        let hurried = sqlx::query(
            "UPDATE jobs SET run_at = clock_timestamp() \
              WHERE state IN ('queued', 'ending') AND run_at > clock_timestamp()",
        )
        .execute(&self.0.pool)
        .await?;
        self.wake();
        Ok(hurried.rows_affected())
    }

    /// Calls a job off that nobody has begun; false when it is too late.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cancel(&self, id: Uuid) -> sqlx::Result<bool> {
        let cancelled = sqlx::query(
            "UPDATE jobs SET state = 'cancelled', finished_at = clock_timestamp() \
              WHERE id = $1 AND state = 'queued'",
        )
        .bind(id)
        .execute(&self.0.pool)
        .await?;
        Ok(cancelled.rows_affected() > 0)
    }
}
