//! Stockouts from sheets, and the mails that tell vendors of them.

pub mod import;
pub mod letter;
pub mod send;
pub mod sheet;
pub mod undo;
