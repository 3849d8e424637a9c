use std::collections::HashMap;

use aggregates::{Actor, Recorded};
use chrono::SecondsFormat;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

/// An event as auditors see it.
#[derive(Serialize, JsonSchema)]
pub(super) struct EventView {
    position: i64,
    sequence: i64,
    #[serde(rename = "type")]
    event_type: String,
    at: String,
    actor: ActorView,
    correlation_id: String,
    source: String,
    /// What it says.
    data: Value,
}

/// Who did it.
#[derive(Serialize, JsonSchema)]
pub(super) struct ActorView {
    user_id: Option<i64>,
    name: String,
}

/// The same with the thing it belongs to.
#[derive(Serialize, JsonSchema)]
pub(super) struct FeedEventView {
    /// As in the address of its audit.
    kind: String,
    id: String,
    #[serde(flatten)]
    event: EventView,
}

/// Events of one thing.
#[derive(Serialize, JsonSchema)]
pub(super) struct StreamPage {
    pub(super) events: Vec<EventView>,
    /// Pass it as `after` for the next page; null: there is none.
    pub(super) next: Option<i64>,
}

/// Events of the whole log.
#[derive(Serialize, JsonSchema)]
pub(super) struct FeedPage {
    pub(super) events: Vec<FeedEventView>,
    /// Pass it as `after` for the next page; null: there is none.
    pub(super) next: Option<i64>,
    /// The name of this history.
    pub(super) epoch: String,
    /// The newest position.
    pub(super) head: i64,
}

impl From<&Actor> for ActorView {
    fn from(actor: &Actor) -> Self {
        Self { user_id: actor.user_id, name: actor.name.clone() }
    }
}

impl From<&Recorded> for EventView {
    fn from(recorded: &Recorded) -> Self {
        let payload: Value = serde_json::from_str(recorded.payload.get()).unwrap_or_default();
        Self {
            position: recorded.position,
            sequence: recorded.sequence,
            event_type: recorded.event_type.to_string(),
            at: at(recorded),
            actor: (&recorded.metadata.actor).into(),
            correlation_id: recorded.metadata.correlation_id.clone(),
            source: recorded.metadata.source.clone(),
            data: inner(payload, &recorded.event_type),
        }
    }
}

impl From<&Recorded> for FeedEventView {
    fn from(recorded: &Recorded) -> Self {
        let kind = super::kind_word(&recorded.aggregate_type).to_owned();
        let id = recorded.aggregate_id.to_string();
        Self { kind, id, event: recorded.into() }
    }
}

impl FeedEventView {
    /// Says what its user is called now.
    pub(super) fn named(mut self, names: &HashMap<i64, String>) -> Self {
        let actor = &mut self.event.actor;
        if let Some(name) = actor.user_id.and_then(|number| names.get(&number)) {
            actor.name.clone_from(name);
        }
        self
    }
}

/// When an event was recorded.
pub(super) fn at(recorded: &Recorded) -> String {
    recorded.recorded_at.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

/// The payload names its type once more; that is told beside it already.
fn inner(payload: Value, event_type: &str) -> Value {
    match payload {
        Value::Object(mut fields) if fields.len() == 1 && fields.contains_key(event_type) => {
            fields.remove(event_type).unwrap_or_default()
        }
        other => other,
    }
}

/// Cuts events that were read with one more than `limit` to a page, and says the position to go on after, if
/// there is more.
pub(super) fn page(mut events: Vec<Recorded>, limit: i64) -> (Vec<Recorded>, Option<i64>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let is_more = events.len() > limit;
    events.truncate(limit);
    let next = events.last().filter(|_| is_more).map(|event| event.position);
    (events, next)
}
