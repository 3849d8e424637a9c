//! An import as family M prints it.

use aggregates::imports::{ImportFault, Kept};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::ImportRow;
use crate::Zone;

/// What is wrong with one cell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ImportFault")]
pub struct FaultView {
    /// The sheet's own row number; null: the whole file.
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

impl From<ImportFault> for FaultView {
    fn from(fault: ImportFault) -> Self {
        let ImportFault { row, column, code, message, value } = fault;
        Self { row, column, code, message, value }
    }
}

/// Something that undoing did not take back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "ImportKept")]
pub struct KeptView {
    /// What.
    pub id: String,
    /// Why.
    pub why: String,
}

impl From<Kept> for KeptView {
    fn from(kept: Kept) -> Self {
        Self { id: kept.id, why: kept.why }
    }
}

/// An import (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ImportJob")]
pub struct ImportView {
    /// Its id.
    pub job_id: Uuid,
    /// daily_sales, vendor_stockout, listings or vendors.
    pub job_type: String,
    /// queued, downloading, parsing, importing, completed, partial, failed or undone.
    pub status: String,
    /// Per cent, 0 to 100.
    pub progress: i64,
    /// Rows with data.
    pub total: i64,
    /// Rows stored; in a dry run, rows that would be.
    pub imported: i64,
    /// Rows that were wrong.
    pub failed: i64,
    /// The first hundred things wrong; all are in errors.xlsx.
    pub errors: Vec<FaultView>,
    /// Headers of the sheet that no column is known by.
    pub ignored_columns: Vec<String>,
    /// upload, drive or cli.
    pub source: String,
    /// The file as its sender called it.
    pub file_name: String,
    /// The id of a file on a drive.
    pub file_id: Option<String>,
    /// keep_good_rows or reject_everything.
    pub policy: &'static str,
    /// Whether nothing is stored.
    pub dry_run: bool,
    /// The import of the same bytes before it.
    pub duplicate_of: Option<Uuid>,
    /// What else there is to say, such as what was restated.
    pub note: Option<String>,
    /// Rows taken back by undoing.
    pub reversed: i64,
    /// What undoing did not take back, and why.
    pub kept: Vec<KeptView>,
    /// When it was ordered.
    pub created_at: String,
    /// When it last went on.
    pub updated_at: String,
    /// When it was over.
    pub finished_at: Option<String>,
}

impl ImportView {
    pub(super) fn of(row: ImportRow, zone: Zone) -> Self {
        Self {
            job_id: row.id,
            status: row.state.code().to_owned(),
            progress: row.progress,
            total: row.total,
            imported: row.imported,
            failed: row.failed,
            errors: row.faults().into_iter().map(FaultView::from).collect(),
            ignored_columns: row.ignored(),
            kept: row.kept().into_iter().map(KeptView::from).collect(),
            job_type: row.order.job_type.code().to_owned(),
            source: row.order.source,
            file_name: row.order.file_name,
            file_id: row.order.file_id,
            policy: if row.order.reject_everything { "reject_everything" } else { "keep_good_rows" },
            dry_run: row.order.dry_run,
            duplicate_of: row.duplicate_of,
            note: row.note,
            reversed: row.reversed,
            created_at: zone.minute(row.created_at),
            updated_at: zone.minute(row.updated_at),
            finished_at: row.finished_at.map(|instant| zone.minute(instant)),
        }
    }
}
