//! One vendor and one address in their tables.

use aggregates::Recorded;
use aggregates::vendors::{EmailKind, VendorDetails, VendorEmail, VendorEvent};
use chrono::{DateTime, Utc};

use crate::table::read_table;

/// A row of `vendors`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VendorRow {
    /// Its number.
    pub number: i64,
    /// What is said of it.
    pub details: VendorDetails,
    /// Its code as codes are compared.
    pub code_folded: String,
    /// Not deleted.
    pub is_active: bool,
    /// When it was taken in.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { VendorRow in "vendors" by (number) {
    number: bigint = number,
    vendor_code: text = details.vendor_code,
    code_folded: text = code_folded,
    vendor_name: text = details.vendor_name,
    contact: text = details.contact,
    phone: text = details.phone,
    pm: text = details.pm,
    note: text = details.note,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
} }

impl VendorRow {
    pub(super) fn evolve(&mut self, change: &VendorEvent, event: &Recorded) {
        match change {
            VendorEvent::VendorCreated { number, details } => {
                let (number, details) = (*number, details.clone());
                *self = Self {
                    number,
                    details,
                    is_active: true,
                    created_at: event.recorded_at,
                    ..Self::default()
                };
            }
            VendorEvent::VendorChanged { changes } => self.details.apply(changes),
            VendorEvent::VendorDeleted {} => self.is_active = false,
            VendorEvent::VendorEmailAdded { .. }
            | VendorEvent::VendorEmailChanged { .. }
            | VendorEvent::VendorEmailRemoved { .. } => {}
        }
        self.code_folded = self.details.vendor_code.to_uppercase();
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }
}

/// A row of `vendor_emails`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VendorEmailRow {
    /// Its number.
    pub number: i64,
    /// Whose it is.
    pub vendor: i64,
    /// The address.
    pub email: String,
    /// How mail goes to it.
    pub kind: EmailKind,
    /// Who reads it.
    pub name: Option<String>,
    /// Not removed.
    pub is_active: bool,
}

read_table! { VendorEmailRow in "vendor_emails" by (number) {
    number: bigint = number,
    vendor: bigint = vendor,
    email: text = email,
    kind: text = kind,
    name: text = name,
    is_active: boolean = is_active,
} }

impl VendorEmailRow {
    pub(super) fn of(vendor: i64, email: &VendorEmail) -> Self {
        let VendorEmail { id, email, kind, name } = email.clone();
        Self { number: id, vendor, email, kind, name, is_active: true }
    }
}
