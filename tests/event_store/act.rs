//! What the property test's writers do, at random but from a seed: appends with right and wrong versions, over
//! one stream or several, with claims and idempotency keys.

use std::collections::BTreeMap;
use std::sync::Arc;

use aggregates::{Claim, Metadata};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::json;
use serde_json::value::to_raw_value;
use tidemark::event_store::append::Request;
use tidemark::event_store::{
    AppendError, Appended, ClaimAction, ClaimChange, IdempotencyKey, NewEvent, StreamAppend,
};

const KIND: &str = "tea";
pub(super) const STREAMS: [&str; 5] = ["assam", "ceylon", "darjeeling", "oolong", "sencha"];
const SCOPE: &str = "shelf";
const SHELVES: [&str; 4] = ["top", "middle", "bottom", "cellar"];

/// What one writer asks for; in this form the model understands it too.
#[derive(Clone, Debug)]
pub(super) struct Act {
    /// Names the act; each of its events carries it.
    pub(super) number: u64,
    /// Expected version and number of events, by stream.
    pub(super) streams: BTreeMap<&'static str, (i64, usize)>,
    pub(super) claims: Vec<(ClaimAction, &'static str, &'static str)>,
    /// Key and body.
    pub(super) key: Option<(u8, u8)>,
}

/// An act with what came of it, and where the log was before and after.
#[derive(Debug)]
pub(super) struct Done {
    pub(super) act: Act,
    pub(super) result: Result<Appended, AppendError>,
    pub(super) head_before: i64,
    pub(super) head_after: i64,
}

impl Act {
    /// An act of a writer who knows the streams to be at `versions`, or is wrong about that.
    pub(super) fn at_random(
        random: &mut StdRng,
        number: u64,
        versions: &BTreeMap<&'static str, i64>,
    ) -> Self {
        let count = if random.random_bool(0.25) { random.random_range(2..=STREAMS.len()) } else { 1 };
        let streams = STREAMS
            .choose_multiple(random, count)
            .map(|stream| {
                let known = versions.get(stream).copied().unwrap_or(0);
                let error = if random.random_bool(0.1) { random.random_range(-2..=2) } else { 0 };
                (*stream, (i64::max(0, known + error), random.random_range(1..=3)))
            })
            .collect();
        let claims = if random.random_bool(0.3) { claims_at_random(random) } else { Vec::new() };
        let key = random.random_bool(0.15).then(|| (random.random_range(0..60), random.random_range(0..2)));
        Self { number, streams, claims, key }
    }

    pub(super) fn request(&self) -> Request {
        let streams = self.streams.iter().map(|(stream, (expected, count))| StreamAppend {
            kind: KIND,
            id: (*stream).into(),
            expected: *expected,
            events: (0..*count).map(|event| self.event(stream, event)).collect(),
        });
        let claims = self.claims.iter().map(|(action, shelf, owner)| ClaimChange {
            action: *action,
            claim: Claim::new(SCOPE, shelf, owner),
        });
        let key = self.key.map(|(key, body)| IdempotencyKey {
            caller: "user:1".to_owned(),
            key_hash: vec![key],
            request_hash: vec![body],
            done: None,
        });
        let metadata = Metadata { correlation_id: self.number.to_string(), ..Metadata::default() };
        Request { streams: streams.collect(), claims: claims.collect(), key, metadata: Arc::new(metadata) }
    }

    fn event(&self, stream: &str, event: usize) -> NewEvent {
        NewEvent {
            event_type: "Steeped".into(),
            event_version: "1.0".into(),
            payload: to_raw_value(&json!({ "Steeped": self.label(stream, event) })).unwrap(),
        }
    }

    fn label(&self, stream: &str, event: usize) -> String {
        format!("{}/{stream}/{event}", self.number)
    }

    /// The events as they must lie in the log one after the other: stream, sequence, label.
    pub(super) fn trace(&self) -> Vec<(String, i64, String)> {
        let mut trace = Vec::new();
        for (stream, (expected, count)) in &self.streams {
            for (sequence, event) in (expected + 1..).zip(0..*count) {
                trace.push(((*stream).to_owned(), sequence, self.label(stream, event)));
            }
        }
        trace
    }
}

/// Takes, releases and relies on claims, each shelf once; now and then one is handed over.
fn claims_at_random(random: &mut StdRng) -> Vec<(ClaimAction, &'static str, &'static str)> {
    let count = random.random_range(1..=2);
    let shelves: Vec<&str> = SHELVES.choose_multiple(random, count).copied().collect();
    let mut claims = Vec::new();
    for shelf in shelves {
        let owner = STREAMS[random.random_range(0..STREAMS.len())];
        match random.random_range(0..4) {
            0 => claims.push((ClaimAction::Release, shelf, owner)),
            1 => claims.push((ClaimAction::Require, shelf, owner)),
            2 => claims.push((ClaimAction::Take, shelf, owner)),
            _ => {
                let heir = STREAMS[random.random_range(0..STREAMS.len())];
                claims.extend([(ClaimAction::Release, shelf, owner), (ClaimAction::Take, shelf, heir)]);
            }
        }
    }
    claims
}
