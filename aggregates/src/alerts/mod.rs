//! Alerts: rules that people set on watched listings, and what came of them (contract §3).
//!
//! * A rule says what it waits for, for which listings, how far a price must move and from where, how many checks
//!   must see it, when it may fire again, when it is quiet and where it is told.
//! * [`judge`] is the whole of it, a pure function: a rule, what is remembered of one listing under it, and what
//!   was just seen yield a verdict or none.
//! * A condition that held yields a verdict once: it is fired, or suppressed for a reason that is kept.
//! * Verdicts are events, one stream for each rule and listing. What was judged is not judged again, so the log
//!   may be read twice and nobody is told twice.
//! * A change of a rule makes a new version of it, which begins afresh with every listing.

mod arithmetic;
mod hours;
mod judge;
mod record;
mod rule;
mod scope;
#[cfg(test)]
mod tests;
mod words;

pub use arithmetic::{Arithmetic, PricePoint, average, lowest};
pub use hours::{QuietHours, TimeOfDay};
pub use judge::{Fired, Judged, Outcome, Pending, Seen, Sighting, Watch, judge};
pub use record::{Alert, AlertCommand, AlertEvent, Verdict, alert_stream};
pub use rule::{
    AlertRule, AlertRuleCommand, AlertRuleEvent, CONFIRM_CHECKS_MAX, DAYS_MAX, RulePatch, RuleSettings,
};
pub use scope::Scope;
pub use words::{Baseline, Channel, Rearm, Suppression, When};
