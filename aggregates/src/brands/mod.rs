//! A brand whose goods and campaigns are kept here (contract §2).
//!
//! * A brand has a name of 1 to 100 characters, unique among live brands; deleting it frees the name.
//! * Its figures (collaborations, creators, views, sales) are derived from its campaigns unless a client
//!   sent its own; a sent figure stays until null is sent for it.
//! * A change that changes nothing is no event (R12); a deleted brand is not found (R11).

mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use state::Brand;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::event_sourced;

details! {
    /// What is said of a brand by hand.
    pub struct BrandDetails / BrandPatch {
        /// 1 to 100 characters, unique among live brands.
        name: String,
        /// Free text.
        description: Option<String>,
        /// Where its logo is.
        logo_url: Option<String>,
        /// Free text.
        category: Option<String>,
        /// Where the brand was found.
        source: Option<String>,
        /// An outside campaign's id, kept as sent.
        campaign_id: Option<String>,
        /// 0 to 5, one decimal place.
        shop_overall_rating: Decimal,
    }
}

/// A figure that is derived unless a client sent its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BrandFigure {
    /// Campaigns accepted, in progress or completed.
    CollabCount,
    /// Distinct creators of its live campaigns.
    CreatorsCount,
    /// Sum of what its campaigns sold.
    TotalGmvAchieved,
    /// Sum of what its campaigns were seen.
    TotalViewsAchieved,
}

/// Figures in a request: a number replaces the derived one, `None` returns to it.
pub type BrandFigures = BTreeMap<BrandFigure, Option<Decimal>>;

/// What one may ask of a brand.
#[derive(Clone, Debug)]
pub enum BrandCommand {
    /// Begin a brand.
    Create {
        /// The new stream's id.
        id: Uuid,
        /// What is said of it.
        details: BrandDetails,
        /// Figures that the client sent.
        figures: BrandFigures,
    },
    /// Change the fields that are present.
    Change {
        /// The fields sent.
        patch: BrandPatch,
        /// The figures sent.
        figures: BrandFigures,
    },
    /// Delete it, its products and its campaigns.
    Delete,
}

/// What may have happened to a brand.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum BrandEvent {
    /// It began.
    BrandCreated {
        /// Its id.
        id: Uuid,
        /// What is said of it.
        details: BrandDetails,
    },
    /// Some fields changed.
    BrandChanged {
        /// Their new values.
        changes: BrandPatch,
    },
    /// A client's own figure replaced the derived one, or was taken back.
    BrandFigureSent {
        /// Which.
        figure: BrandFigure,
        /// The number; none: derived again.
        value: Option<Decimal>,
    },
    /// It is gone, with its products and campaigns.
    BrandDeleted {},
}

event_sourced!(Brand, BrandEvent {
    BrandCreated = "1.0",
    BrandChanged = "1.0",
    BrandFigureSent = "1.0",
    BrandDeleted = "1.0",
});
