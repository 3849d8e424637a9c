//! The Telegram Bot API (10.1), as far as this house uses it: texts and pictures out.
//!
//! The token stands in the path of every call, as Telegram wants it, so no error of the HTTP client is shown with
//! its address.

mod client;
mod split;

pub use client::{Telegram, TelegramError};
pub use split::parts;
