//! Keeps the read tables up to the log.
//!
//! One node of the cluster leads (an advisory lock on its connection, so the lead goes with the connection). It
//! takes the feed in batches: the rows of all projections and their checkpoints change in one transaction, so
//! each event counts exactly once. Other nodes only watch how far the leader is. A rebuild writes copies of the
//! tables beside the live ones with the same code and swaps them in; see `rebuild`.

mod applied;
mod apply;
mod follow;
mod jobs;
mod lead;
mod leader;
mod parking;
mod rebuild;
mod replay;
mod schema;
mod status;
mod verify;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use projections::Projection;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use crate::event_store::Store;

pub use applied::Applied;
pub use jobs::{Asked, Job, JobKind};
pub(crate) use status::verification;
pub use status::{ProjectionState, ProjectionStatus};

/// One node's part in projecting, and its door to the administration of projections.
#[derive(Clone)]
pub struct Projector(Arc<Inner>);

struct Inner {
    store: Store,
    options: PgConnectOptions,
    projections: Vec<Arc<dyn Projection>>,
    applied: Applied,
    leads: watch::Sender<bool>,
    jobs_asked: Notify,
    /// Checkpoints or parked streams changed beside the live loop, which is to read them again.
    reload: AtomicBool,
    stop: CancellationToken,
}

impl Projector {
    /// Starts following, and leading as soon as nobody else does. `applied` is the one that the store's pool
    /// keeps an eye on.
    pub fn start(
        options: PgConnectOptions,
        store: Store,
        projections: Vec<Arc<dyn Projection>>,
        applied: Applied,
    ) -> Self {
        let projector = Self(Arc::new(Inner {
            store,
            options,
            projections,
            applied,
            leads: watch::Sender::new(false),
            jobs_asked: Notify::new(),
            reload: AtomicBool::new(false),
            stop: CancellationToken::new(),
        }));
        tokio::spawn(leader::run(projector.clone()));
        tokio::spawn(follow::run(projector.clone()));
        projector
    }

    /// How far every projection is: read tables show every event up to here.
    pub fn applied(&self) -> i64 {
        self.0.applied.position()
    }

    /// Another number after rows changed without an event: what was made of them before may be wrong now.
    pub fn generation(&self) -> i64 {
        self.0.applied.generation()
    }

    /// Wakes with every advance of [`Self::applied`].
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.applied.watch()
    }

    /// Waits until the read tables show `position`; false when `bound` passes first.
    pub async fn wait(&self, position: i64, bound: Duration) -> bool {
        if self.applied() >= position {
            return true;
        }
        let mut applied = self.watch();
        let reached = applied.wait_for(|applied| *applied >= position);
        matches!(tokio::time::timeout(bound, reached).await, Ok(Ok(_)))
    }

    /// Whether this node leads now.
    pub fn leads(&self) -> bool {
        *self.0.leads.borrow()
    }

    /// Wakes when this node begins or ceases to lead.
    pub fn watch_lead(&self) -> watch::Receiver<bool> {
        self.0.leads.subscribe()
    }

    /// Ceases to lead and to follow.
    pub fn stop(&self) {
        self.0.stop.cancel();
    }

    fn pool(&self) -> &PgPool {
        self.0.store.pool()
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.projections.iter().map(|projection| projection.name()).collect()
    }

    /// Looks for itself how far the leader is.
    async fn look(&self) -> sqlx::Result<()> {
        self.0.applied.look(&mut *self.pool().acquire().await?).await
    }

    fn find(&self, name: &str) -> Option<Arc<dyn Projection>> {
        self.0.projections.iter().find(|projection| projection.name() == name).cloned()
    }

    fn reload_live(&self) {
        self.0.reload.store(true, Ordering::Release);
    }

    fn announce(&self, position: i64) {
        self.0.applied.announce(position);
    }
}
