//! Sockets, event streams, and the polling of sources.

/// Campaigns folded for sockets before those that nobody watches any more are forgotten.
pub const HUB_SWEEP_CAMPAIGNS: usize = 64;
/// How long a socket ticket lets one connect (contract §2), in seconds.
pub const TICKET_S: f64 = 600.0;
/// How often a socket is pinged; two pings without an answer close it.
pub const SOCKET_PING_S: u64 = 25;
/// Pings that may stay unanswered.
pub const SOCKET_MISSED_PINGS: u32 = 2;
/// How long a socket may take to accept one frame before it is too slow.
pub const SOCKET_SEND_S: u64 = 10;
/// How long a closing socket may take to hear why.
pub const SOCKET_CLOSE_S: u64 = 5;
/// The largest frame that a client, who should send none, may send.
pub const SOCKET_INBOUND_BYTES: usize = 4 * 1024;
/// Frames that a client may send in all before it is told to stop.
pub const SOCKET_INBOUND_FRAMES: u32 = 1_000;
/// What one socket may have buffered for sending.
pub const SOCKET_OUTBOUND_BYTES: usize = 16 * 1024 * 1024;
/// Read buffer of one socket.
pub const SOCKET_READ_BUFFER_BYTES: usize = 1024;
/// How long a task is polled after its last socket went, in seconds (contract §2).
pub const POLL_LINGER_S: u64 = 60;
/// How often a node says again that it has sockets for a task.
pub const POLL_RENEW_S: u64 = 10;
/// How often a node looks for due polls.
pub const POLL_TICK_MS: u64 = 500;
/// Polls of one node at once.
pub const POLLS_AT_ONCE: usize = 32;
/// How long a source may take to answer.
pub const POLL_TIMEOUT_S: u64 = 10;
/// The largest answer of a source.
pub const POLL_ANSWER_BYTES: usize = 4 * 1024 * 1024;
/// The longest pause between two polls of a failing source.
pub const POLL_BACKOFF_MAX_S: f64 = 300.0;
/// Sockets and event streams of one node at once; one more is told to try again.
pub const SOCKETS: usize = 50_000;
/// The longest pause between two frames of a replay, in seconds.
pub const REPLAY_WAIT_MAX_S: f64 = 3_600.0;
/// How often a v2 viewer learns how its campaign's source is.
pub const SOURCE_LOOK_S: u64 = 2;
/// Tasks whose source's state is remembered so long, for all viewers of a node.
pub const SOURCE_STATES: u64 = 10_000;
