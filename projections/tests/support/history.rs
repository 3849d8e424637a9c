//! A log in memory, written by the real deciders, with claims as the event store keeps them.

use std::any::Any;
use std::collections::HashMap;

use aggregates::{Claim, Decider, Metadata, Recorded};
use chrono::{DateTime, Duration, Utc};
use cqrs_es::DomainEvent;
use serde_json::value::to_raw_value;
use uuid::Uuid;

/// A stream's newest sequence and its folded state.
type Stream = (i64, Box<dyn Any>);

#[derive(Default)]
pub(crate) struct History {
    events: Vec<Recorded>,
    streams: HashMap<(&'static str, String), Stream>,
    claims: HashMap<(&'static str, String), String>,
    ids: u128,
}

impl History {
    pub(crate) fn events(&self) -> &[Recorded] {
        &self.events
    }

    /// The position of the newest event.
    pub(crate) fn head(&self) -> i64 {
        i64::try_from(self.events.len()).unwrap()
    }

    /// When the event at `position` was recorded, as clients read it.
    pub(crate) fn time(position: i64) -> String {
        instant(position).to_rfc3339_opts(chrono::SecondsFormat::AutoSi, true)
    }

    /// Lets `command` happen, or tells why it can't.
    pub(crate) fn execute<A: Decider>(&mut self, id: &str, command: A::Command) -> Result<(), String> {
        let (mut sequence, mut state) = self.state::<A>(id);
        let events = state.decide(command).map_err(|refusal| refusal.to_string())?;
        let (tags, held) = (state.tags(), state.claims());
        let mut required = Vec::new();
        for event in &events {
            state.evolve(event);
            required.extend(state.requires(event));
        }
        self.claim(&held, &state.claims(), &required)?;
        let mut tags = [tags, state.tags()].concat();
        tags.sort();
        tags.dedup();
        for event in &events {
            sequence += 1;
            self.append::<A>(id, sequence, event, tags.clone());
        }
        self.streams.insert((A::KIND, id.to_owned()), (sequence, Box::new(state)));
        Ok(())
    }

    /// The folded state of a stream, with its newest sequence.
    pub(crate) fn state<A: Decider>(&self, id: &str) -> (i64, A) {
        let kept = self.streams.get(&(A::KIND, id.to_owned()));
        kept.map_or_else(Default::default, |(sequence, state)| {
            (*sequence, state.downcast_ref::<A>().unwrap().clone())
        })
    }

    /// The folded states of all streams of a kind.
    pub(crate) fn states<A: Decider>(&self) -> Vec<&A> {
        self.streams.values().filter_map(|(_, state)| state.downcast_ref()).collect()
    }

    fn claim(&mut self, held: &[Claim], wanted: &[Claim], required: &[Claim]) -> Result<(), String> {
        for claim in required {
            if self.claims.get(&(claim.scope, claim.key.clone())) != Some(&claim.owner) {
                return Err(format!("{claim:?} is not held"));
            }
        }
        let mut claims = self.claims.clone();
        for claim in held {
            claims.remove(&(claim.scope, claim.key.clone()));
        }
        for claim in wanted {
            if claims.insert((claim.scope, claim.key.clone()), claim.owner.clone()).is_some() {
                return Err(format!("{claim:?} is taken"));
            }
        }
        self.claims = claims;
        Ok(())
    }

    fn append<A: Decider>(&mut self, id: &str, sequence: i64, event: &A::Event, tags: Vec<String>) {
        let position = self.head() + 1;
        self.events.push(Recorded::new(
            position,
            A::KIND.into(),
            id.into(),
            sequence,
            event.event_type().into(),
            event.event_version().into(),
            to_raw_value(event).unwrap(),
            Metadata { tags, ..Metadata::default() },
            instant(position),
        ));
    }

    /// An event that no decider wrote.
    pub(crate) fn append_raw(&mut self, kind: &str, id: Uuid, sequence: i64, event_type: &str, json: &str) {
        let position = self.head() + 1;
        self.events.push(Recorded::new(
            position,
            kind.into(),
            id.to_string().into(),
            sequence,
            event_type.into(),
            "1.0".into(),
            serde_json::from_str(json).unwrap(),
            Metadata::default(),
            instant(position),
        ));
    }

    /// An id that nothing has yet.
    pub(crate) fn new_id(&mut self) -> Uuid {
        self.ids += 1;
        Uuid::from_u128(self.ids)
    }
}

fn instant(position: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::hours(position)
}
