//! Sheets: rows out of the files that people send.

pub mod read;
