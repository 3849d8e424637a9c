//! What an operator may look at and do: see jobs, try a failed one again, give up one that waits.

use uuid::Uuid;

use super::ending::short;
use super::job::job_columns;
use super::{Job, Jobs};

/// Every state of a job.
pub const STATES: [&str; 7] = ["queued", "running", "ending", "done", "failed", "unknown", "cancelled"];

/// Which jobs are asked for.
#[derive(Clone, Debug, Default)]
pub struct JobFilter {
    /// Only this kind.
    pub kind: Option<String>,
    /// Only those in this state.
    pub state: Option<String>,
    /// How many to pass over.
    pub offset: i64,
    /// How many at most.
    pub limit: i64,
}

impl Jobs {
    /// The newest jobs first, and how many there are of the kind in the state.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn page(&self, filter: &JobFilter) -> sqlx::Result<(Vec<Job>, i64)> {
        const WHICH: &str =
            " FROM jobs WHERE ($1::text IS NULL OR kind = $1) AND ($2::text IS NULL OR state = $2)";
        let sql =
            format!(concat!("SELECT ", job_columns!(), "{} ORDER BY id DESC OFFSET $3 LIMIT $4"), WHICH);
        let page = sqlx::query_as(&sql).bind(&filter.kind).bind(&filter.state);
        let page = page.bind(filter.offset).bind(filter.limit).fetch_all(&self.0.pool).await?;
        let sql = format!("SELECT count(*){WHICH}");
        let count = sqlx::query_scalar(&sql).bind(&filter.kind).bind(&filter.state);
        Ok((page, count.fetch_one(&self.0.pool).await?))
    }

    /// Whether a failed job of this kind may be tried again; otherwise a sentence that says what to do instead.
    ///
    /// # Errors
    /// That sentence.
    pub fn may_try_again(&self, kind: &str) -> Result<(), &'static str> {
        let handlers = self.handlers();
        let handler = handlers.iter().find(|handler| handler.kind() == kind);
        handler.map_or(Err("this build does not know its kind"), |handler| handler.again())
    }

    /// Tries a failed job again, as often as a new one; false when it has not failed.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn try_again(&self, id: Uuid) -> sqlx::Result<bool> {
        let queued = sqlx::query(
            "UPDATE jobs SET state = 'queued', attempts = 0, run_at = clock_timestamp(), effect_begun = false, \
                    ending = NULL, result = NULL, error = NULL, finished_at = NULL \
              WHERE id = $1 AND state = 'failed'",
        )
        .bind(id)
        .execute(&self.0.pool)
        .await?;
        self.wake();
        Ok(queued.rows_affected() > 0)
    }

    /// Lets a job that waits end as failed; its slice is told as of any other end. False when it does not wait.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn give_up(&self, id: Uuid, why: &str) -> sqlx::Result<bool> {
        let given_up = sqlx::query(
            "UPDATE jobs SET state = 'ending', ending = 'failed', error = $2, run_at = clock_timestamp() \
              WHERE id = $1 AND state = 'queued'",
        )
        .bind(id)
        .bind(short(why))
        .execute(&self.0.pool)
        .await?;
        self.wake();
        Ok(given_up.rows_affected() > 0)
    }
}
