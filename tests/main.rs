//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod brands;
mod campaigns;
mod catalogue;
mod demo;
mod embedded;
mod event_store;
mod house;
mod housekeeping;
mod products;
mod projector;
mod repetition;
mod support;
mod two_nodes;
mod users;
