//! The log: what is promised to whoever appends, loads and follows.

mod act;
mod batches;
mod commands;
mod history;
mod node;
mod promises;
mod readers;
mod table;

pub(crate) use node::Node;
