//! A vendor that goods are bought from, and where mail reaches them (contract §3).
//!
//! * `vendor_code` is unique among live vendors, regardless of case; neither it nor `vendor_name` is ever empty.
//! * An address stands once in a vendor's list, regardless of case; adding it again changes nothing.
//! * An address can hold nothing that a mail header would obey.
//! * A deleted vendor keeps its history; its code is free again.

mod address;
mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use address::is_mail_address;
pub use state::Vendor;

use serde::{Deserialize, Serialize};

use crate::event_sourced;

details! {
    /// What is said of a vendor.
    pub struct VendorDetails / VendorPatch {
        /// The house's own code for it, unique regardless of case.
        vendor_code: String,
        /// What it is called.
        vendor_name: String,
        /// Whom to speak to.
        contact: Option<String>,
        /// Where to call.
        phone: Option<String>,
        /// The product manager in charge.
        pm: Option<String>,
        /// Free text.
        note: Option<String>,
    }
}

/// How a mail goes to an address.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EmailKind {
    /// To it.
    #[default]
    To,
    /// A copy that everybody sees.
    Cc,
    /// A copy that nobody else sees.
    Bcc,
}

impl EmailKind {
    /// Every kind.
    pub const ALL: [Self; 3] = [Self::To, Self::Cc, Self::Bcc];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::To => "to",
            Self::Cc => "cc",
            Self::Bcc => "bcc",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == text)
    }
}

/// An address of a vendor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VendorEmail {
    /// Its number (contract R4).
    pub id: i64,
    /// The address, as it was written.
    pub email: String,
    /// How mail goes to it.
    pub kind: EmailKind,
    /// Who reads it.
    pub name: Option<String>,
}

/// What one may ask of a vendor.
#[derive(Clone, Debug)]
pub enum VendorCommand {
    /// Take a vendor in.
    Create {
        /// The number allotted to it.
        number: i64,
        /// What is said of it.
        details: VendorDetails,
        /// Its addresses, each with a number.
        emails: Vec<VendorEmail>,
    },
    /// Change the fields that are present.
    Change {
        /// The fields sent.
        patch: VendorPatch,
        /// The whole list of addresses, if sent; numbers count for new ones only.
        emails: Option<Vec<VendorEmail>>,
    },
    /// What a sheet says: empty cells change nothing, addresses are added and none removed.
    Complete {
        /// The fields that the sheet has.
        patch: VendorPatch,
        /// Addresses in the sheet; numbers count for new ones only.
        emails: Vec<VendorEmail>,
    },
    /// Add an address.
    AddEmail(VendorEmail),
    /// Remove an address.
    RemoveEmail {
        /// Its number.
        id: i64,
    },
    /// Delete the vendor.
    Delete,
}

/// What may have happened to a vendor.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VendorEvent {
    /// It was taken in.
    VendorCreated {
        /// Its number.
        number: i64,
        /// What is said of it.
        details: VendorDetails,
    },
    /// Some fields changed.
    VendorChanged {
        /// Their new values.
        changes: VendorPatch,
    },
    /// An address was added.
    VendorEmailAdded {
        /// The address.
        email: VendorEmail,
    },
    /// How mail goes to an address, or who reads it, changed.
    VendorEmailChanged {
        /// The address as it is now.
        email: VendorEmail,
    },
    /// An address was removed.
    VendorEmailRemoved {
        /// Its number.
        id: i64,
    },
    /// It is gone.
    VendorDeleted {},
}

event_sourced!(Vendor, VendorEvent {
    VendorCreated = "1.0",
    VendorChanged = "1.0",
    VendorEmailAdded = "1.0",
    VendorEmailChanged = "1.0",
    VendorEmailRemoved = "1.0",
    VendorDeleted = "1.0",
});
