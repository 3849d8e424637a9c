//! Sheets: rows out of the files that people send, and files that people open in Excel.

pub mod read;
pub mod write;
