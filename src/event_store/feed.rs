//! The committed events of all nodes, in order, read and parsed once per node.
//!
//! A notice after each commit wakes the reader; a slow poll covers lost notices, so the poll is the truth and
//! the notice only a hint. What this node appended itself is offered by the appender and need not be read.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use aggregates::{Recorded, erases, personal_fields};
use sqlx::postgres::{PgConnectOptions, PgListener};
use sqlx::{Executor, PgPool};
use tokio::sync::{Notify, watch};

use super::ring::Ring;
use super::row::{RowReader, SELECT_EVENT};
use super::upcast::Upcasters;
use crate::{database, limits};

/// A node's view of the log.
#[derive(Clone)]
pub struct Feed(Arc<Inner>);

struct Inner {
    ring: RwLock<Ring>,
    head: watch::Sender<i64>,
    behind: Notify,
    /// The server process that appends for this node; 0: none yet.
    own_process: AtomicU32,
    /// Whether other nodes listen.
    company: AtomicBool,
    lost: watch::Sender<bool>,
    pool: PgPool,
    upcasters: Arc<Upcasters>,
    epoch: String,
    observe: Observer,
}

/// Called with new events, in order, before the head that includes them is announced.
pub type Observer = Arc<dyn Fn(&[Arc<Recorded>]) + Send + Sync>;

impl Feed {
    pub(super) async fn start(
        options: &PgConnectOptions,
        pool: PgPool,
        upcasters: Arc<Upcasters>,
        observer: impl FnOnce(i64) -> Observer,
    ) -> sqlx::Result<Self> {
        let (epoch, head) = read_head(&pool).await?;
        let observe = observer(head);
        let feed = Self(Arc::new(Inner {
            ring: RwLock::new(Ring::starting_after(head)),
            head: watch::Sender::new(head),
            behind: Notify::new(),
            own_process: AtomicU32::new(0),
            company: AtomicBool::new(true),
            lost: watch::Sender::new(false),
            pool,
            upcasters,
            epoch,
            observe,
        }));
        let listen = database::listener_pool(options);
        tokio::spawn(follow(Arc::downgrade(&feed.0), listen));
        Ok(feed)
    }

    /// The name of this history; a cursor of another one means nothing here.
    pub fn epoch(&self) -> &str {
        &self.0.epoch
    }

    /// The newest position that this node knows of.
    pub fn head(&self) -> i64 {
        *self.0.head.borrow()
    }

    /// Wakes with every advance of the head.
    pub fn watch(&self) -> watch::Receiver<i64> {
        self.0.head.subscribe()
    }

    /// True once the log under this node was replaced by another history: the node must start again.
    pub fn lost(&self) -> watch::Receiver<bool> {
        self.0.lost.subscribe()
    }

