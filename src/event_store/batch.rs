//! A batch of requests as the arrays that `append_events` takes, and its answer back.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::postgres::PgConnection;
use sqlx::{FromRow, Row};

use super::append::{ClaimAction, Request};

const APPEND: &str = "SELECT request, reason, detail, base, at FROM append_events(\
    $1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21,$22)";

/// Why one request of a batch was not stored.
#[derive(Clone, Debug)]
pub(super) enum Failure {
    Version,
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

#[derive(Default)]
struct Streams<'a> {
    request: Vec<i32>,
    kind: Vec<&'a str>,
    id: Vec<&'a str>,
    expected: Vec<i64>,
}

#[derive(Default)]
struct Events<'a> {
    request: Vec<i32>,
    kind: Vec<&'a str>,
    id: Vec<&'a str>,
    sequence: Vec<i64>,
    name: Vec<&'a str>,
    format: Vec<&'a str>,
    payload: Vec<&'a str>,
    metadata: Vec<&'a str>,
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

/// Stores a batch in one statement.
pub(super) async fn append(connection: &mut PgConnection, requests: &[&Request]) -> sqlx::Result<Stored> {
    let metadata: Vec<String> = requests
        .iter()
        .map(|request| {
            serde_json::to_string(&*request.metadata).map_err(|error| sqlx::Error::Encode(error.into()))
        })
        .collect::<Result<_, _>>()?;
    let (mut streams, mut events) = (Streams::default(), Events::default());
    let (mut claims, mut keys) = (Claims::default(), Keys::default());
    for ((number, request), metadata) in (1_i32..).zip(requests.iter().copied()).zip(&metadata) {
        collect_streams(&mut streams, &mut events, number, request, metadata);
        collect_claims(&mut claims, number, request);
        collect_key(&mut keys, number, request);
    }
    let rows = sqlx::query(APPEND)
        .bind(streams.request)
        .bind(streams.kind)
        .bind(streams.id)
        .bind(streams.expected)
        .bind(events.request)
        .bind(events.kind)
        .bind(events.id)
        .bind(events.sequence)
        .bind(events.name)
        .bind(events.format)
        .bind(events.payload)
        .bind(events.metadata)
        .bind(claims.request)
        .bind(claims.action)
        .bind(claims.scope)
        .bind(claims.key)
        .bind(claims.owner)
        .bind(keys.request)
        .bind(keys.caller)
        .bind(keys.hash)
        .bind(keys.request_hash)
        .bind(keys.stream)
        .fetch_all(connection)
        .await?;
    read_answer(&rows)
}

fn collect_streams<'a>(
    streams: &mut Streams<'a>,
    events: &mut Events<'a>,
    number: i32,
    request: &'a Request,
    metadata: &'a str,
) {
    for stream in &request.streams {
        streams.request.push(number);
        streams.kind.push(stream.kind);
        streams.id.push(&stream.id);
        streams.expected.push(stream.expected);
        for (offset, event) in (1_i64..).zip(&stream.events) {
            events.request.push(number);
            events.kind.push(stream.kind);
            events.id.push(&stream.id);
            events.sequence.push(stream.expected + offset);
            events.name.push(&event.event_type);
            events.format.push(&event.event_version);
            events.payload.push(event.payload.get());
            events.metadata.push(metadata);
        }
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

#[derive(FromRow)]
struct FailureRow {
    request: i32,
    reason: String,
    detail: Option<String>,
}

#[derive(Deserialize)]
struct ClaimDetail {
    scope: String,
    key: String,
    owner: Option<String>,
}

#[derive(Deserialize)]
struct KeyDetail {
    same: bool,
    aggregate_id: Option<String>,
    position: Option<i64>,
}

fn read_answer(rows: &[sqlx::postgres::PgRow]) -> sqlx::Result<Stored> {
    let first = rows.first().ok_or(sqlx::Error::RowNotFound)?;
    let mut failures = HashMap::new();
    for row in rows.iter().skip(1) {
        let row = FailureRow::from_row(row)?;
        let index = usize::try_from(row.request - 1).map_err(|error| sqlx::Error::Decode(error.into()))?;
        let failure = read_failure(&row).map_err(|error| sqlx::Error::Decode(error.into()))?;
        // That a request was carried out before explains its other failures.
        if matches!(failure, Failure::Repeated { .. }) || !failures.contains_key(&index) {
            failures.insert(index, failure);
        }
    }
    Ok(Stored { base: first.try_get("base")?, recorded_at: first.try_get("at")?, failures })
}

fn read_failure(row: &FailureRow) -> serde_json::Result<Failure> {
    let detail = row.detail.as_deref().unwrap_or("{}");
    Ok(match row.reason.as_str() {
        "taken" => {
            let ClaimDetail { scope, key, .. } = serde_json::from_str(detail)?;
            Failure::Taken { scope, key }
        }
        "missing" => {
            let ClaimDetail { scope, key, owner } = serde_json::from_str(detail)?;
            Failure::Missing { scope, key, owner }
        }
        "repeated" => {
            let KeyDetail { same, aggregate_id, position } = serde_json::from_str(detail)?;
            Failure::Repeated { same, aggregate_id, position }
        }
        _ => Failure::Version,
    })
}
