//! Passwords, sessions, tokens, and who is let in.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

/// How long a password may be, in characters.
pub const PASSWORD_CHARS: RangeInclusive<usize> = 8..=1_000;
/// How many password checks may wait for a core; a further one is told to come again.
pub const PASSWORD_QUEUE: usize = 128;
/// How many failures in [`LOCKOUT_WINDOW`] lock a name or a network out.
pub const LOCKOUT_FAILURES: i32 = 10;
/// How long a failure counts.
pub const LOCKOUT_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How much of a username is written down, in characters.
pub const ATTEMPT_NAME_CHARS: usize = 150;
/// How much of a browser's name is written down, in characters.
pub const AGENT_CHARS: usize = 300;
/// How long an unused session lasts; each use extends it.
pub const SESSION_IDLE: TimeDelta = TimeDelta::days(14);
/// How long a session lasts however much it is used.
pub const SESSION_LONGEST: TimeDelta = TimeDelta::days(90);
/// How often a use is written down at most.
pub const CREDENTIAL_TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How many sessions a user may have; the one unused for longest makes room.
pub const SESSIONS_PER_USER: i64 = 200;
/// How long a token's name may be, in characters.
pub const TOKEN_NAME_CHARS: usize = 100;
/// How many live tokens of either sort a user may have.
pub const TOKENS_PER_USER: i64 = 1_000;
/// How many tokens one list shows.
pub const TOKENS_LISTED: i64 = 5_000;
/// The shortest and the longest life of a token that a route makes, in seconds.
pub const TOKEN_LIFETIME_S: (i64, i64) = (1, 315_360_000);
/// How long a token got by signing in lasts unless its user says otherwise.
pub const TOKEN_LIFETIME_DEFAULT: TimeDelta = TimeDelta::days(30);
/// How many principals are remembered.
pub const PRINCIPALS_REMEMBERED: u64 = 20_000;
/// How long a principal is remembered without asking the database again.
pub const PRINCIPALS_REMEMBERED_S: u64 = 5;
/// How soon a node listens again for changed credentials after its connection broke; longer each time.
pub const CREDENTIALS_RETRY_MS: u64 = 200;
/// The longest such pause.
pub const CREDENTIALS_RETRY_MAX_S: u64 = 10;
/// Of how many who stay, at sockets and streams, a node finds out at once whether they still may.
pub const PASS_LOOKS_AT_ONCE: usize = 4;
/// The pause after that could not be found out.
pub const PASS_RETRY_MS: u64 = 1_000;
/// How many knocks at the door one list shows.
pub const LOGIN_HISTORY_LISTED: i64 = 5_000;
/// How many users a list without a page shows.
pub const USERS_LISTED: usize = 5_000;
/// How often another administrator is looked for who stays when one goes.
pub const STANDING_ATTEMPTS: u32 = 8;
