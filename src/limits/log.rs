//! The log: appending, deciding, snapshots, the feed; connections to the database.

/// Appends waiting for the appender task.
pub const APPEND_QUEUE: usize = 8_192;
/// Requests in one append statement.
pub const APPEND_BATCH_REQUESTS: usize = 1_024;
/// Events in one append statement, unless a single request has more.
pub const APPEND_BATCH_EVENTS: usize = 16_384;
/// Bytes of payload in one append statement, unless a single request has more.
pub const APPEND_BATCH_BYTES: usize = 32 * 1024 * 1024;
/// How long an append may take as this side sees it; longer than its statement_timeout.
pub const APPEND_TIMEOUT_S: u64 = 25;
/// An append that takes no longer than this is not held up by the disk.
pub const APPEND_SWIFT_US: u64 = 1_500;
/// How long the appender's connection is taken to be alive after it was used: less than a restart of the database
/// takes, as who meets a dead connection with an append cannot be told what became of it.
pub const APPENDER_TRUST_MS: u64 = 20;
/// The appender's session: a lost node must not hold the log's lock, a stuck disk must become an answer. Its plans
/// are made while the log is short, so they are told to use the indexes that a long one needs.
pub const APPENDER_SESSION: &str = "SET lock_timeout = '5s'; SET statement_timeout = '20s'; \
     SET idle_in_transaction_session_timeout = '5s'; SET tcp_user_timeout = '10s'; SET plan_cache_mode = force_generic_plan; \
     SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; SET jit = off";
/// How long to wait for a connection of one's own, or for the answer to something small.
pub const CONNECT_TIMEOUT_S: u64 = 5;
/// How often a command is decided again after somebody else was first, before it is a 409.
pub const EXECUTE_ATTEMPTS: u32 = 64;
/// Streams of one kind whose folded state is kept in memory.
pub const CACHED_STREAMS: u64 = 50_000;
/// Streams that one act of several commands loads at once.
pub const ACT_LOADS_AT_ONCE: usize = 8;
/// Numbers that may be taken at once.
pub const NUMBERS_AT_ONCE: usize = 200_000;
/// A snapshot is written each time a stream grows past a multiple of this.
pub const SNAPSHOT_EVERY_EVENTS: i64 = 250;
/// Snapshots being written at once; more are skipped, the next multiple tries again.
pub const SNAPSHOT_WRITERS: usize = 2;
/// Events kept in memory for readers of the feed.
pub const FEED_RING_EVENTS: usize = 65_536;
/// Bytes of payload and metadata kept in memory for readers of the feed.
pub const FEED_RING_BYTES: usize = 64 * 1024 * 1024;
/// Events read from the table at once when the feed catches up.
pub const FEED_PAGE_EVENTS: i64 = 5_000;
/// How often the feed looks for itself, should a notice be lost.
pub const FEED_POLL_MS: u64 = 500;
/// How long the feed waits for a page before it asks again.
pub const FEED_READ_TIMEOUT_S: u64 = 20;
/// Reads waiting for one confirmation of the log's head.
pub const BARRIER_QUEUE: usize = 16_384;
/// Events of one page of the audit or of /api/events.
pub const EVENTS_PAGE_MAX: i64 = 1_000;
/// Connections that requests of one node share.
pub const POOL_CONNECTIONS: u32 = 16;
/// How often two connections are asked whether each is a session of its own.
pub const SESSION_PROBES: usize = 5;
/// How long such a connection is taken to be alive after it was used.
pub const POOL_TRUST_MS: u64 = 20;
/// Their session.
pub const POOL_SESSION: &str = "SET search_path = read, public; SET statement_timeout = '15s'; SET jit = off; \
     SET idle_in_transaction_session_timeout = '15s'";
/// Events of a page of the audit or of /api/events, unless said.
pub const EVENTS_PAGE: i64 = 100;
/// How long an export of the audit may take.
pub const AUDIT_EXPORT_S: u64 = 600;
/// How often a database that is away is tried again at the start.
pub const DATABASE_RETRY_MS: u64 = 1_000;
/// Events that a stream of the log takes from the feed at once.
pub const EVENTS_STREAM_PAGE: usize = 500;
