//! Remembered answers: a GET whose answer has not become stale is answered from memory.
//!
//! The feed tells, before it announces a position, what each event concerns ([`Changes`]). An answer is kept
//! with the names of what it shows and with how far the read tables were when it was made; it is good as long
//! as nothing it shows has changed since. That this node has heard of every change that was answered anywhere
//! is confirmed with the log first, one question for all requests that wait (contract R7). Rows also change
//! without an event, by a rebuild or when a parked stream goes on: that is another generation, and every answer
//! of the one before is forgotten.

mod changes;
mod memory;

pub use changes::{Changes, Subject};
pub use memory::{Memory, Remembered};
