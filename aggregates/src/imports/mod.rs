//! An import: a sheet that becomes rows of some kind, from its request to its undoing (contract §3).
//!
//! * It goes forward only: queued, downloading, parsing, importing, and then completed, partial or failed; whatever
//!   took rows in can be undone once.
//! * Rows are stored chunk by chunk; a chunk counts together with its rows, so that a job that was interrupted goes on
//!   behind the last one that counted and doubles none.
//! * The same bytes are imported once as the same type, unless that import failed or was undone. A dry run stores
//!   nothing and stands in nobody's way.

mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use state::Import;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;

/// What kind of rows a sheet holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobType {
    /// Sales by day and product.
    #[default]
    DailySales,
    /// What vendors did not deliver.
    VendorStockout,
    /// Pages to watch.
    Listings,
    /// Vendors with their addresses.
    Vendors,
}

impl JobType {
    /// Every type.
    pub const ALL: [Self; 4] = [Self::DailySales, Self::VendorStockout, Self::Listings, Self::Vendors];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::DailySales => "daily_sales",
            Self::VendorStockout => "vendor_stockout",
            Self::Listings => "listings",
            Self::Vendors => "vendors",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text)
    }
}

/// How far an import is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ImportState {
    /// It waits for its turn.
    #[default]
    Queued,
    /// Its file is fetched.
    Downloading,
    /// Its rows are read.
    Parsing,
    /// Its rows are stored.
    Importing,
    /// All rows were good.
    Completed,
    /// Some rows were wrong.
    Partial,
    /// Nothing was stored, or not all of it could be.
    Failed,
    /// What it stored was taken back.
    Undone,
}

impl ImportState {
    /// Every state.
    pub const ALL: [Self; 8] = [
        Self::Queued,
        Self::Downloading,
        Self::Parsing,
        Self::Importing,
        Self::Completed,
        Self::Partial,
        Self::Failed,
        Self::Undone,
    ];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Downloading => "downloading",
            Self::Parsing => "parsing",
            Self::Importing => "importing",
            Self::Completed => "completed",
            Self::Partial => "partial",
            Self::Failed => "failed",
            Self::Undone => "undone",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == text)
    }

    /// Whether nothing goes on by itself any more.
    pub fn is_over(self) -> bool {
        self >= Self::Completed
    }
}

/// Where a file comes from and what is to be done with it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct ImportOrder {
    /// What its rows are.
    pub job_type: JobType,
    /// `upload`, `drive` or `cli`.
    pub source: String,
    /// The file as its sender called it.
    pub file_name: String,
    /// The id of a file on a drive.
    pub file_id: Option<String>,
    /// SHA-256 of its bytes, in hexadecimal; none until they are there.
    pub file_digest: Option<String>,
    /// Whether a wrong row keeps all others out.
    pub reject_everything: bool,
    /// Whether it is only tried.
    pub dry_run: bool,
}

/// What is wrong with one cell of a sheet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportFault {
    /// The sheet's own row number, from 1; none: the whole file.
    pub row: Option<u32>,
    /// The column's key.
    pub column: String,
    /// A stable word.
    pub code: String,
    /// A sentence for a person.
    pub message: String,
    /// What the cell holds.
    pub value: Option<String>,
}

/// Something that undoing an import did not take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// What: the number or code of a row.
    pub id: String,
    /// Why.
    pub why: String,
}

/// What one may ask of an import.
#[derive(Clone, Debug)]
pub enum ImportCommand {
    /// Order one.
    Request {
        /// The new import's id.
        id: Uuid,
        /// The order.
        order: ImportOrder,
    },
    /// Its file is being fetched.
    Download,
    /// Its file is there.
    Receive {
        /// The file as the drive calls it.
        file_name: String,
        /// SHA-256 of its bytes, in hexadecimal.
        file_digest: String,
        /// What the drive says of this version: its md5 or revision.
        revision: Option<String>,
    },
    /// Its rows were read and will be stored.
    Begin {
        /// Rows with data.
        total: i64,
        /// Rows that are wrong.
        failed: i64,
        /// The first things wrong.
        faults: Vec<ImportFault>,
        /// Headers of columns that mean nothing here.
        ignored: Vec<String>,
    },
    /// A chunk of rows is stored.
    Store {
        /// Which, from 0.
        chunk: u32,
        /// Rows stored.
        imported: i64,
        /// Rows that the rules refused.
        failed: i64,
        /// The first things wrong.
        faults: Vec<ImportFault>,
        /// What the rows became part of, for undoing: a batch, a date.
        became: Vec<String>,
    },
    /// Everything is stored.
    Finish {
        /// What the slice has to say of it, such as what was restated.
        note: Option<String>,
        /// The import of the same bytes before it, when it has nothing to do itself.
        duplicate_of: Option<Uuid>,
    },
    /// It cannot be done.
    Fail {
        /// Why.
        faults: Vec<ImportFault>,
    },
    /// What it stored was taken back.
    Undo {
        /// How many rows.
        reversed: i64,
        /// What was not.
        kept: Vec<Kept>,
    },
    /// What was taken back is there again.
    Redo {
        /// How many rows.
        restored: i64,
        /// What stays as it is.
        kept: Vec<Kept>,
    },
}

/// What may have happened to an import.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ImportEvent {
    /// It was ordered.
    ImportRequested {
        /// Its id.
        id: Uuid,
        /// The order.
        order: ImportOrder,
    },
    /// Its file is being fetched.
    ImportDownloading {},
    /// Its file is there.
    ImportFileReceived {
        /// The file as the drive calls it.
        file_name: String,
        /// SHA-256 of its bytes, in hexadecimal.
        file_digest: String,
        /// What the drive says of this version: its md5 or revision.
        revision: Option<String>,
    },
    /// Its rows were read and will be stored.
    ImportBegun {
        /// Rows with data.
        total: i64,
        /// Rows that are wrong.
        failed: i64,
        /// The first things wrong.
        faults: Vec<ImportFault>,
        /// Headers of columns that mean nothing here.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        ignored: Vec<String>,
    },
    /// A chunk of rows was stored.
    ImportChunkStored {
        /// Which, from 0.
        chunk: u32,
        /// Rows stored.
        imported: i64,
        /// Rows that the rules refused.
        failed: i64,
        /// The first things wrong.
        faults: Vec<ImportFault>,
        /// What the rows became part of.
        became: Vec<String>,
    },
    /// Everything is stored.
    ImportFinished {
        /// What the slice has to say of it.
        note: Option<String>,
        /// The import of the same bytes before it.
        duplicate_of: Option<Uuid>,
    },
    /// It could not be done.
    ImportFailed {
        /// Why.
        faults: Vec<ImportFault>,
    },
    /// What it stored was taken back.
    ImportUndone {
        /// How many rows.
        reversed: i64,
        /// What was not.
        kept: Vec<Kept>,
    },
    /// What was taken back is there again.
    ImportRedone {
        /// How many rows.
        restored: i64,
        /// What stays as it is.
        kept: Vec<Kept>,
    },
}

event_sourced!(Import, ImportEvent {
    ImportRequested = "1.0",
    ImportDownloading = "1.0",
    ImportFileReceived = "1.0",
    ImportBegun = "1.0",
    ImportChunkStored = "1.0",
    ImportFinished = "1.0",
    ImportFailed = "1.0",
    ImportUndone = "1.0",
    ImportRedone = "1.0",
});
