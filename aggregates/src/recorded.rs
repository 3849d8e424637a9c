use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use serde_json::value::RawValue;

use crate::{Fact, Metadata};

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
