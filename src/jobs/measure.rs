use sqlx::Row;

use super::Jobs;

impl Jobs {
    /// Sets the figures of jobs that stand still until somebody looks.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn measure(&self) -> sqlx::Result<()> {
        let rows = sqlx::query(
            "SELECT kind, count(*), \
                    max(extract(epoch FROM clock_timestamp() - run_at))::float8 AS oldest \
               FROM jobs WHERE state IN ('queued', 'running', 'ending') GROUP BY kind",
        )
        .fetch_all(&self.0.pool)
        .await?;
        for handler in self.handlers().iter() {
            let row = rows.iter().find(|row| row.get::<&str, _>(0) == handler.kind());
            let (waiting, oldest) =
                row.map_or((0, 0.0), |row| (row.get::<i64, _>(1), row.get::<f64, _>(2).max(0.0)));
            metrics::gauge!("tidemark_jobs_open", "kind" => handler.kind()).set(waiting as f64);
            metrics::gauge!("tidemark_jobs_oldest_due_seconds", "kind" => handler.kind()).set(oldest);
        }
        Ok(())
    }
}
