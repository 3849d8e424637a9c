//! A batch of stockouts: the rows of one sheet that say what a vendor did not deliver (contract §3).
//!
//! * One file is one batch: the same bytes again name the batch that they made, until it is undone.
//! * A row is pending until it is mailed, resolved or undone. Mailing it makes it queued, then sent, failed or, when
//!   the mail server's answer was lost, unknown; a vendor without an address makes it no_email.
//! * A row whose mail is on its way is not mailed again. One that was sent, is unknown or resolved only if forced.
//! * Undoing a batch takes back the rows that nobody was told of, and says why it keeps the others. When it keeps
//!   none, the file may be imported again as a new batch; when it keeps some, importing it again brings back what was
//!   taken; when it keeps all, nothing happened.

mod decide;
mod row;
mod state;
#[cfg(test)]
mod tests;

pub use row::{KeptRow, RowStatus, StockoutRow};
pub use state::StockoutBatch;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;

/// What is said of a batch as a whole.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BatchOrigin {
    /// The file as its sender called it.
    pub file_name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub file_digest: String,
    /// The sheet in it; empty for text.
    pub sheet: String,
    /// Rows with data.
    pub total: i64,
    /// Rows that were wrong.
    pub skipped: i64,
    /// The import job that read it, if one did.
    pub job: Option<Uuid>,
}

/// The rows of a batch that go into one mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MailedRows {
    /// The mail; none: the vendor has no address.
    pub mail: Option<Uuid>,
    /// The rows.
    pub ids: Vec<i64>,
}

/// How a mail ended, for the rows in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailOutcome {
    /// The mail server took it.
    Sent,
    /// The mail server refused it, with its words.
    Failed(String),
    /// Nobody knows: the server's answer was lost.
    Unknown,
}

/// What one may ask of a batch.
#[derive(Clone, Debug)]
pub enum StockoutCommand {
    /// Take in the good rows of a sheet.
    Import {
        /// The new batch's id.
        id: Uuid,
        /// Where it comes from.
        origin: BatchOrigin,
        /// The rows, each with the number allotted to it.
        rows: Vec<StockoutRow>,
    },
    /// Put rows into mails.
    Mail {
        /// Which rows into which.
        mails: Vec<MailedRows>,
        /// Also what was sent, is unknown or resolved.
        force: bool,
    },
    /// A mail ended.
    Settle {
        /// The mail.
        mail: Uuid,
        /// How.
        outcome: MailOutcome,
    },
    /// The goods came, or nobody waits for them any more.
    Resolve {
        /// The rows.
        ids: Vec<i64>,
    },
    /// A resolved row is open again.
    Reopen {
        /// The rows.
        ids: Vec<i64>,
    },
    /// Take the batch back.
    Undo,
    /// The file was imported again: what was taken back is there again.
    Restore,
}

/// What may have happened to a batch.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum StockoutEvent {
    /// A sheet was taken in.
    StockoutBatchImported {
        /// The batch's id.
        id: Uuid,
        /// Where it comes from.
        origin: BatchOrigin,
        /// How many rows follow.
        imported: i64,
    },
    /// Rows of the sheet.
    StockoutsListed {
        /// Some of them, in the sheet's order.
        rows: Vec<StockoutRow>,
    },
    /// Rows were put into a mail.
    StockoutsQueued {
        /// The mail.
        mail: Uuid,
        /// The rows.
        ids: Vec<i64>,
    },
    /// Rows could not be mailed: their vendor has no address.
    StockoutsWithoutAddress {
        /// The rows.
        ids: Vec<i64>,
    },
    /// A mail with rows of this batch ended.
    StockoutsSettled {
        /// The mail.
        mail: Uuid,
        /// How.
        outcome: MailOutcome,
        /// The rows.
        ids: Vec<i64>,
    },
    /// Rows are settled: the goods came, or nobody waits for them any more.
    StockoutsResolved {
        /// The rows.
        ids: Vec<i64>,
    },
    /// Resolved rows are open again.
    StockoutsReopened {
        /// The rows.
        ids: Vec<i64>,
    },
    /// The batch was taken back.
    StockoutBatchUndone {
        /// Rows taken back.
        reversed: Vec<i64>,
        /// Rows kept, and why.
        kept: Vec<KeptRow>,
    },
    /// What was taken back is there again.
    StockoutBatchRestored {
        /// The rows.
        ids: Vec<i64>,
    },
}

event_sourced!(StockoutBatch, StockoutEvent {
    StockoutBatchImported = "1.0",
    StockoutsListed = "1.0",
    StockoutsQueued = "1.0",
    StockoutsWithoutAddress = "1.0",
    StockoutsSettled = "1.0",
    StockoutsResolved = "1.0",
    StockoutsReopened = "1.0",
    StockoutBatchUndone = "1.0",
    StockoutBatchRestored = "1.0",
});
