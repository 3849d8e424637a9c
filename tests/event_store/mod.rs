//! The log: what is promised to whoever appends, loads and follows.

mod act;
mod history;
mod node;
mod promises;
mod readers;

pub(crate) use node::Node;
