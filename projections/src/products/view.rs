//! A product as family B prints it.

use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::ProductRow;
use crate::wire::{Fixed, Instant};

/// A product (contract §2).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Product")]
pub struct ProductView {
    /// Its id.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
    /// Unique in its brand.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Where its picture is.
    pub image_url: Option<String>,
    /// The shop's own id.
    pub pid: Option<String>,
    /// Percent.
    pub commission_rate: Fixed<2>,
    /// Percent offered openly.
    pub open_collab: Fixed<2>,
    /// Samples left to give away.
    pub available_samples: i64,
    /// Lowest price.
    pub sales_price_min: Option<Fixed<2>>,
    /// Highest price.
    pub sales_price_max: Option<Fixed<2>>,
    /// Pieces in stock.
    pub stock: i64,
    /// Pieces sold.
    pub items_sold: i64,
    /// 0 to 5.
    pub product_rating: Fixed<1>,
    /// Reviews written.
    pub reviews_count: i64,
    /// Distinct creators of the live campaigns that link it, or the figure that a client sent.
    pub collab_creators: i64,
    /// Whether it is on TikTok Shop.
    pub tiktok_shop: bool,
    /// The knowledge base it belongs to.
    pub dataset_id: String,
    /// The id that another system uses.
    pub external_id: Option<String>,
    /// When it began.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Always true here: what is deleted is not found.
    pub is_active: bool,
}

impl ProductView {
    /// The view of `row`, whose derived figure is `collab_creators`.
    pub(super) fn of(row: ProductRow, collab_creators: i64) -> Self {
        let details = row.details;
        Self {
            id: row.id,
            brand: row.brand,
            name: details.name,
            description: details.description,
            image_url: details.image_url,
            pid: details.pid,
            commission_rate: details.commission_rate.into(),
            open_collab: details.open_collab.into(),
            available_samples: details.available_samples,
            sales_price_min: details.sales_price_min.map(Fixed::from),
            sales_price_max: details.sales_price_max.map(Fixed::from),
            stock: details.stock,
            items_sold: details.items_sold,
            product_rating: details.product_rating.into(),
            reviews_count: details.reviews_count,
            collab_creators: row.collab_creators_sent.unwrap_or(collab_creators),
            tiktok_shop: details.tiktok_shop,
            dataset_id: details.dataset_id,
            external_id: details.external_id,
            created_at: Instant(row.created_at),
            updated_at: Instant(row.updated_at),
            is_active: row.is_active,
        }
    }
}
