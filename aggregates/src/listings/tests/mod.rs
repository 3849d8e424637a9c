mod observing;
mod watching;

use chrono::{DateTime, TimeDelta, Utc};

use super::*;
use crate::testing::{after, decimal, text};
use crate::{Decider, Refusal};

pub(super) fn at(hours: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::hours(hours)
}

pub(super) fn tea() -> ListingDetails {
    ListingDetails {
        url: text("https://shop.example/goods/1"),
        product_id: text("A-1"),
        ..ListingDetails::default()
    }
}

pub(super) fn registered() -> ListingEvent {
    ListingEvent::ListingRegistered { number: 7, details: tea() }
}

pub(super) fn listing(events: &[ListingEvent]) -> Listing {
    after::<Listing>(&[&[registered()], events].concat())
}

pub(super) fn seen(price: &str, hour: i64) -> Observation {
    Observation {
        price: Some(decimal(price)),
        observed_at: at(hour),
        source: "api".to_owned(),
        ..Observation::default()
    }
}

pub(super) fn observed(price: &str, hour: i64, previous: Option<(&str, i64)>) -> ListingEvent {
    ListingEvent::PriceObserved {
        price: Some(decimal(price)),
        currency: Currency::TWD,
        stock_status: StockStatus::Unknown,
        observed_at: at(hour),
        source: "api".to_owned(),
        evidence: None,
        previous: previous.map(|(price, hour)| Previous {
            price: Some(decimal(price)),
            stock_status: StockStatus::Unknown,
            seen_at: at(hour),
        }),
        late: false,
        until: None,
    }
}

pub(super) fn observe(listing: &Listing, observation: Observation) -> Result<Vec<ListingEvent>, Refusal> {
    observe_after(listing, observation, None)
}

/// Where the listing was seen, unchanged, until the hour `seen`.
pub(super) fn observe_after(
    listing: &Listing,
    observation: Observation,
    seen: Option<i64>,
) -> Result<Vec<ListingEvent>, Refusal> {
    listing.decide(ListingCommand::Observe {
        observation,
        seen_at: seen.map(at),
        seen_again_at: None,
        now: at(1_000),
    })
}
