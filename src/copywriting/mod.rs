//! Lets models write and look things up, and keeps what came of it.

mod prompts;
mod trends;
mod writer;

pub use prompts::STYLES;
pub use trends::{Trends, run};
pub use writer::Copywriter;
