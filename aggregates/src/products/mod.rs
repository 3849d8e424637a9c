//! A product that a brand offers for collaborations (contract §2); not a marketplace listing.
//!
//! * It belongs to a live brand, may move to another, and its name is unique within its brand.
//! * `name` and `dataset_id` are never empty. Rates are 0 to 100 with two places, the rating 0 to 5 with
//!   one, counters never negative; the lowest price is at most the highest where both are known.
//! * `collab_creators` is derived from the campaigns that link it unless a client sent its own figure.

mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use state::Product;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::event_sourced;

details! {
    /// What is said of a product by hand.
    pub struct ProductDetails / ProductPatch {
        /// Not empty, unique in its brand.
        name: String,
        /// Free text.
        description: Option<String>,
        /// Where its picture is.
        image_url: Option<String>,
        /// The shop's own id.
        pid: Option<String>,
        /// Percent, 0 to 100, two places.
        commission_rate: Decimal,
        /// Percent offered openly, 0 to 100, two places.
        open_collab: Decimal,
        /// Samples left to give away.
        available_samples: i64,
        /// Lowest price, two places.
        sales_price_min: Option<Decimal>,
        /// Highest price, two places.
        sales_price_max: Option<Decimal>,
        /// Pieces in stock.
        stock: i64,
        /// Pieces sold.
        items_sold: i64,
        /// 0 to 5, one place.
        product_rating: Decimal,
        /// Reviews written.
        reviews_count: i64,
        /// Whether it is on TikTok Shop.
        tiktok_shop: bool,
        /// The knowledge base it belongs to; not empty.
        dataset_id: String,
        /// The id that another system uses.
        external_id: Option<String>,
    }
}

/// A figure that is derived unless a client sent its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProductFigure {
    /// Distinct creators of the live campaigns that link it.
    CollabCreators,
}

/// Figures in a request: a number replaces the derived one, `None` returns to it.
pub type ProductFigures = BTreeMap<ProductFigure, Option<Decimal>>;

/// What one may ask of a product.
#[derive(Clone, Debug)]
pub enum ProductCommand {
    /// Begin a product.
    Create {
        /// The new stream's id.
        id: Uuid,
        /// The live brand it belongs to.
        brand: Uuid,
        /// What is said of it.
        details: ProductDetails,
        /// Figures that the client sent.
        figures: ProductFigures,
    },
    /// Change the fields that are present.
    Change {
        /// The brand it moves to, if sent.
        brand: Option<Uuid>,
        /// The fields sent.
        patch: ProductPatch,
        /// The figures sent.
        figures: ProductFigures,
    },
    /// Delete it; campaigns drop it from their links.
    Delete,
}

/// What may have happened to a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ProductEvent {
    /// It began.
    ProductCreated {
        /// Its id.
        id: Uuid,
        /// Its brand.
        brand: Uuid,
        /// What is said of it.
        details: ProductDetails,
    },
    /// Some fields changed.
    ProductChanged {
        /// Their new values.
        changes: ProductPatch,
    },
    /// It moved to another brand.
    ProductMoved {
        /// The brand it left.
        from: Uuid,
        /// The brand it joined.
        to: Uuid,
    },
    /// A client's own figure replaced the derived one, or was taken back.
    ProductFigureSent {
        /// Which.
        figure: ProductFigure,
        /// The number; none: derived again.
        value: Option<Decimal>,
    },
    /// It is gone.
    ProductDeleted {},
}

event_sourced!(Product, ProductEvent {
    ProductCreated = "1.0",
    ProductChanged = "1.0",
    ProductMoved = "1.0",
    ProductFigureSent = "1.0",
    ProductDeleted = "1.0",
});