    /// The events after `position`, oldest first, at most `limit`: from memory, or from the table when older.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn after(&self, position: i64, limit: usize) -> sqlx::Result<Vec<Arc<Recorded>>> {
        if let Some(events) = self.ring(|ring| ring.after(position, limit)) {
            return Ok(events);
        }
        let limit = i64::try_from(limit).unwrap_or(i64::MAX).min(limits::FEED_PAGE_EVENTS);
        self.read(position, limit).await
    }

    /// Waits until this node knows `position`.
    pub async fn reach(&self, position: i64) {
        let mut head = self.watch();
        if *head.borrow() < position {
            self.0.behind.notify_one();
            let _closed = head.wait_for(|head| *head >= position).await;
        }
    }

    /// Takes what this node has just committed; asks for a read when another node's events lie between.
    /// What is sealed is read again too, since it is opened where it is read.
    pub(super) fn offer(&self, mut events: Vec<Arc<Recorded>>) {
        let is_plain = |event: &Arc<Recorded>| personal_fields(&event.aggregate_type).is_empty();
        let plain = events.iter().position(|event| !is_plain(event));
        events.truncate(plain.unwrap_or(events.len()));
        if !self.extend(events) || plain.is_some() {
            self.0.behind.notify_one();
        }
    }

    /// Notices of this server process need no reading: what it commits is offered.
    pub(super) fn recognise(&self, process: u32) {
        self.0.own_process.store(process, Ordering::Relaxed);
    }

    /// Whether other nodes listen, as far as this one knows: a notice that nobody needs costs every append.
    pub(crate) fn has_company(&self) -> bool {
        self.0.company.load(Ordering::Relaxed)
    }

    /// Looks who else listens.
    async fn look_around(&self) -> sqlx::Result<()> {
        let listeners: i64 = sqlx::query_scalar(COUNT_LISTENERS).fetch_one(&self.0.pool).await?;
        self.0.company.store(listeners > 1, Ordering::Relaxed);
        Ok(())
    }

    /// An append ended in a way that leaves open whether it was stored: only reading tells.
    pub(super) fn doubt(&self) {
        self.recognise(0);
        self.0.behind.notify_one();
    }

    fn extend(&self, events: Vec<Arc<Recorded>>) -> bool {
        let mut ring = self.0.ring.write().unwrap_or_else(std::sync::PoisonError::into_inner);
        let (new, complete) = ring.extend(events);
        let head = ring.head();
        for erased in new.iter().filter(|event| erases(&event.event_type)) {
            ring.erase(&erased.aggregate_type, &erased.aggregate_id);
        }
        if !new.is_empty() {
            (self.0.observe)(&new);
        }
        // Announced under the lock, so that the head never goes backwards.
        self.0.head.send_if_modified(|known| std::mem::replace(known, head) != head);
        complete
    }

    fn ring<T>(&self, look: impl FnOnce(&Ring) -> T) -> T {
        look(&self.0.ring.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    async fn read(&self, after: i64, limit: i64) -> sqlx::Result<Vec<Arc<Recorded>>> {
        let sql = format!("{SELECT_EVENT} WHERE position > $1 ORDER BY position LIMIT $2");
        let rows = sqlx::query(&sql).bind(after).bind(limit).fetch_all(&self.0.pool).await?;
        let mut reader = RowReader::new(&self.0.upcasters);
        rows.iter().map(|row| reader.recorded(row).map(Arc::new)).collect()
    }

    async fn catch_up(&self) -> sqlx::Result<()> {
        loop {
            let events = self.read(self.head(), limits::FEED_PAGE_EVENTS).await?;
            let is_last = (events.len() as i64) < limits::FEED_PAGE_EVENTS;
            self.extend(events);
            if is_last {
                return Ok(());
            }
        }
    }

    async fn check_history(&self) -> sqlx::Result<()> {
        let (epoch, position) = read_head(&self.0.pool).await?;
        if epoch != self.0.epoch || position < self.head() {
            tracing::error!(
                was = self.0.epoch,
                is = epoch,
                "the log was replaced by another history; starting again"
            );
            self.lose();
            return Err(sqlx::Error::Protocol("the log was replaced by another history".into()));
        }
        Ok(())
    }

    /// The log is shorter than this node knew it to be, or another one altogether.
    pub(super) fn lose(&self) {
        self.0.lost.send_replace(true);
    }
}

async fn read_head(pool: &PgPool) -> sqlx::Result<(String, i64)> {
    sqlx::query_as("SELECT epoch::text, position FROM log_head").fetch_one(pool).await
}

/// The channel on which a node says how long the log is, or that it has come to listen.
const CHANNEL: &str = "tidemark_log";
/// Held by every listener, so that the others know of it. A notice tells them that it came; that it went they see
/// when they look next.
const LISTEN: &str = "SELECT pg_advisory_lock_shared(1953064037, 2); NOTIFY tidemark_log, 'here'";
const COUNT_LISTENERS: &str = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
     AND classid = 1953064037 AND objid = 2 AND objsubid = 2 AND granted \
     AND database = (SELECT oid FROM pg_database WHERE datname = current_database())";

/// Follows the log until the node is gone.
async fn follow(feed: std::sync::Weak<Inner>, listen: PgPool) {
    let mut listener: Option<PgListener> = None;
    let mut was_down = false;
    let mut looked_around: Option<Instant> = None;
    let poll = Duration::from_millis(limits::FEED_POLL_MS);
    loop {
        let Some(inner) = feed.upgrade() else { return };
        let feed_now = Feed(inner);
        if listener.is_none() {
            // A connection that broke may be the only sign that the database is another one now.
            was_down = true;
            listener = connect_listener(&listen).await;
        }
        // Looked at first: events of another history must not be taken for the next ones of this.
        let result = async {
            if was_down {
                feed_now.check_history().await?;
            }
            feed_now.catch_up().await?;
            if looked_around.is_none_or(|looked| looked.elapsed() >= poll) {
                feed_now.look_around().await?;
                looked_around = Some(Instant::now());
            }
            Ok(())
        };
        let bound = Duration::from_secs(limits::FEED_READ_TIMEOUT_S);
        let result = tokio::time::timeout(bound, result).await.unwrap_or(Err(sqlx::Error::PoolTimedOut));
        was_down = result.is_err();
        if let Err(error) = result {
            tracing::warn!(%error, "the feed cannot read the log");
        }
        let known = feed_now.head();
        tokio::select! {
            () = tokio::time::sleep(poll) => {}
            () = feed_now.0.behind.notified() => {}
            () = hear_of_more(&mut listener, known, &feed_now), if listener.is_some() => {}
        }
    }
}

async fn connect_listener(pool: &PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen(CHANNEL).await.ok()?;
    listener.execute(LISTEN).await.ok()?;
    Some(listener)
}

/// Returns at a notice of something that this node does not know already.
async fn hear_of_more(listener: &mut Option<PgListener>, known: i64, feed: &Feed) {
    while let Some(connection) = listener {
        match connection.try_recv().await {
            Ok(Some(notice)) if notice.process_id() == feed.0.own_process.load(Ordering::Relaxed) => {}
            Ok(Some(notice)) => {
                let position = notice.payload().parse();
                if position.is_err() {
                    feed.0.company.store(true, Ordering::Relaxed);
                }
                let position = position.unwrap_or(i64::MAX);
                if position > known.max(feed.head()) {
                    return;
                }
            }
            Ok(None) | Err(_) => {
                *listener = None;
                return;
            }
        }
    }
}
