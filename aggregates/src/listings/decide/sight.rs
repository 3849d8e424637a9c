//! What an observation means to a listing, judged by the end of its timeline alone: this is done a hundred thousand
//! times a second.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use serde_json::Value;

use crate::listings::{ListingEvent, Previous};
use crate::values::{Currency, StockStatus};
use crate::{Fault, Refusal};

/// A price is below this: ten digits are more than any goods cost in any currency.
pub const PRICE_MAX: i64 = 10_000_000_000;
/// The most decimal places of a price; the smallest coins of the world need three.
pub const PRICE_PLACES: u32 = 4;
/// How far the sender's clock may be ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);
/// The longest name of a source, in characters.
const SOURCE_CHARS_MAX: usize = 100;

/// What somebody saw of a listing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Observation {
    /// The price; none: not seen, it stays as it is known.
    pub price: Option<Decimal>,
    /// What it is counted in; none: what the listing is counted in.
    pub currency: Option<Currency>,
    /// Whether it can be bought; none: not seen, it stays as it is known.
    pub stock_status: Option<StockStatus>,
    /// When.
    pub observed_at: DateTime<Utc>,
    /// Who saw it.
    pub source: String,
    /// What shows it.
    pub evidence: Option<Value>,
}

/// The end of a listing's timeline.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Standing {
    /// The price in force.
    pub price: Option<Decimal>,
    /// Whether it can be bought.
    pub stock_status: StockStatus,
    /// What it is counted in, once known.
    pub currency: Option<Currency>,
    /// When it was first seen so, by the newest point of its timeline; none: never.
    pub changed_at: Option<DateTime<Utc>>,
    /// When it was last seen so; none: never.
    pub seen_at: Option<DateTime<Utc>>,
    /// Since when its page is gone.
    pub delisted_at: Option<DateTime<Utc>>,
}

/// What an observation means.
#[derive(Clone, Debug, PartialEq)]
pub enum Sight {
    /// This happened; nothing: it confirms what is known.
    Events(Vec<ListingEvent>),
    /// Something as new or newer is known: only the whole timeline says what it means.
    Late,
}

/// What `observation` means to a listing that stands so.
///
/// # Errors
/// What is wrong with it.
pub fn sight(standing: &Standing, observation: &Observation, now: DateTime<Utc>) -> Result<Sight, Refusal> {
    check(standing, observation, now)?;
    let at = observation.observed_at;
    let is_late = standing.seen_at.is_some_and(|seen_at| at < seen_at) || standing.changed_at == Some(at);
    if is_late {
        return Ok(Sight::Late);
    }
    let mut events = Vec::new();
    if standing.delisted_at.is_some_and(|gone_at| at >= gone_at) {
        events.push(ListingEvent::ListingRelisted { at, source: observation.source.clone() });
    }
    let price = observation.price.map(|price| price.normalize()).or(standing.price);
    let stock_status = observation.stock_status.unwrap_or(standing.stock_status);
    let is_confirmed =
        standing.seen_at.is_some() && price == standing.price && stock_status == standing.stock_status;
    if is_confirmed {
        return Ok(Sight::Events(events));
    }
    events.push(ListingEvent::PriceObserved {
        price,
        currency: observation.currency.or(standing.currency).unwrap_or(Currency::TWD),
        stock_status,
        observed_at: at,
        source: observation.source.clone(),
        evidence: observation.evidence.clone(),
        previous: standing.seen_at.map(|seen_at| Previous {
            price: standing.price,
            stock_status: standing.stock_status,
            seen_at,
        }),
        late: false,
        until: None,
    });
    Ok(Sight::Events(events))
}

fn check(standing: &Standing, observation: &Observation, now: DateTime<Utc>) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    if let Some(price) = observation.price {
        if let Some((code, rule)) = wrong_price(price) {
            faults.push(Fault::new("price", code, format!("price {rule}")));
        }
    } else if observation.stock_status.is_none() {
        faults.push(Fault::new("price", "required", "price is required, or a stock_status"));
    }
    if let (Some(known), Some(said)) = (standing.currency, observation.currency)
        && known != said
    {
        let rule = format!("currency must be {known}: the listing's prices are in it");
        faults.push(Fault::new("currency", "other_currency", rule));
    }
    if observation.observed_at > now + AHEAD {
        faults.push(Fault::new("observed_at", "in_future", "observed_at must not be in the future"));
    } else if observation.observed_at < DateTime::UNIX_EPOCH {
        faults.push(Fault::new("observed_at", "out_of_range", "observed_at must not be before 1970"));
    }
    let source = &observation.source;
    if source.len() > SOURCE_CHARS_MAX && source.chars().count() > SOURCE_CHARS_MAX {
        let rule = format!("source must have at most {SOURCE_CHARS_MAX} characters");
        faults.push(Fault::new("source", "too_long", rule));
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

fn wrong_price(price: Decimal) -> Option<(&'static str, String)> {
    if price <= Decimal::ZERO {
        Some(("out_of_range", "must be more than 0".to_owned()))
    } else if price >= Decimal::from(PRICE_MAX) {
        Some(("out_of_range", format!("must be less than {PRICE_MAX}")))
    } else if price.normalize().scale() > PRICE_PLACES {
        Some(("too_precise", format!("must have at most {PRICE_PLACES} decimal places")))
    } else {
        None
    }
}
