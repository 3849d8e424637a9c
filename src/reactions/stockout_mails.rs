use aggregates::vendor_mails::VendorMailEvent;
use aggregates::{Fact, Recorded};

use super::Reaction;
use crate::jobs::NewJob;
use crate::jobs::handlers::{StockoutMailPayload, StockoutMails};

/// A mail to a vendor that was decided on is sent.
pub(super) struct VendorsAreTold;

impl Reaction for VendorsAreTold {
    fn name(&self) -> &'static str {
        "stockout_mails"
    }

    fn follows(&self) -> &'static [&'static str] {
        &["VendorMailQueued"]
    }

    fn promises(&self, event: &Recorded) -> Vec<NewJob> {
        let Fact::VendorMail(VendorMailEvent::VendorMailQueued { id, .. }) = event.fact() else {
            return Vec::new();
        };
        vec![NewJob::new(StockoutMails::KIND, "", StockoutMailPayload { mail: *id })]
    }
}
