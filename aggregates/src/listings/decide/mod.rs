//! One small function per command.

mod check;
mod sight;

pub use sight::{Observation, PRICE_MAX, PRICE_PLACES, Sight, Standing, sight};

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{Listing, ListingDetails, ListingEvent, ListingPatch, ListingStatus, Previous};
use crate::Refusal;

/// So many answers in a row that a page is gone delist it: one may be a slip of the shop.
pub const GONE_ANSWERS: u32 = 2;

pub(super) fn register(
    listing: &Listing,
    number: i64,
    details: ListingDetails,
) -> Result<Vec<ListingEvent>, Refusal> {
    listing.not_begun()?;
    let patch = check::checked(number, details.into())?;
    let mut details = ListingDetails::default();
    details.apply(&patch);
    Ok(vec![ListingEvent::ListingRegistered { number, details }])
}

pub(super) fn change(listing: &Listing, patch: ListingPatch) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    let patch = check::checked(listing.number, patch)?;
    let changes = listing.details.changed_by(&patch);
    if changes.is_empty() {
        return Ok(Vec::new());
    }
    if changes.currency.is_some() && listing.prices.newest().is_some() {
        let rule = "currency is fixed: there are prices in it already";
        return Err(Refusal::field("currency", "fixed", rule));
    }
    Ok(vec![ListingEvent::ListingChanged { changes }])
}

pub(super) fn link(listing: &Listing, product: Uuid, brand: Uuid) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    if listing.linked_product == Some(product) {
        return Ok(Vec::new());
    }
    Ok(vec![ListingEvent::ListingLinked { product, brand }])
}

pub(super) fn unlink(listing: &Listing) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    Ok(listing.linked_product.map(|_| ListingEvent::ListingUnlinked {}).into_iter().collect())
}

/// The whole way of one observation, also of a late one.
pub(super) fn observe(
    listing: &Listing,
    observation: Observation,
    seen_at: Option<DateTime<Utc>>,
    seen_again_at: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    let standing = listing.standing(seen_at);
    match sight(&standing, &observation, now)? {
        Sight::Events(events) => Ok(events),
        Sight::Late => Ok(late(listing, &standing, observation, seen_again_at)),
    }
}

/// Something newer is known: it takes its place in time, and what is newer stays as it is.
fn late(
    listing: &Listing,
    standing: &Standing,
    observation: Observation,
    seen_again_at: Option<DateTime<Utc>>,
) -> Vec<ListingEvent> {
    let at = observation.observed_at;
    let before = listing.prices.at(at);
    let price = observation.price.map(|price| price.normalize());
    let price = price.or(before.and_then(|point| point.price));
    let stock_status = observation.stock_status.or(before.map(|point| point.stock_status));
    let stock_status = stock_status.unwrap_or_default();
    if before.is_some_and(|point| (point.price, point.stock_status) == (price, stock_status)) {
        return Vec::new();
    }
    let next = listing.prices.next_after(at);
    // When the span that it falls into was last seen: it was in force again by then.
    let span_seen_at = match next {
        Some(next) => next.before_seen_at,
        None => standing.seen_at,
    };
    let seen_again_at = seen_again_at.or(span_seen_at).filter(|again| *again > at);
    let seen_again_at = seen_again_at.filter(|again| next.is_none_or(|next| *again < next.at));
    let previous = before.map(|point| Previous {
        price: point.price,
        stock_status: point.stock_status,
        // How long it had been seen until then nobody remembers: at least when it began.
        seen_at: point.at,
    });
    vec![ListingEvent::PriceObserved {
        price,
        currency: observation.currency.or(standing.currency).unwrap_or(crate::values::Currency::TWD),
        stock_status,
        observed_at: at,
        source: observation.source,
        evidence: observation.evidence,
        until: seen_again_at.filter(|_| previous.is_some()),
        previous,
        late: true,
    }]
}

pub(super) fn delist(
    listing: &Listing,
    at: DateTime<Utc>,
    source: String,
    evidence: Option<Value>,
) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    if listing.status == ListingStatus::Delisted {
        return Ok(Vec::new());
    }
    Ok(vec![ListingEvent::ListingDelisted { at, source, evidence }])
}

pub(super) fn relist(
    listing: &Listing,
    at: DateTime<Utc>,
    source: String,
) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    if listing.status == ListingStatus::Active {
        return Ok(Vec::new());
    }
    Ok(vec![ListingEvent::ListingRelisted { at, source }])
}

pub(super) fn remove(listing: &Listing) -> Result<Vec<ListingEvent>, Refusal> {
    listing.live()?;
    Ok(vec![ListingEvent::ListingRemoved {}])
}
