//! Durable jobs and the reactions that promise them.

/// Jobs of one kind that one node does at once, unless its handler says otherwise.
pub const JOBS_AT_ONCE: usize = 4;
/// How often a job is tried before it has failed, unless its handler says otherwise.
pub const JOB_ATTEMPTS: i32 = 6;
/// The pause after the first attempt; each further one is twice as long.
pub const JOB_PAUSE_S: f64 = 10.0;
/// The longest pause between two attempts of a job.
pub const JOB_PAUSE_MAX_S: f64 = 3_600.0;
/// By which part a pause is longer or shorter by chance.
pub const JOB_PAUSE_SPREAD: f64 = 0.2;
/// How long a job stays a node's without a sign of life from it.
pub const JOB_LEASE_S: f64 = 15.0;
/// How often a node gives such a sign, and looks for jobs of nodes that gave none.
pub const JOB_HEARTBEAT_S: u64 = 4;
/// How often a node looks for due jobs, should a notice be lost, and for those whose pause is over.
pub const JOBS_LOOK_MS: u64 = 1_000;
/// Jobs of lost nodes that one statement takes over.
pub const JOBS_TAKEN_OVER: i64 = 1_000;
/// How long the jobs of a node may take to end once it was asked to stop.
pub const JOBS_STOP_S: u64 = 8;
/// How long until the end of a job is told again when it could not be told.
pub const JOB_TELL_AGAIN_S: u64 = 5;
/// Characters of the reason that is kept of a job.
pub const JOB_REASON_CHARS: usize = 2_000;
/// Events that reactions look at at once: few, since a day of sales is an event of a megabyte.
pub const REACTION_BATCH_EVENTS: usize = 32;
/// The session of the node that reacts.
pub const REACTIONS_SESSION: &str = "SET statement_timeout = '20s'; SET lock_timeout = '5s'; \
     SET idle_in_transaction_session_timeout = '15s'; SET tcp_user_timeout = '10s'; \
     SET application_name = 'tidemark reactions'";
