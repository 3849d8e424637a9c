//! A stockout as family M prints it.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::StockoutRow;
use crate::Zone;

/// A stockout (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Stockout")]
pub struct StockoutView {
    /// Its number.
    pub id: i64,
    /// Its batch.
    pub batch_id: Uuid,
    /// The sheet's own row number.
    pub row: i64,
    /// Whose goods.
    pub vendor_code: String,
    /// What the vendor is called, in the sheet or else in the list of vendors.
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
    /// pending, queued, sent, failed, no_email, resolved or unknown.
    pub status: String,
    /// The newest mail it was in.
    pub mail_id: Option<Uuid>,
    /// When that mail was sent, or got lost.
    pub sent_at: Option<String>,
    /// Why the newest mail failed.
    pub error: Option<String>,
    /// When its batch was imported.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl StockoutView {
    pub(super) fn of(row: StockoutRow, listed_name: Option<String>, zone: Zone) -> Self {
        Self {
            id: row.number,
            batch_id: row.batch,
            row: row.sheet_row,
            vendor_code: row.vendor_code,
            vendor_name: row.vendor_name.or(listed_name),
            product_code: row.product_code,
            product_name: row.product_name,
            spec: row.spec,
            qty: row.qty,
            order_no: row.order_no,
            stockout_date: row.stockout_date,
            expected_date: row.expected_date,
            note: row.note,
            status: row.status.code().to_owned(),
            mail_id: row.mail,
            sent_at: row.mailed_at.map(|instant| zone.minute(instant)),
            error: row.error,
            created_at: zone.minute(row.imported_at),
            updated_at: zone.minute(row.updated_at),
        }
    }
}
