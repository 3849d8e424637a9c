//! Durable work on the outside: the only place where effects happen (invariant 8).
//!
//! A job is a row, written in the transaction of whoever promises it ([`enqueue`]), unique in its kind by the
//! promise's key. Every node works: it takes due rows with SKIP LOCKED, holds each by a lease that it renews, and
//! writes only as long as its attempt is the newest. What fails for now is tried again after growing pauses, what
//! fails for good ends as `failed` with the reason kept. An effect that must not happen twice is announced first
//! ([`Attempt::begin_effect`]): if the node goes away after that, nobody knows whether it happened, so the job ends
//! as `unknown` and is not tried again. How a job ended is reported to its handler, as often as it takes, before
//! the row says so.

mod attempt;
mod by_hand;
mod carry_out;
mod claim;
mod ending;
mod enqueue;
mod handler;
pub mod handlers;
mod job;
mod measure;
mod pauses;
mod questions;
mod settle;
mod work;

use std::sync::{Arc, PoisonError, RwLock};

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use uuid::Uuid;

use crate::projector::Projector;

pub use attempt::Attempt;
pub use by_hand::{JobFilter, STATES};
pub use ending::{Ended, Ending, Stop};
pub use enqueue::{enqueue, enqueue_all};
pub use handler::JobHandler;
pub use job::{Job, NewJob};
pub use questions::Counts;

/// One node's part in the jobs of the cluster. Cheap to clone.
#[derive(Clone)]
pub struct Jobs(Arc<Inner>);

struct Inner {
    pool: PgPool,
    projector: Projector,
    node: Uuid,
    /// Those that this node has; none before it knows them, and none after it stopped.
    handlers: RwLock<Arc<[Arc<dyn JobHandler>]>>,
    /// A job may have become due.
    due: Notify,
    running: TaskTracker,
    stop: CancellationToken,
}

impl Jobs {
    /// A node that takes no jobs yet.
    pub fn new(pool: PgPool, projector: Projector, stop: CancellationToken) -> Self {
        Self(Arc::new(Inner {
            pool,
            projector,
            node: Uuid::now_v7(),
            handlers: RwLock::new(Arc::new([])),
            due: Notify::new(),
            running: TaskTracker::new(),
            stop,
        }))
    }

    /// Says which jobs this node can do, before it takes any.
    pub fn know(&self, handlers: Vec<Arc<dyn JobHandler>>) {
        *self.0.handlers.write().unwrap_or_else(PoisonError::into_inner) = handlers.into();
    }

    /// What stands in the way of every job of this kind on this node, such as a missing setting; none: nothing.
    pub fn obstacle(&self, kind: &str) -> Option<String> {
        self.handlers().iter().find(|handler| handler.kind() == kind).and_then(|handler| handler.obstacle())
    }

    fn handlers(&self) -> Arc<[Arc<dyn JobHandler>]> {
        self.0.handlers.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
