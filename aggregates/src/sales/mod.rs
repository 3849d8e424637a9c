//! The sales of one day (contract §3): figures by product, as files brought them.
//!
//! * A stream is a day. A batch (one import of one file) says figures of some of its products; the batch that
//!   speaks last of a product supersedes the ones before, and its event says that figures were restated.
//! * Several rows of one file for the same product are added up: a report may have a line for each variant.
//! * A batch that repeats what is in force vouches for it: the figures stay while any of their batches stands.
//! * Undoing a batch puts in force again what the last standing batch before it said, or nothing; products of which
//!   a later batch speaks keep that one's figures. Redoing it is the reverse. Nothing is ever lost.
//! * Quantity and amount are exact, up to four decimal places, and may be negative (returns). Gross profit is amount
//!   less cost where a file has the cost and not the profit; what a file does not say is not known, never zero.

mod decide;
mod row;
mod state;
#[cfg(test)]
mod tests;

pub use row::{SalesColumn, SalesRow};
pub use state::{Layer, SalesBatchState, SalesDay};

use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;

/// Rows in one event at most: a day of any size is a list of events of a bounded size.
pub const ROWS_OF_EVENT_MAX: usize = 500;

/// What one may ask of a day.
#[derive(Clone, Debug)]
pub enum SalesCommand {
    /// Take in what a file says of the day. A batch that the day knows already changes nothing.
    Import {
        /// The day, which names the stream.
        date: NaiveDate,
        /// The import that brings the rows.
        batch: Uuid,
        /// The file's name, for people.
        file: Option<String>,
        /// Everything that the file says of the day.
        rows: Arc<[SalesRow]>,
    },
    /// Let a batch count no more.
    Undo {
        /// Which.
        batch: Uuid,
    },
    /// Let an undone batch count again.
    Redo {
        /// Which.
        batch: Uuid,
    },
}

/// A product that an undone or redone batch speaks of and that keeps the figures of another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptFigures {
    /// The product.
    pub product_code: String,
    /// The batch whose figures are in force.
    pub batch: Uuid,
}

/// What may have happened on a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum SalesEvent {
    /// Products of which nothing was in force got figures.
    SalesRecorded {
        /// The day.
        date: NaiveDate,
        /// The import that brought them.
        batch: Uuid,
        /// The file's name.
        file: Option<String>,
        /// The figures.
        rows: Vec<SalesRow>,
    },
    /// Products got other figures than those in force.
    SalesRestated {
        /// The day.
        date: NaiveDate,
        /// The import that brought them.
        batch: Uuid,
        /// The file's name.
        file: Option<String>,
        /// The new figures.
        rows: Vec<SalesRow>,
    },
    /// A file said again what is in force, and vouches for it from now on.
    SalesConfirmed {
        /// The day.
        date: NaiveDate,
        /// The import that said so.
        batch: Uuid,
        /// The file's name.
        file: Option<String>,
        /// The products.
        product_codes: Vec<String>,
    },
    /// A batch counts no more; several events when it speaks of many products.
    SalesBatchUndone {
        /// The day.
        date: NaiveDate,
        /// Which batch.
        batch: Uuid,
        /// Figures of earlier batches that are in force again.
        restored: Vec<SalesRow>,
        /// Products of which nothing is in force any more.
        removed: Vec<String>,
        /// Products that other batches have figures for.
        kept: Vec<KeptFigures>,
    },
    /// An undone batch counts again; several events when it speaks of many products.
    SalesBatchRedone {
        /// The day.
        date: NaiveDate,
        /// Which batch.
        batch: Uuid,
        /// Its figures that are in force again.
        rows: Vec<SalesRow>,
        /// Products that other batches have figures for.
        kept: Vec<KeptFigures>,
    },
}

event_sourced!(SalesDay, SalesEvent {
    SalesRecorded = "1.0",
    SalesRestated = "1.0",
    SalesConfirmed = "1.0",
    SalesBatchUndone = "1.0",
    SalesBatchRedone = "1.0",
});
