//! The kinds of sheets, one file each.

mod not_yet;
mod stockouts;
mod vendors;

pub use not_yet::NotYet;
pub use stockouts::Stockouts;
pub use vendors::Vendors;
