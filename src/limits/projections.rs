//! Read tables: applying, rebuilding, verifying, and when a node is ready.

/// Events that the projector applies in one transaction, at most: when it lags, a row that many of them change is
/// written once.
pub const PROJECT_BATCH_EVENTS: usize = 20_000;
/// Events of the feed that the sockets of a node are told at once, at most.
pub const LIVE_BATCH_EVENTS: usize = 4_000;
/// How often a node tries to lead the projections when nobody does.
pub const LEADER_RETRY_MS: u64 = 250;
/// How often an idle leader makes sure that its connection lives.
pub const LEADER_HEARTBEAT_S: u64 = 2;
/// How long a follower of the feed goes on, at most, before it writes down where it is.
pub const MARKER_AT_MOST_MS: u64 = 200;
/// After which silence it does so anyway.
pub const MARKER_QUIET_MS: u64 = 20;
/// How often a node asks how far the leader is, should a notice be lost.
pub const CHECKPOINT_POLL_MS: u64 = 500;
/// Events that a rebuild applies at once, at most: the more, the more often a row changes in memory only.
pub const REPLAY_PAGE_EVENTS: usize = 50_000;
/// And their payloads, in bytes.
pub const REPLAY_PAGE_BYTES: usize = 32 * 1024 * 1024;
/// Positions of which a rebuild asks for the followed events at once: what may come beyond the bytes of a page.
pub const REPLAY_CHUNK_POSITIONS: i64 = 500;
/// Pages that a rebuild reads ahead while it applies one.
pub const REPLAY_READ_AHEAD: usize = 1;
/// How close a rebuild comes by itself before it stops the live loop for the rest.
pub const REPLAY_CLOSE_EVENTS: i64 = 2_000;
/// How long a swap waits for readers of the old tables before it lets them pass and tries again.
pub const SWAP_LOCK_TIMEOUT_MS: u64 = 1_000;
/// How often a swap is tried.
pub const SWAP_ATTEMPTS: u32 = 60;
/// Jobs of the projector at once.
pub const PROJECTION_JOBS: usize = 2;
/// How often the leader looks for jobs, should a notice be lost.
pub const JOBS_POLL_MS: u64 = 500;
/// Differing rows that a verification shows.
pub const VERIFY_SAMPLE_ROWS: i64 = 10;
/// The session of those who write read tables. Rows and checkpoints that a crash of the server takes back
/// together are applied again, so no commit of theirs waits for the disk.
pub const PROJECTOR_SESSION: &str = "SET search_path = read, public; SET synchronous_commit = off; SET jit = off; \
     SET statement_timeout = '120s'; SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '60s'; \
     SET tcp_user_timeout = '10s'; SET application_name = 'tidemark projector'";
/// And of the live loop, whose batches are mostly small: planning anew would take longer than what is planned.
/// Plans made while tables are short are told to use the indexes that long ones need.
pub const LIVE_SESSION: &str = "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; \
     PREPARE move_live_checkpoint (bigint) AS \
     UPDATE public.live_checkpoint SET position = $1, updated_at = clock_timestamp() WHERE position < $1";
/// How often a verification begins anew because somebody was erased meanwhile.
pub const VERIFY_ATTEMPTS: usize = 3;
/// How long `?wait=1` waits for a verification.
pub const VERIFY_WAIT_S: u64 = 60;
/// How often it looks.
pub const VERIFY_LOOK_MS: u64 = 50;
/// A projection this many events behind is not ready.
pub const READY_LAG_EVENTS: i64 = 10_000;
/// How long an idle projection may take to show the newest event and still be ready.
pub const READY_WITHIN_S: u64 = 2;
