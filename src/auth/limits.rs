//! Every bound of signing in, in one place.

use std::ops::RangeInclusive;

use chrono::TimeDelta;

/// How long a password may be, in characters.
pub const PASSWORD_CHARACTERS: RangeInclusive<usize> = 8..=1_000;
/// How many password checks may wait for a core; a further one is told to come again.
pub(super) const PASSWORD_QUEUE: usize = 128;

/// How many failures in [`LOCKOUT_WINDOW`] lock a name or a network out.
pub(super) const LOCKOUT_FAILURES: i32 = 10;
/// How long a failure counts.
pub(super) const LOCKOUT_WINDOW: TimeDelta = TimeDelta::minutes(15);
/// How much of a username is written down, in characters.
pub(super) const ATTEMPT_NAME_CHARACTERS: usize = 150;
/// How much of a browser's name is written down, in characters.
pub(super) const AGENT_CHARACTERS: usize = 300;

/// How long an unused session lasts; each use extends it.
pub const SESSION_IDLE: TimeDelta = TimeDelta::days(14);
/// How long a session lasts however much it is used.
pub(super) const SESSION_LONGEST: TimeDelta = TimeDelta::days(90);
/// How often a use is written down at most.
pub(super) const TOUCH_EVERY: TimeDelta = TimeDelta::minutes(1);
/// How many sessions a user may have; the one unused for longest makes room.
pub(super) const SESSIONS_PER_USER: i64 = 200;

/// How long a token's name may be, in characters.
pub const TOKEN_NAME_CHARACTERS: usize = 100;
/// How many live tokens of either sort a user may have.
pub(super) const TOKENS_PER_USER: i64 = 1_000;
/// How many tokens one list shows.
pub(super) const TOKENS_LISTED: i64 = 5_000;
/// The shortest and the longest life of a token that a route makes, in seconds.
pub const TOKEN_LIFETIME_S: (i64, i64) = (60, 31_536_000);
/// How long a token got by signing in lasts unless its user says otherwise.
pub const TOKEN_LIFETIME_DEFAULT: TimeDelta = TimeDelta::days(30);

/// How many principals are remembered.
pub(super) const PRINCIPALS_REMEMBERED: u64 = 20_000;
/// How long a principal is remembered without asking the database again.
pub(super) const PRINCIPALS_REMEMBERED_S: u64 = 5;
