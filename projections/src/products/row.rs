//! One product in the table.

use aggregates::Recorded;
use aggregates::products::{ProductDetails, ProductEvent, ProductFigure};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::numbers::whole;
use crate::table::read_table;

/// A row of `products`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ProductRow {
    /// Its id.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
    /// Whether that brand is not deleted.
    pub brand_is_active: bool,
    /// What is said of it by hand.
    pub details: ProductDetails,
    /// A client's own figure.
    pub collab_creators_sent: Option<i64>,
    /// Not deleted itself.
    pub is_active: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The event that began it: lists are ordered by this.
    pub created_position: i64,
    /// The newest event of its own stream.
    pub own_position: i64,
}

read_table! { ProductRow in "products" by (id) {
    id: uuid = id,
    brand: uuid = brand,
    brand_is_active: boolean = brand_is_active,
    name: text = details.name,
    description: text = details.description,
    image_url: text = details.image_url,
    pid: text = details.pid,
    commission_rate: numeric = details.commission_rate,
    open_collab: numeric = details.open_collab,
    available_samples: bigint = details.available_samples,
    sales_price_min: numeric = details.sales_price_min,
    sales_price_max: numeric = details.sales_price_max,
    stock: bigint = details.stock,
    items_sold: bigint = details.items_sold,
    product_rating: numeric = details.product_rating,
    reviews_count: bigint = details.reviews_count,
    tiktok_shop: boolean = details.tiktok_shop,
    dataset_id: text = details.dataset_id,
    external_id: text = details.external_id,
    collab_creators_sent: bigint = collab_creators_sent,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
} }

impl ProductRow {
    pub(super) fn created(id: Uuid, brand: Uuid, details: &ProductDetails, event: &Recorded) -> Self {
        Self {
            id,
            brand,
            brand_is_active: true,
            details: details.clone(),
            is_active: true,
            created_at: event.recorded_at,
            updated_at: event.recorded_at,
            created_position: event.position,
            own_position: event.position,
            ..Self::default()
        }
    }

    pub(super) fn evolve(&mut self, change: &ProductEvent, event: &Recorded) {
        match change {
            ProductEvent::ProductCreated { brand, details, .. } => {
                *self = Self::created(self.id, *brand, details, event);
            }
            ProductEvent::ProductChanged { changes } => self.details.apply(changes),
            ProductEvent::ProductMoved { to, .. } => {
                self.brand = *to;
                // Only a live brand can be joined.
                self.brand_is_active = true;
            }
            ProductEvent::ProductFigureSent { figure: ProductFigure::CollabCreators, value } => {
                self.collab_creators_sent = value.map(whole);
            }
            ProductEvent::ProductDeleted {} => self.is_active = false,
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }
}
