//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod access;
mod administration;
mod alerts;
mod audit;
mod bad_input;
mod brands;
mod campaigns;
mod catalogue;
mod command_line;
mod contract;
mod demo;
mod embedded;
mod event_store;
mod exports;
mod house;
mod housekeeping;
mod http_rules;
mod jobs;
mod layout;
mod listings;
mod openapi;
mod polling;
mod products;
mod projector;
mod repetition;
mod sales;
mod shops;
mod sockets;
mod support;
mod survive;
mod system;
mod two_nodes;
mod users;
