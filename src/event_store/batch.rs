//! A batch of requests as the arrays that `append_events` takes, and its answer back.

use std::collections::HashMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::Row;
use sqlx::postgres::{PgConnection, PgRow};

use super::append::{ClaimAction, NewEvent, News, Request};

const APPEND: &str = "SELECT base, at FROM append_events(\
    $1,$2,$3,$4,$5::text[]::json[],$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24)";
const APPEND_CAREFULLY: &str = "SELECT base, at, failures::text FROM append_events_carefully(\
    $1,$2,$3,$4,$5::text[]::json[],$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22,$23,$24)";

/// Why one request of a batch was not stored.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Version { news: Arc<[News]> },
    Taken { scope: String, key: String },
    Missing { scope: String, key: String, owner: Option<String> },
    Repeated { same: bool, aggregate_id: Option<String>, position: Option<i64> },
}

/// What became of a batch.
pub(super) struct Stored {
    /// The head before it.
    pub(super) base: i64,
    pub(super) recorded_at: DateTime<Utc>,
    /// By place in the batch.
    pub(super) failures: HashMap<usize, Failure>,
}

/// What events have in common, once: an event says by number, from 1, which of these it is.
#[derive(Default)]
struct Types<'a> {
    kind: Vec<&'a str>,
    name: Vec<&'a str>,
    format: Vec<&'a str>,
}

impl<'a> Types<'a> {
    fn number(&mut self, kind: &'a str, event: &'a NewEvent) -> i32 {
        let known = self.kind.iter().zip(&self.name).zip(&self.format);
        let same = |((known, name), format): ((&&str, &&str), &&str)| {
            *known == kind && **name == *event.event_type && **format == *event.event_version
        };
        let place = known.into_iter().position(same).unwrap_or_else(|| {
            self.kind.push(kind);
            self.name.push(&event.event_type);
            self.format.push(&event.event_version);
            self.kind.len() - 1
        });
        i32::try_from(place + 1).unwrap_or(i32::MAX)
    }
}

#[derive(Default)]
struct Events<'a> {
    request: Vec<i32>,
    kind: Vec<i32>,
    id: Vec<&'a str>,
    sequence: Vec<i64>,
    payload: Vec<&'a str>,
}

/// Streams that have events already.
#[derive(Default)]
struct Known<'a> {
    request: Vec<i32>,
    kind: Vec<&'a str>,
    id: Vec<&'a str>,
    sequence: Vec<i64>,
}

#[derive(Default)]
struct Claims<'a> {
    request: Vec<i32>,
    action: Vec<&'a str>,
    scope: Vec<&'a str>,
    key: Vec<&'a str>,
    owner: Vec<&'a str>,
}

#[derive(Default)]
struct Keys<'a> {
    request: Vec<i32>,
    caller: Vec<&'a str>,
    hash: Vec<&'a [u8]>,
    request_hash: Vec<&'a [u8]>,
    stream: Vec<Option<&'a str>>,
}

/// How a batch is to be stored.
#[derive(Clone, Copy)]
pub(super) struct Manner {
    /// Tell the other nodes.
    pub(super) announce: bool,
    /// Look at each request first, since something is likely to be in the way of one.
    pub(super) carefully: bool,
}

/// Stores a batch in one statement. Where something is in the way of a request and it was not done carefully,
/// nothing is stored: see [`is_obstructed`].
pub(super) async fn append(
    connection: &mut PgConnection,
    requests: &[&Request],
    manner: Manner,
) -> sqlx::Result<Stored> {
    let metadata: Vec<String> = requests
        .iter()
        .map(|request| {
            serde_json::to_string(&*request.metadata).map_err(|error| sqlx::Error::Encode(error.into()))
        })
        .collect::<Result<_, _>>()?;
    let (mut types, mut events, mut known) = (Types::default(), Events::default(), Known::default());
    let (mut claims, mut keys) = (Claims::default(), Keys::default());
    for (number, request) in (1_i32..).zip(requests.iter().copied()) {
        collect_events(&mut types, &mut events, number, request);
        collect_known(&mut known, number, request);
        collect_claims(&mut claims, number, request);
        collect_key(&mut keys, number, request);
    }
    let row = sqlx::query(if manner.carefully { APPEND_CAREFULLY } else { APPEND })
        .bind(manner.announce)
        .bind(types.kind)
        .bind(types.name)
        .bind(types.format)
        .bind(metadata)
        .bind(events.request)
        .bind(events.kind)
        .bind(events.id)
        .bind(events.sequence)
        .bind(events.payload)
        .bind(unless_empty(known.request))
        .bind(unless_empty(known.kind))
        .bind(unless_empty(known.id))
        .bind(unless_empty(known.sequence))
        .bind(unless_empty(claims.request))
        .bind(unless_empty(claims.action))
        .bind(unless_empty(claims.scope))
        .bind(unless_empty(claims.key))
        .bind(unless_empty(claims.owner))
        .bind(unless_empty(keys.request))
        .bind(unless_empty(keys.caller))
        .bind(unless_empty(keys.hash))
        .bind(unless_empty(keys.request_hash))
        .bind(unless_empty(keys.stream))
        .fetch_one(connection)
        .await?;
    read_answer(&row, manner)
}

