//! What every test stands on.

pub(crate) mod postgres;
