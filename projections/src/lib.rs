//! Read models: events in, rows out, and the questions that the rows answer.
//!
//! A [`Projection`] owns a few tables in the schema `read`; nobody else writes them, and it reads no
//! table of another. Its `apply` is a function of the events alone (instants come from the log), so a
//! replay in batches of any size gives identical rows. SQL names tables without a schema: a rebuild
//! runs the same code on copies in another schema by its search_path.
//!
//! Work per batch is set-based: load the rows concerned, fold the events into them in memory, write
//! them back in one statement. A slice declares its row (`read_table!`) and how it evolves.
//!
//! Questions are functions from ids or a [`ListQuery`] to views, the JSON that clients see. A deleted
//! thing keeps its row, so that history can name it; no question finds it. A page holds at most
//! [`Page::LARGEST`] items; a list asked for without a page is whole, as family B clients expect.

pub mod alerts;
mod batch;
pub mod brands;
pub mod campaigns;
pub mod copywriting;
pub mod exported;
pub mod imports;
pub mod listings;
mod lists;
pub mod notifications;
mod numbers;
pub mod products;
pub mod sales;
pub mod stockouts;
mod table;
pub mod templates;
pub mod users;
pub mod vendors;
mod wire;
mod zone;

pub use lists::Paged;
pub use lists::{Found, ListQuery, Ordering, Orderings, Page, UnknownOrdering, Versioned};
pub use wire::{Amount, Fixed, Instant};
pub use zone::Zone;

use std::sync::Arc;

use aggregates::Recorded;
use async_trait::async_trait;
use sqlx::PgConnection;

/// Tables kept up to date by folding events.
#[async_trait]
pub trait Projection: Send + Sync {
    /// What operators call it.
    fn name(&self) -> &'static str;

    /// Raised when `apply` or the tables change; the runner then rebuilds.
    fn version(&self) -> i32;

    /// Its tables, without their schema.
    fn tables(&self) -> &'static [&'static str];

    /// The event types it wants to see, by their wire names.
    fn follows(&self) -> &'static [&'static str];

    /// Folds `events`, only such as it follows, in the order of their positions, into its tables.
    ///
    /// Runs in the caller's transaction, which also moves the checkpoint.
    ///
    /// # Errors
    /// [`ApplyError::Unreadable`] names the event that cannot be applied; nothing is left behind once
    /// the caller has rolled back.
    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError>;
}

/// Why a batch could not be applied.
#[derive(Debug, thiserror::Error)]
pub enum ApplyError {
    /// One event is the cause; the others may well apply without it.
    #[error("the event at {position} cannot be applied: {reason}")]
    Unreadable {
        /// Which event.
        position: i64,
        /// What is wrong with it.
        reason: String,
    },
    /// The database said no or was away.
    #[error(transparent)]
    Database(#[from] sqlx::Error),
}

/// Every projection of the house.
pub fn all() -> Vec<Arc<dyn Projection>> {
    vec![
        Arc::new(brands::Brands),
        Arc::new(products::Products),
        Arc::new(campaigns::Campaigns),
        Arc::new(listings::Listings),
        Arc::new(alerts::Alerts),
        Arc::new(users::Users),
        Arc::new(sales::Sales),
        Arc::new(vendors::Vendors),
        Arc::new(stockouts::Stockouts),
        Arc::new(imports::Imports),
        Arc::new(notifications::Notifications),
        Arc::new(templates::Templates),
        Arc::new(copywriting::Generations),
        Arc::new(copywriting::Trends),
    ]
}
