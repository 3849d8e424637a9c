//! What one may ask of the log, and what it answers.

use std::sync::Arc;

use aggregates::{Claim, Metadata};
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use super::IdempotencyKey;
use super::batch::Failure;

/// An event about to be appended.
#[derive(Clone, Debug)]
pub struct NewEvent {
    /// Its wire name.
    pub event_type: Arc<str>,
    /// The wire version of its payload.
    pub event_version: Arc<str>,
    /// `{"<wire name>": {…}}`.
    pub payload: Box<RawValue>,
}

/// Events for one stream.
#[derive(Clone, Debug)]
pub struct StreamAppend {
    /// The kind of stream.
    pub kind: &'static str,
    /// Which one.
    pub id: Arc<str>,
    /// The sequence of its newest event as the decision saw it; 0: no event yet.
    pub expected: i64,
    /// What happened, at least one.
    pub events: Vec<NewEvent>,
}

/// What to do with a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClaimAction {
    /// It must be free, or already the owner's.
    Take,
    /// Free it.
    Release,
    /// It must be the owner's, and stay so.
    Require,
}

/// A claim taken, released or relied on by a request.
#[derive(Clone, Debug)]
pub struct ClaimChange {
    /// What happens to it.
    pub action: ClaimAction,
    /// Which claim.
    pub claim: Claim,
}

/// Everything that one append stores, or nothing of it.
#[derive(Debug)]
pub struct Request {
    /// The streams, each at most once.
    pub streams: Vec<StreamAppend>,
    /// The claims.
    pub claims: Vec<ClaimChange>,
    /// Makes a repetition harmless.
    pub key: Option<IdempotencyKey>,
    /// Who and why, for each of its events.
    pub metadata: Arc<Metadata>,
}

impl Request {
    /// How many events it has.
    pub(super) fn events(&self) -> usize {
        self.streams.iter().map(|stream| stream.events.len()).sum()
    }

    /// How large its events are.
    pub(super) fn bytes(&self) -> usize {
        let events = self.streams.iter().flat_map(|stream| &stream.events);
        events.map(|event| event.payload.get().len()).sum()
    }
}

/// Where a request's events are now.
#[derive(Clone, Debug)]
pub struct Appended {
    /// The position of its first event; the others follow without a gap.
    pub first_position: i64,
    /// The position of its last event.
    pub last_position: i64,
    /// When.
    pub recorded_at: DateTime<Utc>,
}

/// Why an append did not happen.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// Somebody else appended to a stream first.
    #[error("the stream moved on")]
    Conflict,
    /// A claim is somebody else's.
    #[error("{scope} is taken")]
    Taken {
        /// The claim's scope.
        scope: String,
        /// The claim's key.
        key: String,
    },
    /// A claim that the request relies on is not there, or somebody else's.
    #[error("{scope} is not there")]
    Missing {
        /// The claim's scope.
        scope: String,
        /// The claim's key.
        key: String,
        /// Whose it is, if anybody's.
        owner: Option<String>,
    },
    /// The idempotency key was used before.
    #[error("the idempotency key was used before")]
    Repeated {
        /// Whether by the same request.
        same: bool,
        /// The stream that it touched.
        aggregate_id: Option<String>,
        /// Where the log was after it.
        position: i64,
    },
    /// The database does not answer. Whether the events were stored is unknown.
    #[error("the event store is unavailable: {0}")]
    Unavailable(String),
    /// The database refused for a reason that trying again does not mend.
    #[error("the event store failed: {0}")]
    Internal(String),
}

impl From<Failure> for AppendError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Version => Self::Conflict,
            Failure::Taken { scope, key } => Self::Taken { scope, key },
            Failure::Missing { scope, key, owner } => Self::Missing { scope, key, owner },
            Failure::Repeated { same, aggregate_id, position } => {
                Self::Repeated { same, aggregate_id, position: position.unwrap_or(0) }
            }
        }
    }
}

/// Sorts a database error into "not now" and "never like this".
pub fn describe(error: &sqlx::Error) -> AppendError {
    let transient = match error {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            // Connection, resource and operator trouble; lock and statement timeouts; a standby.
            ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class))
                || matches!(&*code, "55P03" | "25006")
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        _ => false,
    };
    if transient {
        AppendError::Unavailable("the database does not answer".into())
    } else {
        AppendError::Internal(error.to_string())
    }
}
