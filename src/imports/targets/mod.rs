//! The kinds of sheets, one file each.

mod daily_sales;
mod listings;
mod stockouts;
mod vendors;

pub use daily_sales::DailySales;
pub use listings::Listings;
pub use stockouts::Stockouts;
pub use vendors::Vendors;
