//! What is said of a listing by hand.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::values::Currency;

details! {
    /// What is said of a listing by hand.
    pub struct ListingDetails / ListingPatch {
        /// The page that is watched; without one nobody can visit it, but observations can still be sent.
        url: Option<String>,
        /// Its goods code, unique among the listings watched.
        product_id: Option<String>,
        /// What it is called.
        name: Option<String>,
        /// Whose make it is.
        brand: Option<String>,
        /// What kind of goods it is.
        category: Option<String>,
        /// Where its picture is.
        image_url: Option<String>,
        /// How to read the price from its page, as the crawler understands it: a text or an object; none: try all.
        extract: Option<Value>,
        /// How often to visit it, in seconds; none: as often as the crawler usually does.
        interval_s: Option<i64>,
        /// What its prices are counted in; none: not known before the first observation.
        currency: Option<Currency>,
    }
}

/// Whether the shop still has the page (contract §3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ListingStatus {
    /// It has.
    #[default]
    Active,
    /// It is gone.
    Delisted,
}

impl ListingStatus {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Active, Self::Delisted];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Delisted => "delisted",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == text)
    }
}
