//! Sheets: rows out of the files that people send, and files that people open in Excel.

pub mod read;
pub mod write;

use sha2::{Digest, Sha256};

/// SHA-256 in hexadecimal: what calls a file.
pub fn file_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}
