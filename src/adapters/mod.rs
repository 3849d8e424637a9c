//! The outside world's real clients. Fakes of the other side live in tests.

pub mod drive;
pub mod kubernetes;
pub mod models;
pub mod shop_pages;
pub mod shops;
pub mod smtp;
pub mod telegram;
pub mod trending;