/// Null instead of an array that costs both sides something and says nothing.
fn unless_empty<T>(array: Vec<T>) -> Option<Vec<T>> {
    (!array.is_empty()).then_some(array)
}

/// Whether a batch was not stored because something is in the way of one of its requests.
pub(super) fn is_obstructed(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.is_unique_violation())
}

fn collect_events<'a>(types: &mut Types<'a>, events: &mut Events<'a>, number: i32, request: &'a Request) {
    for stream in &request.streams {
        for (offset, event) in (1_i64..).zip(&stream.events) {
            events.request.push(number);
            events.kind.push(types.number(stream.kind, event));
            events.id.push(&stream.id);
            events.sequence.push(stream.expected + offset);
            events.payload.push(event.payload.get());
        }
    }
}

fn collect_known<'a>(known: &mut Known<'a>, number: i32, request: &'a Request) {
    for stream in request.streams.iter().filter(|stream| stream.expected != 0) {
        known.request.push(number);
        known.kind.push(stream.kind);
        known.id.push(&stream.id);
        known.sequence.push(stream.expected);
    }
}

fn collect_claims<'a>(claims: &mut Claims<'a>, number: i32, request: &'a Request) {
    for change in &request.claims {
        claims.request.push(number);
        claims.action.push(match change.action {
            ClaimAction::Take => "take",
            ClaimAction::Release => "release",
            ClaimAction::Require => "require",
        });
        claims.scope.push(change.claim.scope);
        claims.key.push(&change.claim.key);
        claims.owner.push(&change.claim.owner);
    }
}

fn collect_key<'a>(keys: &mut Keys<'a>, number: i32, request: &'a Request) {
    if let Some(key) = &request.key {
        keys.request.push(number);
        keys.caller.push(&key.caller);
        keys.hash.push(&key.key_hash);
        keys.request_hash.push(&key.request_hash);
        keys.stream.push(request.streams.first().map(|stream| &*stream.id));
    }
}

/// One thing in the way of one request; which fields are there depends on the reason.
#[derive(Deserialize)]
struct Found {
    request: i32,
    reason: String,
    scope: Option<String>,
    key: Option<String>,
    owner: Option<String>,
    same: Option<bool>,
    aggregate_id: Option<String>,
    position: Option<i64>,
    news: Option<Arc<[News]>>,
}

fn read_answer(row: &PgRow, manner: Manner) -> sqlx::Result<Stored> {
    let mut failures = HashMap::new();
    let found: Option<&str> = if manner.carefully { row.try_get(2)? } else { None };
    let found: Vec<Found> = serde_json::from_str(found.unwrap_or("[]")).map_err(decode)?;
    for found in found {
        let index = usize::try_from(found.request - 1).map_err(decode)?;
        let failure = read_failure(found);
        // That a request was carried out before explains its other failures.
        if matches!(failure, Failure::Repeated { .. }) || !failures.contains_key(&index) {
            failures.insert(index, failure);
        }
    }
    Ok(Stored { base: row.try_get(0)?, recorded_at: row.try_get(1)?, failures })
}

fn decode(error: impl std::error::Error + Send + Sync + 'static) -> sqlx::Error {
    sqlx::Error::Decode(Box::new(error))
}

fn read_failure(found: Found) -> Failure {
    let Found { reason, scope, key, owner, same, aggregate_id, position, news, .. } = found;
    let (scope, key) = (scope.unwrap_or_default(), key.unwrap_or_default());
    match reason.as_str() {
        "taken" => Failure::Taken { scope, key },
        "missing" => Failure::Missing { scope, key, owner },
        "repeated" => Failure::Repeated { same: same.unwrap_or(false), aggregate_id, position },
        _ => Failure::Version { news: news.unwrap_or_default() },
    }
}
