//! A marketplace page whose price is watched (contract §3); not a family B product, though it may be linked to one.
//!
//! * It has a number for good and mostly a goods code, which is unique among the listings watched.
//! * An observation that differs from what is known in price or stock is an event; one that confirms it is none.
//! * The currency is that of the first observation, unless it was said before; another one is refused.
//! * An observation that comes late keeps its place in time and never replaces what is newer. Where the price
//!   before it was seen again later, that price is in force again from then on.
//! * It is delisted after two answers in a row that the page is gone, or by hand; seen again, it is relisted.
//!   Nothing is forgotten on the way.
//! * Once removed it is watched no more: its goods code is free, its history stays.

mod decide;
mod details;
mod state;
#[cfg(test)]
mod tests;
mod timeline;

pub use decide::{GONE_ANSWERS, Observation, PRICE_MAX, PRICE_PLACES, Sight, Standing, sight};
pub use details::{ListingDetails, ListingPatch, ListingStatus};
pub use state::Listing;
pub use timeline::{Point, Timeline, points_of};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::event_sourced;
use crate::values::{Currency, StockStatus};

/// What was in force before an observation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Previous {
    /// The price; none: it was not known.
    pub price: Option<Decimal>,
    /// Whether it could be bought.
    pub stock_status: StockStatus,
    /// When this was last seen before the observation.
    pub seen_at: DateTime<Utc>,
}

/// What one may ask of a listing.
#[derive(Clone, Debug)]
pub enum ListingCommand {
    /// Start watching a page.
    Register {
        /// The number allotted to it (contract R4).
        number: i64,
        /// What is said of it.
        details: ListingDetails,
    },
    /// Change the fields that are present.
    Change {
        /// The fields sent.
        patch: ListingPatch,
    },
    /// Join it to a live product of family B.
    Link {
        /// The product.
        product: Uuid,
        /// The product's brand.
        brand: Uuid,
    },
    /// Part it from its product.
    Unlink,
    /// Take an observation in. Observations in bulk are judged by [`sight`] without a look at the stream.
    Observe {
        /// What was seen.
        observation: Observation,
        /// When the listing was last seen as it is known; only the book of observations knows.
        seen_at: Option<DateTime<Utc>>,
        /// For a late one: when what was in force then was next seen again.
        seen_again_at: Option<DateTime<Utc>>,
        /// The present time.
        now: DateTime<Utc>,
    },
    /// The page is gone.
    Delist {
        /// When that was seen.
        at: DateTime<Utc>,
        /// Who says so: `crawler`, `manual`.
        source: String,
        /// What shows it.
        evidence: Option<Value>,
    },
    /// The page is there again.
    Relist {
        /// When that was seen.
        at: DateTime<Utc>,
        /// Who says so.
        source: String,
    },
    /// Stop watching it.
    Remove,
}

/// What may have happened to a listing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ListingEvent {
    /// Somebody began to watch it.
    ListingRegistered {
        /// Its number.
        number: i64,
        /// What is said of it.
        details: ListingDetails,
    },
    /// Some fields changed.
    ListingChanged {
        /// Their new values.
        changes: ListingPatch,
    },
    /// It was joined to a product of family B.
    ListingLinked {
        /// The product.
        product: Uuid,
        /// The product's brand at that time.
        brand: Uuid,
    },
    /// It was parted from its product.
    ListingUnlinked {},
    /// A price or a stock state was seen that differs from what was in force.
    PriceObserved {
        /// The price in force from then on; null: not known.
        price: Option<Decimal>,
        /// What it is counted in.
        currency: Currency,
        /// Whether it can be bought.
        stock_status: StockStatus,
        /// When it was seen.
        observed_at: DateTime<Utc>,
        /// Who saw it: `api`, `crawler`, `import` or a word of the sender's.
        source: String,
        /// What shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Value>,
        /// What was in force before; null: it is the first.
        previous: Option<Previous>,
        /// Whether something as new or newer was known already.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        late: bool,
        /// Of a late one: when what was in force before was seen again, and so is in force again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        until: Option<DateTime<Utc>>,
    },
    /// Its page is gone.
    ListingDelisted {
        /// When that was seen.
        at: DateTime<Utc>,
        /// Who says so.
        source: String,
        /// What shows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        evidence: Option<Value>,
    },
    /// Its page is there again.
    ListingRelisted {
        /// When that was seen.
        at: DateTime<Utc>,
        /// Who says so.
        source: String,
    },
    /// It is watched no more.
    ListingRemoved {},
}

event_sourced!(Listing, ListingEvent {
    ListingRegistered = "1.0",
    ListingChanged = "1.0",
    ListingLinked = "1.0",
    ListingUnlinked = "1.0",
    PriceObserved = "1.0",
    ListingDelisted = "1.0",
    ListingRelisted = "1.0",
    ListingRemoved = "1.0",
});
