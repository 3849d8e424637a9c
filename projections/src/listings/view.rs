//! A listing as family M prints it.

use aggregates::values::Currency;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::ListingRow;
use crate::table::Table;
use crate::{Amount, Zone};

/// A listing on the board (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "ListingItem")]
pub struct ListingItem {
    /// Its number.
    pub id: i64,
    /// Its goods code.
    pub product_id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Whose make it is.
    pub brand: Option<String>,
    /// What kind of goods it is.
    pub category: Option<String>,
    /// The page that is watched.
    pub url: Option<String>,
    /// Where its picture is.
    pub image_url: Option<String>,
    /// The price in force.
    pub price: Option<Amount>,
    /// The price before that.
    pub previous_price: Option<Amount>,
    /// How much more it is than that.
    pub price_change: Option<Amount>,
    /// The same in percent of the price before, two places.
    pub change_percent: Option<Amount>,
    /// `active`, or `delisted` when the shop has no such page any more.
    pub status: &'static str,
    /// `in_stock`, `out_of_stock`, `preorder`, `backorder` or `unknown`.
    pub stock_status: &'static str,
    /// When somebody last looked.
    pub last_checked: Option<String>,
    /// Since when price and stock state are as they are.
    pub last_changed: Option<String>,
    /// When it was first seen.
    pub first_seen: String,
}

/// One listing, with what is set for it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Listing")]
pub struct ListingView {
    /// As on the board.
    #[serde(flatten)]
    pub item: ListingItem,
    /// What its prices are counted in; `TWD` before somebody said otherwise.
    pub currency: String,
    /// How to read the price from its page.
    pub extract: Option<Value>,
    /// How often to visit it, in seconds; null: as often as the crawler usually does.
    pub interval: Option<i64>,
    /// The product of family B that it is joined to.
    pub linked_product: Option<Uuid>,
    /// Since when the shop has no such page any more.
    pub delisted_at: Option<String>,
    /// When it was registered.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// A row with when somebody last looked.
pub(super) struct Checked {
    pub(super) row: ListingRow,
    pub(super) looked_at: Option<DateTime<Utc>>,
}

impl Checked {
    /// Reads the columns of a listing, and `looked_at` beside them.
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        Ok(Self { row: ListingRow::read(row)?, looked_at: row.try_get("looked_at")? })
    }

    pub(super) fn item(self, zone: Zone) -> ListingItem {
        let Self { row, looked_at } = self;
        ListingItem {
            id: row.number,
            product_id: row.product_id,
            name: row.name,
            brand: row.brand,
            category: row.category,
            url: row.url,
            image_url: row.image_url,
            price: row.price.map(Amount),
            previous_price: row.previous_price.map(Amount),
            price_change: row.price_change.map(Amount),
            change_percent: row.change_percent.map(Amount),
            status: row.status.code(),
            stock_status: row.stock_status.code(),
            last_checked: looked_at.map(|at| zone.minute(at)),
            last_changed: row.changed_at.map(|at| zone.minute(at)),
            first_seen: zone.minute(row.first_seen),
        }
    }

    pub(super) fn view(self, zone: Zone) -> ListingView {
        let row = &self.row;
        let extract = row.extract.as_deref().and_then(|json| serde_json::from_str(json).ok());
        let (interval, linked_product) = (row.interval_s, row.linked_product);
        let currency = row.currency.unwrap_or(Currency::TWD).to_string();
        let delisted_at = row.delisted_at.map(|at| zone.minute(at));
        let (created_at, updated_at) = (zone.minute(row.created_at), zone.minute(row.updated_at));
        let item = self.item(zone);
        ListingView { item, currency, extract, interval, linked_product, delisted_at, created_at, updated_at }
    }
}
