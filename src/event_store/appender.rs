//! Group commit: one task per node appends for everybody.
//!
//! What arrives while a batch commits forms the next batch: one statement and one flush for all of them. A
//! conflict fails only its own request. The lock on the log's head is never held across a round trip of ours.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use aggregates::Recorded;
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::append::{AppendError, Appended, Request, describe};
use super::batch::{self, Manner};
use super::feed::Feed;
use super::footprint::Footprint;
use crate::{database, limits};

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
        let (connection, deferred, pace) = (None, VecDeque::new(), Pace::default());
        let task = Task { options, feed, connection, deferred, is_obstructed: false, pace };
        tokio::spawn(task.run(requests));
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
    /// With when it last did something.
    connection: Option<(PgConnection, Instant)>,
    deferred: VecDeque<Waiting>,
    /// Something was in the way of a request lately: it is likely to happen again.
    is_obstructed: bool,
    pace: Pace,
}

/// How many requests to wait for before a batch sets out.
#[derive(Default)]
struct Pace {
    /// How many were under way or waiting when the last batch came back.
    writers: usize,
    took: Duration,
}

impl Pace {
    /// Half of the writers, so that the others decide while these commit; all of them where it is the disk that
    /// takes the time.
    fn wanted(&self) -> usize {
        if self.took < Duration::from_micros(limits::APPEND_SWIFT_US) {
            self.writers.div_ceil(2)
        } else {
            self.writers
        }
    }
}

impl Task {
    async fn run(mut self, mut requests: mpsc::Receiver<Waiting>) {
        let mut arrived = Vec::new();
        loop {
            if self.deferred.is_empty() {
                let Some(first) = requests.recv().await else { return };
                arrived.push(first);
                self.gather(&mut requests, &mut arrived).await;
            } else {
                // What waits for its turn is bounded too: the rest stays in the queue.
                while self.deferred.len() < limits::APPEND_BATCH_REQUESTS
                    && let Ok(waiting) = requests.try_recv()
                {
                    self.deferred.push_back(waiting);
                }
            }
            self.deferred.extend(arrived.drain(..));
            // Who does not wait any more is not served: its client was told that the outcome is unknown.
            self.deferred.retain(|waiting| !waiting.answer.is_closed());
            let batch = self.next_batch();
            let (size, began) = (batch.len(), Instant::now());
            self.store(batch).await;
            self.pace = Pace { writers: size + self.deferred.len() + requests.len(), took: began.elapsed() };
        }
    }

    /// Takes what is there, and lets those come whom the last batch has just answered: they are about to have their
    /// next commands. Nobody is waited for who does not come at once.
    async fn gather(&self, requests: &mut mpsc::Receiver<Waiting>, arrived: &mut Vec<Waiting>) {
        let mut is_first_look = true;
        loop {
            let before = arrived.len();
            while arrived.len() < limits::APPEND_BATCH_REQUESTS
                && let Ok(waiting) = requests.try_recv()
            {
                arrived.push(waiting);
            }
            let is_nobody_new = arrived.len() == before && !std::mem::take(&mut is_first_look);
            if arrived.len() >= self.pace.wanted() || is_nobody_new {
                return;
            }
            tokio::task::yield_now().await;
        }
    }

    /// Takes from the front of the queue what may share a statement: no stream, claim or key twice.
    fn next_batch(&mut self) -> Vec<Waiting> {
        let mut batch: Vec<Waiting> = Vec::with_capacity(self.deferred.len());
        let mut later = VecDeque::new();
        let mut taken = Footprint::default();
        let (mut events, mut bytes) = (0, 0);
        for waiting in self.deferred.drain(..) {
            let size = (events + waiting.request.events(), bytes + waiting.request.bytes());
            let is_small = size.0 <= limits::APPEND_BATCH_EVENTS && size.1 <= limits::APPEND_BATCH_BYTES;
            if (batch.is_empty() || is_small) && taken.admits(&waiting.request) {
                (events, bytes) = size;
                taken.add(&waiting.request);
                batch.push(waiting);
            } else {
                taken.block(&waiting.request);
                later.push_back(waiting);
            }
        }
        self.deferred = later;
        batch
    }

