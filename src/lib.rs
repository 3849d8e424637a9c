//! Tidemark.
pub mod embedded;
