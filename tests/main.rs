//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod embedded;
mod event_store;
mod house;
mod support;
mod users;
