//! The tests over Tidemark's public surface, one module per slice, in one binary.
#![cfg(test)]

mod catalogue;
mod demo;
mod embedded;
mod house;
mod support;
mod users;
