//! Alert rules: judging, telling, trying.

use std::time::Duration;

/// Events that the judge of alerts takes at once.
pub const ALERTS_BATCH_EVENTS: usize = 2_000;
/// Unknown listings of a rule that are named in the answer.
pub const ALERT_UNKNOWN_NAMED: usize = 20;
/// Streams of verdicts written at once.
pub const ALERTS_KEPT_AT_ONCE: usize = 32;
/// The session of the node that judges.
pub const ALERTS_SESSION: &str = "SET search_path = read, public; SET statement_timeout = '30s'; \
     SET lock_timeout = '10s'; SET idle_in_transaction_session_timeout = '30s'; SET tcp_user_timeout = '10s'; \
     SET application_name = 'tidemark alerts'";
/// Messages that a rule sends on a channel within [`ALERTS_LATELY_S`] before what fires is told together.
pub const ALERTS_ALONE: i64 = 5;
/// How long a message counts for that, in seconds.
pub const ALERTS_LATELY_S: u64 = 60;
/// How long what is told together is gathered first.
pub const ALERTS_GATHERED: Duration = Duration::from_secs(2);
/// How long a rule rests on a channel after a message that told of many.
pub const ALERTS_TOGETHER_PAUSE: Duration = Duration::from_secs(600);
/// Listings that such a message names.
pub const ALERTS_NAMED: i64 = 10;
/// How often the judge looks whether it is time to tell what waits, in seconds.
pub const ALERTS_LOOK_S: u64 = 1;
/// Rules and alerts that a list without a page shows.
pub const ALERTS_LISTED: i64 = 5_000;
/// Days that a rule is tried on unless its maker says otherwise.
pub const TRIAL_DAYS: i64 = 30;
/// Listings that a rule is tried on.
pub const TRIAL_LISTINGS: i64 = 100_000;
/// Listings whose prices are read at once for it.
pub const TRIAL_LISTINGS_AT_ONCE: usize = 1_000;
/// Sightings that a rule is tried on; a longer history is not looked at to its end.
pub const TRIAL_SIGHTINGS: usize = 1_000_000;
/// Alerts that a trial names.
pub const TRIAL_ALERTS: usize = 1_000;
/// How long a trial may take.
pub const TRIAL_TIMEOUT: Duration = Duration::from_secs(120);
