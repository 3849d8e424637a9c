//! The judging of alerts: every sighting of a listing meets every rule that is on.
//!
//! One node of the cluster judges: an advisory lock on a connection that also carries the checkpoint. It takes the
//! feed in batches, once the read tables show them: folds rules from their events, asks
//! [`aggregates::alerts::judge`], keeps the verdicts as events, then writes down what it remembers and how far it
//! is. A crash in between repeats the batch: verdicts that were kept are known by their position and not kept
//! twice. A fired alert that is to be told is written down with the checkpoint, asks for its notification alone or
//! together with others, and learns when that went out. `trial` asks the same judge about the past, and keeps nothing.

mod batch;
mod keep;
mod lead;
mod notice;
mod outbox;
mod rules;
mod sightings;
mod telling;
mod trial;
mod watches;

pub use lead::run;
pub use trial::{Trial, TrialAlert, try_rule};
