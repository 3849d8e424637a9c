//! Vendors and their addresses as clients see them.

mod questions;
mod row;
mod view;

pub use questions::{
    Recipients, VendorQuery, email_like, find_email, find_vendor, list_vendors, recipients_of, vendor_emails,
    vendors_by_code,
};
pub use row::{VendorEmailRow, VendorRow};
pub use view::{EmailView, VendorView};

use std::sync::LazyLock;

use aggregates::vendors::VendorEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::{Rows, unexpected, unreadable, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[VendorEvent::WIRE]));

/// Keeps the tables `vendors` and `vendor_emails`.
pub struct Vendors;

#[async_trait]
impl Projection for Vendors {
    fn name(&self) -> &'static str {
        "vendors"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["vendors", "vendor_emails"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let mut changes = Vec::with_capacity(events.len());
        let (mut vendors, mut emails) = (Vec::new(), Vec::new());
        for event in events {
            let number: i64 = event.aggregate_id.parse().map_err(|error| unreadable(event, error))?;
            let Fact::Vendor(change) = event.fact() else { return Err(unexpected(event)) };
            vendors.push(number);
            match change {
                VendorEvent::VendorEmailChanged { email } => emails.push(email.id),
                VendorEvent::VendorEmailRemoved { id } => emails.push(*id),
                _ => {}
            }
            changes.push((number, change, *event));
        }
        vendors.sort_unstable();
        vendors.dedup();
        let mut vendors = Rows::<i64, VendorRow>::numbered(connection, vendors, |row| row.number).await?;
        let mut emails = Rows::<i64, VendorEmailRow>::numbered(connection, emails, |row| row.number).await?;
        for (number, change, event) in changes {
            vendors.entry(number, VendorRow::default).evolve(change, event);
            match change {
                VendorEvent::VendorEmailAdded { email } | VendorEvent::VendorEmailChanged { email } => {
                    emails.insert(email.id, VendorEmailRow::of(number, email));
                }
                VendorEvent::VendorEmailRemoved { id } => emails.of(id, event)?.is_active = false,
                _ => {}
            }
        }
        vendors.save(connection).await?;
        emails.save(connection).await
    }
}
