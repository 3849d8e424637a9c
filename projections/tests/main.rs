//! Given events, then rows and answers: every test folds a history into a database of its own.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test says what went wrong by failing")]

mod agreement;
mod brands;
mod busy;
mod campaigns;
mod creator_list;
mod listings;
mod lists;
mod products;
mod replay;
mod support;
mod users;
mod vendors;
