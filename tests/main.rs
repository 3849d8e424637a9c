//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod brands;
mod campaigns;
mod embedded;
mod house;
mod products;
mod sockets;
mod support;
mod users;
