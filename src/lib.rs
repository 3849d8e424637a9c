//! The back office of a retail brand on one event log.

pub mod adapters;
pub mod alerts;
pub mod answers;
pub mod app;
pub mod audit_export;
pub mod auth;
pub mod charts;
pub mod cli;
pub mod config;
pub mod database;
pub mod demo;
pub mod embedded;
pub mod event_store;
pub mod housekeeping;
pub mod http;
pub mod jobs;
pub mod limits;
pub mod live;
pub mod machine;
pub mod metrics;
pub mod observations;
pub mod projector;
pub mod reactions;
pub mod sales;
pub mod sheets;
