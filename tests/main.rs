//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod brands;
mod campaigns;
mod catalogue;
mod command_line;
mod demo;
mod embedded;
mod event_store;
mod house;
mod http_rules;
mod polling;
mod products;
mod projector;
mod sockets;
mod support;
mod survive;
mod two_nodes;
mod users;
