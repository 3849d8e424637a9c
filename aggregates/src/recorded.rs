use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::Fact;

/// Who caused an event.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The user's number; none for the program itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
    /// The username, or `system:<part>` for the program itself.
    pub name: String,
}

/// What is known about an event beside its content.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// Who did it.
    #[serde(default)]
    pub actor: Actor,
    /// Joins all that one request caused (contract R13).
    #[serde(default)]
    pub correlation_id: String,
    /// The position of the event that caused this one, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub causation: Option<i64>,
    /// The door it came through: `http`, `poll`, `cli`, `demo`.
    #[serde(default)]
    pub source: String,
    /// Other things that it concerns, as `kind:id`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// One row of the log: an event with its place in the history.
#[derive(Debug)]
pub struct Recorded {
    /// Place in the whole log, 1..n without gaps, in commit order.
    pub position: i64,
    /// The kind of stream: `campaign`.
    pub aggregate_type: Arc<str>,
    /// Which stream of that kind.
    pub aggregate_id: Arc<str>,
    /// Place in its stream, 1..n without gaps.
    pub sequence: i64,
    /// The event's wire name.
    pub event_type: Arc<str>,
    /// The wire version its payload was written in.
    pub event_version: Arc<str>,
    /// The stored JSON, `{"<event type>": {…}}`.
    pub payload: Box<RawValue>,
    /// Who, why, from where.
    pub metadata: Arc<Metadata>,
    /// When it was appended.
    pub recorded_at: DateTime<Utc>,
    fact: OnceLock<Fact>,
}

impl Recorded {
    /// A row as it was read from, or just written to, the log.
    #[expect(clippy::too_many_arguments, reason = "one argument a column, built in two places")]
    pub fn new(
        position: i64,
        aggregate_type: Arc<str>,
        aggregate_id: Arc<str>,
        sequence: i64,
        event_type: Arc<str>,
        event_version: Arc<str>,
        payload: Box<RawValue>,
        metadata: impl Into<Arc<Metadata>>,
        recorded_at: DateTime<Utc>,
    ) -> Self {
        Self {
            position,
            aggregate_type,
            aggregate_id,
            sequence,
            event_type,
            event_version,
            payload,
            metadata: metadata.into(),
            recorded_at,
            fact: OnceLock::new(),
        }
    }

    /// The typed event, parsed once however many readers ask.
    pub fn fact(&self) -> &Fact {
        self.fact.get_or_init(|| Fact::parse(self))
    }
}
