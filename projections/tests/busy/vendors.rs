//! Vendors and their addresses.

use aggregates::vendors::{EmailKind, Vendor, VendorCommand, VendorDetails, VendorEmail, VendorPatch};

use super::{Choices, Slice, may};
use crate::support::History;

/// Few vendors; the code of a deleted one goes to another.
#[derive(Default)]
pub(crate) struct Vendors {
    created: i64,
    emails: i64,
}

impl Slice for Vendors {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let vendor_code = choices.one(&["v1", "V1", "v2", "v3", "v4"]).to_owned();
        if self.created < 3 || choices.once_in(8) {
            self.created += 1;
            let details = VendorDetails {
                vendor_code,
                vendor_name: format!("vendor {act}"),
                ..VendorDetails::default()
            };
            let command =
                VendorCommand::Create { number: self.created, details, emails: self.addresses(choices) };
            return may::<Vendor>(history, &self.created, command);
        }
        let vendor = choices.number(self.created);
        let patch = VendorPatch {
            vendor_code: choices.once_in(4).then_some(vendor_code),
            pm: Some(choices.once_in(2).then(|| format!("pm {act}"))),
            ..VendorPatch::default()
        };
        let command = match choices.below(20) {
            0 => VendorCommand::Delete,
            1..5 => {
                let known = history.state::<Vendor>(&vendor.to_string()).1.emails;
                let Some(email) = (!known.is_empty()).then(|| choices.one(&known)) else { return };
                VendorCommand::RemoveEmail { id: email.id }
            }
            5..9 => VendorCommand::AddEmail(self.address(choices)),
            9..12 => VendorCommand::Complete { patch, emails: self.addresses(choices) },
            _ => {
                let emails = choices.once_in(2).then(|| self.addresses(choices));
                VendorCommand::Change { patch, emails }
            }
        };
        may::<Vendor>(history, &vendor, command);
    }
}

impl Vendors {
    fn addresses(&mut self, choices: &mut Choices) -> Vec<VendorEmail> {
        (0..choices.below(4)).map(|_| self.address(choices)).collect()
    }

    fn address(&mut self, choices: &mut Choices) -> VendorEmail {
        self.emails += 1;
        VendorEmail {
            id: self.emails,
            email: format!("{}@example.com", choices.one(&["a", "A", "b", "c", "d"])),
            kind: choices.one(&[EmailKind::To, EmailKind::Cc, EmailKind::Bcc]),
            name: choices.once_in(2).then(|| format!("name {}", self.emails)),
        }
    }
}
