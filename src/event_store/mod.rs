//! The log: append, load, feed. Knows no slice.
//!
//! [`Store`] is one node's door to it. Commands go through [`Store::execute`]: load (mostly from memory),
//! decide, append at the expected version, again on a conflict. All appends of a node go through one task
//! that commits whatever has gathered in one statement ([`Appender`]); [`feed::Feed`] hands out what was
//! committed, by all nodes, in order.

mod act;
pub mod append;
mod appender;
mod barrier;
mod batch;
mod cache;
mod execute;
pub mod feed;
mod footprint;
mod load;
pub mod marker;
mod numbers;
mod read;
mod repetition;
mod ring;
pub(crate) mod row;
mod seal;
pub(crate) mod upcast;

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use aggregates::{Actor, Metadata};
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;

pub use act::Act;
pub use append::{AppendError, Appended, ClaimAction, ClaimChange, NewEvent, StreamAppend};
pub use appender::Appender;
pub use execute::ExecuteError;
pub use load::Loaded;
pub use read::{FeedFilter, StreamFilter};

/// A POST's `Idempotency-Key` (contract R8), as the log keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdempotencyKey {
    /// Whose key it is; the same key of another caller is another key.
    pub caller: String,
    /// SHA-256 of the key that the client sent.
    pub key_hash: Vec<u8>,
    /// SHA-256 of method, path and body.
    pub request_hash: Vec<u8>,
    /// What this very request did already, when its answer was lost in a crash.
    pub done: Option<Outcome>,
}

/// An `If-Match` header that names versions (contract R9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// `*`: it must exist, whatever its version.
    Any,
    /// The newest version that the client has seen: nothing of the stream may be newer.
    SeenUpTo(i64),
}

/// Who asks for a command, and under which conditions.
#[derive(Clone, Debug, Default)]
pub struct Context {
    /// Who it is.
    pub actor: Actor,
    /// Joins all that one request causes; the request's id.
    pub correlation_id: String,
    /// The door it came through: `http`, `poll`, `cli`, `demo`.
    pub source: &'static str,
    /// The position of the event that caused it.
    pub causation: Option<i64>,
    /// Makes a repeated request harmless.
    pub idempotency: Option<IdempotencyKey>,
    /// Makes a stale request fail.
    pub if_match: Option<IfMatch>,
    /// How many commands the request has carried out or begun.
    pub commands: Arc<AtomicU32>,
}

impl Context {
    /// A context of a part of the program itself, such as `system:poller`.
    pub fn system(part: &str, source: &'static str, correlation_id: String) -> Self {
        let actor = Actor { user_id: None, name: format!("system:{part}") };
        Self { actor, correlation_id, source, ..Self::default() }
    }

    /// What is noted beside each event of a request in this context.
    pub(crate) fn metadata(&self, tags: Vec<String>) -> Metadata {
        // A user is known by their number; what they are called, readers are told when they read.
        let name = if self.actor.user_id.is_some() { String::new() } else { self.actor.name.clone() };
        Metadata {
            actor: Actor { user_id: self.actor.user_id, name },
            correlation_id: self.correlation_id.clone(),
            causation: self.causation,
            source: self.source.to_owned(),
            tags,
        }
    }
}

/// What a command came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The stream.
    pub aggregate_id: String,
    /// The newest position of the stream: what a reader must have seen to see this command.
    pub position: i64,
    /// How many events it appended; 0 when it was already so.
    pub appended: usize,
}

/// One node's door to the log.
#[derive(Clone)]
pub struct Store {
    pool: PgPool,
    appender: Appender,
    feed: feed::Feed,
    barrier: barrier::Barrier,
    caches: cache::Caches,
    upcasters: Arc<upcast::Upcasters>,
}

impl Store {
    /// Connects the appender, the feed and the barrier, each with its own connection. `observer` is asked
    /// once, with the head, for what is to hear of events before the feed announces them.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn start(
        options: &PgConnectOptions,
        pool: PgPool,
        observer: impl FnOnce(i64) -> feed::Observer,
    ) -> sqlx::Result<Self> {
        let upcasters = Arc::new(upcast::Upcasters::standard());
        let caches = cache::Caches::default();
        let observer = |head| forgetting_the_erased(caches.clone(), observer(head));
        let feed = feed::Feed::start(options, pool.clone(), upcasters.clone(), observer).await?;
        let appender = Appender::start(options.clone(), feed.clone());
        let barrier = barrier::Barrier::start(options.clone());
        Ok(Self { pool, appender, feed, barrier, caches, upcasters })
    }

    /// The events of all nodes, in order.
    pub fn feed(&self) -> &feed::Feed {
        &self.feed
    }

    /// The pool for loads and other small reads of the log.
    pub fn pool(&self) -> &PgPool {
        &self.pool
    }

    /// Appends to any number of streams in one atomic step, past all decisions: for bulk intake.
    ///
    /// # Errors
    /// See [`AppendError`].
    pub async fn append(&self, mut request: append::Request) -> Result<Appended, AppendError> {
        self.seal(&mut request).await?;
        self.appender.append(request).await
    }

    /// The translators of older events.
    pub(crate) fn upcasters(&self) -> &Arc<upcast::Upcasters> {
        &self.upcasters
    }

    /// The log's head at a moment after this call began: every write answered before is at or below it.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn confirmed_head(&self) -> Result<i64, AppendError> {
        self.barrier.confirm().await
    }
}

/// What is remembered of somebody goes when any node erases them.
fn forgetting_the_erased(caches: cache::Caches, observe: feed::Observer) -> feed::Observer {
    Arc::new(move |events| {
        for event in events.iter().filter(|event| aggregates::erases(&event.event_type)) {
            caches.forget(&event.aggregate_type, &event.aggregate_id);
        }
        observe(events);
    })
}
