use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

/// A job to be.
#[derive(Clone, Debug, PartialEq)]
pub struct NewJob {
    /// Its id, made where it is promised, so that events can name it.
    pub id: Uuid,
    /// Which handler does it.
    pub kind: &'static str,
    /// Unique in its kind, forever: a second promise under the same key is the same job.
    pub key: String,
    /// What its handler needs to know.
    pub payload: Value,
    /// The request that all began with.
    pub correlation_id: String,
    /// The position of the event that caused it: the job begins when read tables show it.
    pub causation: Option<i64>,
    /// Not before.
    pub run_at: Option<DateTime<Utc>>,
}

impl NewJob {
    /// A job that is due at once. A payload that is no JSON becomes null, which its handler will refuse.
    pub fn new(kind: &'static str, key: impl ToString, payload: impl Serialize) -> Self {
        Self {
            id: Uuid::now_v7(),
            kind,
            key: key.to_string(),
            payload: serde_json::to_value(payload).unwrap_or_default(),
            correlation_id: String::new(),
            causation: None,
            run_at: None,
        }
    }

    /// With an id that was told before.
    #[must_use]
    pub fn with_id(self, id: Uuid) -> Self {
        Self { id, ..self }
    }

    /// Not before this time.
    #[must_use]
    pub fn at(self, run_at: DateTime<Utc>) -> Self {
        Self { run_at: Some(run_at), ..self }
    }

    /// Joins the job to the request that it came from.
    #[must_use]
    pub fn correlated(self, correlation_id: impl Into<String>) -> Self {
        Self { correlation_id: correlation_id.into(), ..self }
    }

    /// Names the event that caused it.
    #[must_use]
    pub fn caused_by(self, position: i64) -> Self {
        Self { causation: Some(position), ..self }
    }
}

/// A job as its row has it.
#[derive(Clone, Debug, PartialEq, sqlx::FromRow)]
pub struct Job {
    /// Its id.
    pub id: Uuid,
    /// Which handler does it.
    pub kind: String,
    /// Unique in its kind.
    pub key: String,
    /// What its handler needs to know.
    pub payload: Value,
    /// queued, running, ending, done, failed, unknown or cancelled.
    pub state: String,
    /// How often it was begun; waiting for a turn does not count.
    pub attempts: i32,
    /// When it is due.
    pub run_at: DateTime<Utc>,
    /// Something outside may have happened by now.
    pub effect_begun: bool,
    /// What the next attempt goes on from.
    pub progress: Option<Value>,
    /// How it ended, before that was reported.
    pub ending: Option<String>,
    /// What it came to.
    pub result: Option<Value>,
    /// Why it waits, or why it failed.
    pub error: Option<String>,
    /// The request that all began with.
    pub correlation_id: String,
    /// The position of the event that caused it.
    pub causation: Option<i64>,
    /// When it was promised.
    pub queued_at: DateTime<Utc>,
    /// When it was first begun.
    pub started_at: Option<DateTime<Utc>>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
}

/// Every column of [`Job`], from the table or from an update of it.
macro_rules! job_columns {
    () => {
        "id, kind, key, payload, state, attempts, run_at, effect_begun, progress, ending, result, error, \
         correlation_id, causation, queued_at, started_at, finished_at"
    };
}
pub(super) use job_columns;

impl Job {
    /// Whether nothing more will happen to it.
    pub fn is_over(&self) -> bool {
        !matches!(self.state.as_str(), "queued" | "running" | "ending")
    }
}
