//! Rebuilds, verifications and retries: asked for on any node, carried out by the leader, one of a kind each.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use uuid::Uuid;

use super::leader::Gate;
use super::replay::ReplayError;
use super::{Projector, follow, parking, rebuild, verify};
use crate::limits;

/// What the leader is asked to do with a projection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JobKind {
    /// Fill its tables anew beside the live ones, then swap.
    Rebuild,
    /// Compare its tables with a fresh replay.
    Verify,
    /// Try its parked streams again.
    Retry,
}

impl JobKind {
    fn code(self) -> &'static str {
        match self {
            Self::Rebuild => "rebuild",
            Self::Verify => "verify",
            Self::Retry => "retry",
        }
    }
}

/// A job as the table keeps it.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Of which projection.
    pub projection: String,
    /// rebuild, verify or retry.
    pub kind: String,
    /// queued, running, done, failed or cancelled.
    pub state: String,
    /// How far it is.
    pub position: i64,
    /// How far it has to go.
    pub target: i64,
    /// Why it failed.
    pub error: Option<String>,
    /// What it found.
    pub result: Option<Value>,
    /// When it began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended.
    pub finished_at: Option<DateTime<Utc>>,
}

impl Job {
    /// Whether nothing more will happen to it.
    pub fn is_over(&self) -> bool {
        !matches!(self.state.as_str(), "queued" | "running")
    }
}

/// A request that was taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The job that will answer it.
    pub job_id: Uuid,
    /// Whether it was running already.
    pub was_running: bool,
}

const JOB: &str = "SELECT id, projection, kind, state, position, target, error, result, started_at, finished_at \
     FROM projection_jobs";

impl Projector {
    /// Asks for a job; the one of this kind that waits or runs already answers, if there is one. None: no such
    /// projection.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ask(&self, name: &str, kind: JobKind) -> sqlx::Result<Option<Asked>> {
        match self.find(name) {
            Some(_) => ask(self, name, kind).await.map(Some),
            None => Ok(None),
        }
    }

    /// Asks the running rebuild to stop; false when none runs. None: no such projection.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn cancel_rebuild(&self, name: &str) -> sqlx::Result<Option<bool>> {
        if self.find(name).is_none() {
            return Ok(None);
        }
        let changed = sqlx::query(
            "UPDATE projection_jobs SET cancel_requested = true, \
                 state = CASE state WHEN 'queued' THEN 'cancelled' ELSE state END, \
                 finished_at = CASE state WHEN 'queued' THEN now() END \
             WHERE projection = $1 AND kind = 'rebuild' AND state IN ('queued', 'running')",
        )
        .bind(name)
        .execute(self.pool())
        .await?;
        Ok(Some(changed.rows_affected() > 0))
    }

    /// A job by its id.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn job(&self, id: Uuid) -> sqlx::Result<Option<Job>> {
        sqlx::query_as(&format!("{JOB} WHERE id = $1")).bind(id).fetch_optional(self.pool()).await
    }

    /// The newest job of a kind for each projection that has one.
    pub(super) async fn newest_jobs(&self) -> sqlx::Result<Vec<Job>> {
        let sql = JOB.replacen("SELECT", "SELECT DISTINCT ON (projection, kind)", 1)
            + " ORDER BY projection, kind, asked_at DESC";
        sqlx::query_as(&sql).fetch_all(self.pool()).await
    }
}

pub(super) async fn ask(projector: &Projector, name: &str, kind: JobKind) -> sqlx::Result<Asked> {
    loop {
        let id = Uuid::now_v7();
        let inserted = sqlx::query(
            "WITH asked AS (INSERT INTO projection_jobs (id, projection, kind) VALUES ($1, $2, $3) \
                 ON CONFLICT DO NOTHING RETURNING id) \
             SELECT pg_notify($4, id::text) FROM asked",
        )
        .bind(id)
        .bind(name)
        .bind(kind.code())
        .bind(follow::JOBS_CHANNEL)
        .execute(projector.pool())
        .await?;
        if inserted.rows_affected() > 0 {
            projector.0.jobs_asked.notify_one();
            return Ok(Asked { job_id: id, was_running: false });
        }
        let running: Option<Uuid> = sqlx::query_scalar(
            "SELECT id FROM projection_jobs WHERE projection = $1 AND kind = $2 AND state IN ('queued', 'running')",
        )
        .bind(name)
        .bind(kind.code())
        .fetch_optional(projector.pool())
        .await?;
        if let Some(job_id) = running {
            return Ok(Asked { job_id, was_running: true });
        }
    }
}

