//! What the tests stand on: a history of events, and a database that it was folded into.

mod acts;
mod cluster;
mod history;
mod house;

pub(crate) use history::History;
pub(crate) use house::{House, followed, tables};

use serde_json::Value;

/// What clients would read.
pub(crate) fn json(view: &impl serde::Serialize) -> Value {
    serde_json::to_value(view).unwrap()
}
