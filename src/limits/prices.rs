//! Observations of listings, their histories and charts.

use std::time::Duration;

/// Observations in one body (contract §3).
pub const OBSERVATIONS: usize = 10_000;
/// How long a body of observations may take.
pub const OBSERVATIONS_TIMEOUT: Duration = Duration::from_secs(120);
/// How long a body of observations waits for its own visibility: ten thousand new listings take their time.
pub const OBSERVATIONS_VISIBLE_WITHIN: Duration = Duration::from_secs(60);
/// One observation, in bytes.
pub const OBSERVATION_BYTES: usize = 64 * 1024;
/// Events that the intake of observations takes from the feed at once.
pub const OBSERVATION_EVENTS_READ: usize = 4_096;
/// Listings whose state is kept in memory to judge observations before all are forgotten.
pub const OBSERVED_LISTINGS: usize = 2_000_000;
/// Entries of one history.
pub const HISTORY_ENTRIES: i64 = 10_000;
/// Pages of the book of observations that are read to see what a late observation falls between.
pub const LATE_PAGES: i64 = 2_000;
/// The longest pause between two looks that the bot's chart shows as a line, in seconds.
pub const BOT_CHART_PAUSE_S: i64 = 36 * 60 * 60;
/// The longest pause between two looks that a chart shows as a line, in seconds.
pub const CHART_PAUSE_S: i64 = 36 * 60 * 60;
