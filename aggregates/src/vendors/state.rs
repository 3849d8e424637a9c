use serde::{Deserialize, Serialize};

use super::{VendorCommand, VendorDetails, VendorEmail, VendorEvent, decide};
use crate::{Claim, Decider, Refusal};

/// What is remembered of a vendor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Vendor {
    /// Its number; 0 before it was taken in.
    pub number: i64,
    /// Taken in and not deleted.
    pub is_active: bool,
    /// What is said of it.
    pub details: VendorDetails,
    /// Its addresses in the order added.
    pub emails: Vec<VendorEmail>,
}

impl Decider for Vendor {
    const KIND: &'static str = "vendor";
    type Command = VendorCommand;
    type Event = VendorEvent;

    fn decide(&self, command: VendorCommand) -> Result<Vec<VendorEvent>, Refusal> {
        match command {
            VendorCommand::Create { number, details, emails } => {
                decide::create(self, number, details, emails)
            }
            VendorCommand::Change { patch, emails } => decide::change(self, patch, emails),
            VendorCommand::Complete { patch, emails } => decide::complete(self, patch, emails),
            VendorCommand::AddEmail(email) => decide::add_email(self, email),
            VendorCommand::RemoveEmail { id } => decide::remove_email(self, id),
            VendorCommand::Delete => decide::delete(self),
        }
    }

    fn evolve(&mut self, event: &VendorEvent) {
        match event {
            VendorEvent::VendorCreated { number, details } => {
                *self =
                    Self { number: *number, is_active: true, details: details.clone(), emails: Vec::new() };
            }
            VendorEvent::VendorChanged { changes } => self.details.apply(changes),
            VendorEvent::VendorEmailAdded { email } => self.emails.push(email.clone()),
            VendorEvent::VendorEmailChanged { email } => {
                if let Some(known) = self.emails.iter_mut().find(|known| known.id == email.id) {
                    *known = email.clone();
                }
            }
            VendorEvent::VendorEmailRemoved { id } => self.emails.retain(|known| known.id != *id),
            VendorEvent::VendorDeleted {} => self.is_active = false,
        }
    }

    fn claims(&self) -> Vec<Claim> {
        if !self.is_active {
            return Vec::new();
        }
        vec![Claim::new("vendor-code", folded_code(&self.details.vendor_code), self.number)]
    }
}

/// A code as codes are compared.
pub(super) fn folded_code(code: &str) -> String {
    code.to_uppercase()
}

impl Vendor {
    /// A vendor that was taken in and not deleted.
    pub(super) fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }

    /// The address that is written like this, regardless of case.
    pub(super) fn email_like(&self, address: &str) -> Option<&VendorEmail> {
        self.emails.iter().find(|known| known.email.to_lowercase() == address.to_lowercase())
    }
}
