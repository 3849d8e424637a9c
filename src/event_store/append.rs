//! Group commit: one task per node appends for everybody.
//!
//! What arrives while a batch commits forms the next batch: one statement and one flush for all of them. A
//! conflict fails only its own request. The lock on the log's head is never held across a round trip of ours.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use aggregates::{Claim, Metadata, Recorded};
use chrono::{DateTime, Utc};
use serde_json::value::RawValue;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};

use super::IdempotencyKey;
use super::batch::{self, Failure};
use super::feed::Feed;
use super::footprint::Footprint;
use crate::{database, limits};

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
    fn events(&self) -> usize {
        self.streams.iter().map(|stream| stream.events.len()).sum()
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

struct Waiting {
    request: Request,
    answer: oneshot::Sender<Result<Appended, AppendError>>,
}

/// Handle of a node's appender task.
#[derive(Clone)]
pub struct Appender {
    queue: mpsc::Sender<Waiting>,
}

impl Appender {
    /// Starts the task; it connects when the first request arrives, and again after a failure.
    pub fn start(options: PgConnectOptions, feed: Feed) -> Self {
        let (queue, requests) = mpsc::channel(limits::APPEND_QUEUE);
        tokio::spawn(Task { options, feed, connection: None, deferred: VecDeque::new() }.run(requests));
        Self { queue }
    }

    /// Stores `request` or nothing of it.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append(&self, request: Request) -> Result<Appended, AppendError> {
        let (answer, answered) = oneshot::channel();
        let stopped = || AppendError::Unavailable("the appender has stopped".into());
        self.queue.send(Waiting { request, answer }).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

struct Task {
    options: PgConnectOptions,
    feed: Feed,
    connection: Option<PgConnection>,
    deferred: VecDeque<Waiting>,
}

impl Task {
    async fn run(mut self, mut requests: mpsc::Receiver<Waiting>) {
        let mut arrived = Vec::new();
        loop {
            if self.deferred.is_empty() {
                if requests.recv_many(&mut arrived, limits::APPEND_BATCH_REQUESTS).await == 0 {
                    return;
                }
            } else {
                // What waits for its turn is bounded too: the rest stays in the queue.
                while self.deferred.len() < limits::APPEND_BATCH_REQUESTS
                    && let Ok(waiting) = requests.try_recv()
                {
                    self.deferred.push_back(waiting);
                }
            }
            self.deferred.extend(arrived.drain(..));
            let batch = self.next_batch();
            self.store_or_divide(batch).await;
        }
    }

    /// Takes from the front of the queue what may share a statement: no stream, claim or key twice.
    fn next_batch(&mut self) -> Vec<Waiting> {
        let mut batch: Vec<Waiting> = Vec::with_capacity(self.deferred.len());
        let mut later = VecDeque::new();
        let mut taken = Footprint::default();
        let mut events = 0;
        for waiting in self.deferred.drain(..) {
            let fits = batch.is_empty() || events + waiting.request.events() <= limits::APPEND_BATCH_EVENTS;
            if fits && taken.admits(&waiting.request) {
                events += waiting.request.events();
                taken.add(&waiting.request);
                batch.push(waiting);
            } else {
                // It keeps its place: nobody behind it overtakes it on what it touches.
                taken.add(&waiting.request);
                later.push_back(waiting);
            }
        }
        self.deferred = later;
        batch
    }

    /// Stores a batch. When the database refuses it as a whole, nothing of it is stored: then each request goes
    /// alone, so that what is wrong with one of them fails only that one.
    async fn store_or_divide(&mut self, batch: Vec<Waiting>) {
        let Err((batch, error)) = self.store(batch).await else { return };
        let is_refused = matches!(error, sqlx::Error::Database(_)) && !database::is_transient(&error);
        if batch.len() == 1 || !is_refused {
            return fail(batch, &error);
        }
        tracing::warn!(%error, requests = batch.len(), "a batch was refused: its requests go one by one");
        for waiting in batch {
            if let Err((alone, error)) = self.store(vec![waiting]).await {
                fail(alone, &error);
            }
        }
    }

    /// Stores a batch and answers its requests, or gives them back unanswered.
    async fn store(&mut self, batch: Vec<Waiting>) -> Result<(), (Vec<Waiting>, sqlx::Error)> {
        let started = std::time::Instant::now();
        let requests: Vec<&Request> = batch.iter().map(|waiting| &waiting.request).collect();
        let bound = Duration::from_secs(limits::APPEND_TIMEOUT_S);
        let result = match self.connected().await {
            Ok(connection) => tokio::time::timeout(bound, batch::append(connection, &requests))
                .await
                .unwrap_or(Err(sqlx::Error::PoolTimedOut)),
            Err(error) => Err(error),
        };
        metrics::histogram!("tidemark_append_duration_seconds").record(started.elapsed().as_secs_f64());
        match result {
            Ok(stored) => {
                self.publish_and_answer(batch, stored);
                Ok(())
            }
            Err(error) => {
                self.connection = None;
                Err((batch, error))
            }
        }
    }

    fn publish_and_answer(&self, batch: Vec<Waiting>, stored: batch::Stored) {
        let mut position = stored.base;
        let mut recorded = Vec::with_capacity(batch.len());
        let mut answers = Vec::with_capacity(batch.len());
        for (index, Waiting { request, answer }) in batch.into_iter().enumerate() {
            if let Some(failure) = stored.failures.get(&index) {
                answers.push((answer, Err(failure.clone().into())));
                continue;
            }
            let first_position = position + 1;
            for stream in request.streams {
                let kind: Arc<str> = stream.kind.into();
                for (offset, event) in (1_i64..).zip(stream.events) {
                    position += 1;
                    recorded.push(Arc::new(Recorded::new(
                        position,
                        kind.clone(),
                        stream.id.clone(),
                        stream.expected + offset,
                        event.event_type,
                        event.event_version,
                        event.payload,
                        request.metadata.clone(),
                        stored.recorded_at,
                    )));
                }
            }
            let appended =
                Appended { first_position, last_position: position, recorded_at: stored.recorded_at };
            answers.push((answer, Ok(appended)));
        }
        metrics::counter!("tidemark_events_appended_total").increment(recorded.len() as u64);
        self.feed.offer(recorded);
        for (answer, result) in answers {
            let _gone = answer.send(result);
        }
    }

    async fn connected(&mut self) -> sqlx::Result<&mut PgConnection> {
        match self.connection.take() {
            Some(connection) => Ok(self.connection.insert(connection)),
            None => {
                Ok(self.connection.insert(database::connect(&self.options, limits::APPENDER_SESSION).await?))
            }
        }
    }
}

fn fail(batch: Vec<Waiting>, error: &sqlx::Error) {
    tracing::warn!(%error, requests = batch.len(), "an append failed");
    let answer = describe(error);
    for waiting in batch {
        let _gone = waiting.answer.send(Err(answer.clone()));
    }
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
    if database::is_transient(error) {
        AppendError::Unavailable("the database does not answer".into())
    } else {
        AppendError::Internal(error.to_string())
    }
}
