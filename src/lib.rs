//! The back office of a retail brand on one event log.

pub mod database;
pub mod event_store;
pub mod http;
pub mod limits;
pub mod projector;
