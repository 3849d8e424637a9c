//! A vendor as family M prints it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{VendorEmailRow, VendorRow};
use crate::Zone;

/// An address of a vendor (contract §3).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "VendorEmail")]
pub struct EmailView {
    /// Its number.
    pub id: i64,
    /// The address.
    pub email: String,
    /// to, cc or bcc.
    pub kind: String,
    /// Who reads it.
    pub name: Option<String>,
}

impl From<VendorEmailRow> for EmailView {
    fn from(row: VendorEmailRow) -> Self {
        Self { id: row.number, email: row.email, kind: row.kind.code().to_owned(), name: row.name }
    }
}

/// A vendor (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Vendor")]
pub struct VendorView {
    /// Its number.
    pub id: i64,
    /// The house's own code for it.
    pub vendor_code: String,
    /// What it is called.
    pub vendor_name: String,
    /// Whom to speak to.
    pub contact: Option<String>,
    /// Where to call.
    pub phone: Option<String>,
    /// The product manager in charge.
    pub pm: Option<String>,
    /// Free text.
    pub note: Option<String>,
    /// Where mail reaches it, in the order added.
    pub emails: Vec<EmailView>,
    /// When it was taken in.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

impl VendorView {
    pub(super) fn of(row: VendorRow, emails: Vec<EmailView>, zone: Zone) -> Self {
        let details = row.details;
        Self {
            id: row.number,
            vendor_code: details.vendor_code,
            vendor_name: details.vendor_name,
            contact: details.contact,
            phone: details.phone,
            pm: details.pm,
            note: details.note,
            emails,
            created_at: zone.minute(row.created_at),
            updated_at: zone.minute(row.updated_at),
        }
    }
}
