//! A mail that tells a vendor of its stockouts.
//!
//! * Its Message-ID, its recipients and its rows are fixed before the first try.
//! * It ends once: taken by the mail server, refused for good, or lost, when nobody can say whether it was taken. A
//!   lost mail may have arrived, so it is never sent again by itself.

mod state;
#[cfg(test)]
mod tests;

pub use state::{MailStage, VendorMail};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;
use crate::stockouts::MailOutcome;

/// The rows of one batch in a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailedBatch {
    /// The batch.
    pub batch: Uuid,
    /// Its rows.
    pub ids: Vec<i64>,
}

/// A mail as it was decided on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Letter {
    /// Whose goods it is about.
    pub vendor_code: String,
    /// What the vendor is called.
    pub vendor_name: String,
    /// To whom.
    pub to: Vec<String>,
    /// Who gets a copy.
    pub cc: Vec<String>,
    /// Who gets a copy that nobody else sees.
    pub bcc: Vec<String>,
    /// The rows it lists, by batch.
    pub batches: Vec<MailedBatch>,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
}

/// What one may ask of a mail.
#[derive(Clone, Debug)]
pub enum VendorMailCommand {
    /// Decide on a mail.
    Queue {
        /// The new mail's id.
        id: Uuid,
        /// The mail.
        letter: Letter,
    },
    /// It ended.
    Settle {
        /// How.
        outcome: MailOutcome,
        /// What the mail server said, or what is known.
        answer: String,
    },
}

/// What may have happened to a mail.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum VendorMailEvent {
    /// It was decided on.
    VendorMailQueued {
        /// Its id.
        id: Uuid,
        /// The mail.
        letter: Letter,
    },
    /// The mail server took it.
    VendorMailSent {
        /// Its words.
        answer: String,
    },
    /// It cannot be sent.
    VendorMailFailed {
        /// Why, mostly the mail server's words.
        reason: String,
    },
    /// Nobody can say whether it was sent.
    VendorMailLost {
        /// What is known.
        reason: String,
    },
}

event_sourced!(VendorMail, VendorMailEvent {
    VendorMailQueued = "1.0",
    VendorMailSent = "1.0",
    VendorMailFailed = "1.0",
    VendorMailLost = "1.0",
});
