//! What an operator sees of the projections.

use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, json};

use super::{Job, Projector};

/// What a projection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ProjectionState {
    /// It follows the log.
    Live,
    /// Its tables are being filled anew beside the live ones.
    Rebuilding,
    /// It follows, but some streams are parked, or its last rebuild failed.
    Failed,
}

impl std::fmt::Display for ProjectionState {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Live => "live",
            Self::Rebuilding => "rebuilding",
            Self::Failed => "failed",
        })
    }
}

/// A line of GET /api/admin/projections.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct ProjectionStatus {
    /// Its name.
    pub name: String,
    /// The version of its tables.
    pub version: i32,
    /// How far it is.
    pub position: i64,
    /// Where the log is.
    pub head: i64,
    /// Events between the two.
    pub lag: i64,
    /// What it is doing.
    pub state: ProjectionState,
    /// Why it is not well.
    pub last_error: Option<String>,
    /// Events a second of the running rebuild.
    pub rate: Option<f64>,
    /// 0 to 100 of the running rebuild.
    pub progress: Option<f64>,
    /// Seconds until the running rebuild ends, if it goes on like this.
    pub eta: Option<f64>,
    /// The job that is running.
    pub job_id: Option<String>,
    /// Streams that wait because an event of theirs could not be applied.
    pub parked: i64,
    /// The newest verification, once there is one.
    pub last_verify: Option<Value>,
}

impl Projector {
    /// How every projection is.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn status(&self) -> sqlx::Result<Vec<ProjectionStatus>> {
        let jobs = self.newest_jobs().await?;
        let rows: Vec<CheckpointRow> = sqlx::query_as(
            "SELECT projection, version, projected.position, log_head.position, \
                 (SELECT count(*) FROM parked_streams p WHERE p.projection = projected.projection), \
                 (SELECT 'position ' || p.position || ': ' || p.error FROM parked_streams p \
                   WHERE p.projection = projected.projection ORDER BY p.position LIMIT 1), clock_timestamp() \
             FROM projected, log_head WHERE projection = ANY($1) ORDER BY projection",
        )
        .bind(self.names())
        .fetch_all(self.pool())
        .await?;
        let of = |name: &str, kind: &str| jobs.iter().find(|job| job.projection == name && job.kind == kind);
        Ok(rows
            .into_iter()
            .map(|(name, version, position, head, parked, parked_error, now)| {
                let rebuild = of(&name, "rebuild");
                let running = rebuild.filter(|job| !job.is_over());
                let failed = rebuild.and_then(|job| job.error.clone());
                let state = match (running, parked > 0 || failed.is_some()) {
                    (Some(_), _) => ProjectionState::Rebuilding,
                    (None, true) => ProjectionState::Failed,
                    (None, false) => ProjectionState::Live,
                };
                let pace = running.map(|job| Pace::of(job, now));
                ProjectionStatus {
                    version,
                    position,
                    head,
                    lag: (head - position).max(0),
                    state,
                    last_error: parked_error.or(failed),
                    rate: pace.as_ref().map(|pace| pace.rate),
                    progress: pace.as_ref().map(|pace| pace.progress),
                    eta: pace.as_ref().and_then(|pace| pace.eta_s),
                    job_id: running.map(|job| job.id.to_string()),
                    parked,
                    last_verify: of(&name, "verify").map(verification),
                    name,
                }
            })
            .collect())
    }
}

/// name, version, position, head, parked streams, the oldest parked one's error, the database's time
type CheckpointRow = (String, i32, i64, i64, i64, Option<String>, DateTime<Utc>);

struct Pace {
    rate: f64,
    progress: f64,
    eta_s: Option<f64>,
}

impl Pace {
    fn of(job: &Job, now: DateTime<Utc>) -> Self {
        let elapsed_s = job.started_at.map_or(0.0, |started| (now - started).as_seconds_f64()).max(0.001);
        let rate = job.position as f64 / elapsed_s;
        let progress = if job.target > 0 { 100.0 * job.position as f64 / job.target as f64 } else { 0.0 };
        let eta_s = (rate > 0.0).then(|| round((job.target - job.position).max(0) as f64 / rate));
        Self { rate: round(rate), progress: round(progress), eta_s }
    }
}

fn round(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

/// A verification as clients see it.
pub(crate) fn verification(job: &Job) -> Value {
    let mut shown = json!({
        "job_id": job.id,
        "state": job.state,
        "error": job.error,
        "finished_at": job.finished_at,
    });
    if let (Some(shown), Some(Value::Object(found))) = (shown.as_object_mut(), &job.result) {
        shown.extend(found.clone());
    }
    shown
}
