//! Events of listings as the judge sees them.

use aggregates::alerts::{Seen, Sighting};
use aggregates::listings::ListingEvent;
use aggregates::values::StockStatus;
use chrono::{DateTime, Utc};
use projections::Zone;

/// What an event says of its listing, with when it was seen; nothing, if it is old news or no news for rules.
pub(super) fn seen_in(event: &ListingEvent) -> Option<(DateTime<Utc>, Seen)> {
    match event {
        ListingEvent::PriceObserved { price, stock_status, observed_at, previous, late: false, .. } => {
            let seen = Seen::Changed {
                price: *price,
                previous: previous.as_ref().and_then(|previous| previous.price),
                in_stock: in_stock(*stock_status),
                was_in_stock: previous.as_ref().and_then(|previous| in_stock(previous.stock_status)),
            };
            Some((*observed_at, seen))
        }
        ListingEvent::ListingDelisted { at, .. } => Some((*at, Seen::Delisted)),
        ListingEvent::ListingRelisted { at, .. } => Some((*at, Seen::Relisted)),
        _ => None,
    }
}

/// Whether it can be bought; none: nobody said.
pub(super) fn in_stock(status: StockStatus) -> Option<bool> {
    match status {
        StockStatus::InStock => Some(true),
        StockStatus::Unknown => None,
        StockStatus::OutOfStock | StockStatus::Preorder | StockStatus::Backorder => Some(false),
    }
}

/// A sighting on the clock of the house.
pub(super) fn sighting(zone: Zone, position: i64, at: DateTime<Utc>, seen: Seen) -> Sighting {
    let time_of_day = at.with_timezone(&zone.0).time().into();
    Sighting { position, at, time_of_day, seen }
}
