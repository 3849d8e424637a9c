//! The log: what is promised to whoever appends, loads and follows.

mod act;
mod batches;
mod commands;
mod conformance;
mod history;
mod node;
mod promises;
mod readers;
mod snapshots;
mod table;
mod together;

pub(crate) use node::{Node, create_brand};
