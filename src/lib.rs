//! The back office of a retail brand on one event log.

pub mod event_store;
pub mod http;
pub mod limits;
