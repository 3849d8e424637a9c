//! One batch and one stockout in their tables.

use aggregates::Recorded;
use aggregates::stockouts::{BatchOrigin, MailOutcome, RowStatus, StockoutRow as Sheet};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::table::read_table;

/// A row of `stockout_batches`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BatchRow {
    /// Its id.
    pub id: Uuid,
    /// Where it comes from.
    pub origin: BatchOrigin,
    /// Rows taken in.
    pub imported: i64,
    /// Taken back.
    pub is_undone: bool,
    /// Rows that were taken back.
    pub reversed: i64,
    /// When it was imported.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { BatchRow in "stockout_batches" by (id) {
    id: uuid = id,
    file_name: text = origin.file_name,
    file_digest: text = origin.file_digest,
    sheet: text = origin.sheet,
    total: bigint = origin.total,
    imported: bigint = imported,
    skipped: bigint = origin.skipped,
    job: uuid = origin.job,
    is_undone: boolean = is_undone,
    reversed: bigint = reversed,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
} }

/// A row of `stockouts`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StockoutRow {
    /// Its number.
    pub number: i64,
    /// Its batch.
    pub batch: Uuid,
    /// The sheet's own row number.
    pub sheet_row: i64,
    /// Whose goods.
    pub vendor_code: String,
    /// The same as codes are compared.
    pub code_folded: String,
    /// What the sheet calls the vendor.
    pub vendor_name: Option<String>,
    /// Which goods.
    pub product_code: String,
    /// What they are called.
    pub product_name: Option<String>,
    /// Size, colour and the like.
    pub spec: Option<String>,
    /// Pieces missing.
    pub qty: Option<i64>,
    /// The order that waits.
    pub order_no: Option<String>,
    /// Missing since.
    pub stockout_date: Option<NaiveDate>,
    /// Promised for.
    pub expected_date: Option<NaiveDate>,
    /// Free text.
    pub note: Option<String>,
    /// Where it stands.
    pub status: RowStatus,
    /// The newest mail it was in.
    pub mail: Option<Uuid>,
    /// Whether a mail with it was sent, or may have been.
    pub was_mailed: bool,
    /// When that was known.
    pub mailed_at: Option<DateTime<Utc>>,
    /// Why the newest mail failed.
    pub error: Option<String>,
    /// Taken back with its batch.
    pub is_reversed: bool,
    /// When its batch was imported.
    pub imported_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The event that began its batch: lists are ordered by this.
    pub batch_position: i64,
    /// The newest event that concerns it.
    pub own_position: i64,
}

read_table! { StockoutRow in "stockouts" by (number) {
    number: bigint = number,
    batch: uuid = batch,
    sheet_row: bigint = sheet_row,
    vendor_code: text = vendor_code,
    code_folded: text = code_folded,
    vendor_name: text = vendor_name,
    product_code: text = product_code,
    product_name: text = product_name,
    spec: text = spec,
    qty: bigint = qty,
    order_no: text = order_no,
    stockout_date: date = stockout_date,
    expected_date: date = expected_date,
    note: text = note,
    status: text = status,
    mail: uuid = mail,
    was_mailed: boolean = was_mailed,
    mailed_at: timestamptz = mailed_at,
    error: text = error,
    is_reversed: boolean = is_reversed,
    imported_at: timestamptz = imported_at,
    updated_at: timestamptz = updated_at,
    batch_position: bigint = batch_position,
    own_position: bigint = own_position,
} }

impl StockoutRow {
    pub(super) fn listed(batch: Uuid, sheet: &Sheet, event: &Recorded) -> Self {
        let sheet = sheet.clone();
        Self {
            number: sheet.id,
            batch,
            sheet_row: i64::from(sheet.row),
            code_folded: sheet.vendor_code.to_uppercase(),
            vendor_code: sheet.vendor_code,
            vendor_name: sheet.vendor_name,
            product_code: sheet.product_code,
            product_name: sheet.product_name,
            spec: sheet.spec,
            qty: sheet.qty,
            order_no: sheet.order_no,
            stockout_date: sheet.stockout_date,
            expected_date: sheet.expected_date,
            note: sheet.note,
            imported_at: event.recorded_at,
            updated_at: event.recorded_at,
            // The event that began the batch stands before all others of its stream, in the same append.
            batch_position: event.position - event.sequence + 1,
            own_position: event.position,
            ..Self::default()
        }
    }

    pub(super) fn touched(&mut self, event: &Recorded) -> &mut Self {
        (self.updated_at, self.own_position) = (event.recorded_at, event.position);
        self
    }

    pub(super) fn queue(&mut self, mail: Uuid) {
        (self.status, self.mail, self.error) = (RowStatus::Queued, Some(mail), None);
    }

    pub(super) fn settle(&mut self, outcome: &MailOutcome, event: &Recorded) {
        self.status = outcome.status();
        match outcome {
            MailOutcome::Failed(reason) => self.error = Some(reason.clone()),
            MailOutcome::Sent | MailOutcome::Unknown => {
                (self.was_mailed, self.mailed_at) = (true, Some(event.recorded_at));
            }
        }
    }

    pub(super) fn reopen(&mut self) {
        self.status = if self.was_mailed { RowStatus::Sent } else { RowStatus::Pending };
    }

    pub(super) fn restore(&mut self) {
        (self.is_reversed, self.status, self.mail, self.error) = (false, RowStatus::Pending, None, None);
    }
}