    async fn store(&mut self, batch: Vec<Waiting>) {
        let mut batches = vec![batch];
        while let Some(mut batch) = batches.pop() {
            if batch.is_empty() {
                continue;
            }
            match self.append(&batch).await {
                Ok(stored) => self.publish_and_answer(batch, stored),
                Err(error) if is_refusal(&error) && batch.len() > 1 => {
                    tracing::warn!(%error, requests = batch.len(), "an append was refused: once more, in halves");
                    // Nothing of it was stored. Whoever is the reason must not take the others along.
                    batches.push(batch.split_off(batch.len() / 2));
                    batches.push(batch);
                }
                Err(error) => {
                    tracing::warn!(%error, requests = batch.len(), "an append failed");
                    let answer = describe(&error);
                    for waiting in batch {
                        let _gone = waiting.answer.send(Err(answer.clone()));
                    }
                }
            }
        }
    }

    /// One statement for the whole batch.
    async fn append(&mut self, batch: &[Waiting]) -> sqlx::Result<batch::Stored> {
        let started = Instant::now();
        let known = self.feed.head();
        let requests: Vec<&Request> = batch.iter().map(|waiting| &waiting.request).collect();
        let mut connection = self.connected().await?;
        let bound = Duration::from_secs(limits::APPEND_TIMEOUT_S);
        let result = timeout(bound, self.try_then_look(&mut connection, &requests)).await;
        metrics::histogram!("tidemark_append_duration_seconds").record(started.elapsed().as_secs_f64());
        let result = result.map_err(|_| sqlx::Error::PoolTimedOut)?;
        // After a refusal the connection is as good as before; after any other failure nobody knows.
        let is_sound = result.as_ref().map_or_else(is_refusal, |_| true);
        if is_sound {
            self.connection = Some((connection, Instant::now()));
        } else {
            self.feed.doubt();
        }
        let stored = result?;
        if stored.base < known {
            self.feed.lose();
            return Err(sqlx::Error::Protocol("the log was replaced by another history".into()));
        }
        Ok(stored)
    }

    /// Mostly nothing is in the way, which need not be found out beforehand.
    async fn try_then_look(
        &mut self,
        connection: &mut PgConnection,
        requests: &[&Request],
    ) -> sqlx::Result<batch::Stored> {
        let announce = self.feed.has_company();
        if !self.is_obstructed {
            let tried = batch::append(connection, requests, Manner { announce, carefully: false }).await;
            if !tried.as_ref().is_err_and(batch::is_obstructed) {
                return tried;
            }
        }
        let stored = batch::append(connection, requests, Manner { announce, carefully: true }).await?;
        self.is_obstructed = !stored.failures.is_empty();
        Ok(stored)
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

    /// The connection, proven alive after a pause: one that broke meanwhile need not cost anybody an append.
    async fn connected(&mut self) -> sqlx::Result<PgConnection> {
        if let Some((mut connection, used)) = self.connection.take() {
            if used.elapsed() < Duration::from_millis(limits::APPENDER_TRUST_MS) {
                return Ok(connection);
            }
            let bound = Duration::from_secs(limits::CONNECT_TIMEOUT_S);
            if matches!(timeout(bound, connection.ping()).await, Ok(Ok(()))) {
                return Ok(connection);
            }
        }
        let mut connection = database::connect(&self.options, limits::APPENDER_SESSION).await?;
        let process: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut connection).await?;
        self.feed.recognise(process.unsigned_abs());
        Ok(connection)
    }
}

/// Whether the database answered, and the answer was that it stored nothing: not now, nor at any other time.
fn is_refusal(error: &sqlx::Error) -> bool {
    let is_answer = matches!(error, sqlx::Error::Database(_) | sqlx::Error::Encode(_));
    is_answer && matches!(describe(error), AppendError::Internal(_))
}
