//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod brands;
mod campaigns;
mod catalogue;
mod demo;
mod embedded;
mod event_store;
mod house;
mod products;
mod support;
mod users;