/// Says how far a job is; true when somebody asked for it to stop.
pub(super) async fn progress(
    projector: &Projector,
    job: Uuid,
    position: i64,
    target: i64,
) -> sqlx::Result<bool> {
    sqlx::query_scalar(
        "UPDATE projection_jobs SET position = $2, target = $3 WHERE id = $1 RETURNING cancel_requested",
    )
    .bind(job)
    .bind(position)
    .bind(target)
    .fetch_optional(projector.pool())
    .await
    .map(|cancelled| cancelled.unwrap_or(true))
}

/// Carries out jobs while this node leads.
pub(super) async fn run(projector: Projector, gate: Gate) {
    let turns = Arc::new(Semaphore::new(limits::PROJECTION_JOBS));
    // What a leader before left unfinished begins again.
    let revive = "UPDATE projection_jobs SET state = 'queued' WHERE state = 'running'";
    while let Err(error) = sqlx::query(revive).execute(projector.pool()).await {
        tracing::warn!(%error, "unfinished projection jobs cannot be taken over yet");
        tokio::time::sleep(Duration::from_millis(limits::JOBS_POLL_MS)).await;
    }
    let mut running = tokio::task::JoinSet::new();
    loop {
        while running.try_join_next().is_some() {}
        while let Ok(turn) = turns.clone().try_acquire_owned() {
            match next(projector.pool()).await {
                Ok(Some(job)) => {
                    let (projector, gate) = (projector.clone(), gate.clone());
                    running.spawn(async move {
                        carry_out(&projector, &gate, &job).await;
                        projector.0.jobs_asked.notify_one();
                        drop(turn);
                    });
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::warn!(%error, "projection jobs cannot be read");
                    break;
                }
            }
        }
        tokio::select! {
            () = projector.0.jobs_asked.notified() => {}
            () = tokio::time::sleep(Duration::from_millis(limits::JOBS_POLL_MS)) => {}
        }
    }
}

async fn next(pool: &PgPool) -> sqlx::Result<Option<Job>> {
    // One job of a projection at a time: a verification during a rebuild would compare moving tables.
    sqlx::query_as(
        "UPDATE projection_jobs SET state = 'running', started_at = clock_timestamp() WHERE id = ( \
             SELECT id FROM projection_jobs q WHERE state = 'queued' AND NOT EXISTS ( \
                 SELECT FROM projection_jobs r WHERE r.projection = q.projection AND r.state = 'running') \
             ORDER BY asked_at LIMIT 1) \
         RETURNING id, projection, kind, state, position, target, error, result, started_at, finished_at",
    )
    .fetch_optional(pool)
    .await
}

async fn carry_out(projector: &Projector, gate: &Gate, job: &Job) {
    tracing::info!(projection = job.projection, kind = job.kind, job = %job.id, "projection job begins");
    let result = match projector.find(&job.projection) {
        Some(projection) => match job.kind.as_str() {
            "rebuild" => rebuild::run(projector, gate, &*projection, job.id).await.map(|()| None),
            "retry" => parking::retry(projector, gate, &*projection)
                .await
                .map(|(freed, waiting)| Some(json!({ "freed": freed, "waiting": waiting })))
                .map_err(ReplayError::from),
            _ => verify::run(projector, &*projection, job.id).await.map(Some),
        },
        None => Err(ReplayError::Database(sqlx::Error::RowNotFound)),
    };
    let (state, error, found) = match result {
        Ok(found) => ("done", None, found),
        Err(ReplayError::Cancelled) => ("cancelled", None, None),
        Err(error) => ("failed", Some(error.to_string()), None),
    };
    tracing::info!(projection = job.projection, kind = job.kind, job = %job.id, state, error, "projection job ended");
    let ended = sqlx::query(
        "UPDATE projection_jobs SET state = $2, error = $3, result = $4, finished_at = clock_timestamp() WHERE id = $1",
    )
    .bind(job.id)
    .bind(state)
    .bind(error)
    .bind(found)
    .execute(projector.pool())
    .await;
    if let Err(error) = ended {
        tracing::warn!(%error, job = %job.id, "the end of a projection job could not be written down");
    }
}
