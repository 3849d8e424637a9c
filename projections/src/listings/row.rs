//! One listing in the table.

use aggregates::Recorded;
use aggregates::listings::{ListingDetails, ListingEvent, ListingPatch, ListingStatus, Timeline};
use aggregates::values::{Currency, StockStatus};
use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::Value;
use uuid::Uuid;

use crate::table::read_table;

/// A row of `listings`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListingRow {
    /// Its number.
    pub number: i64,
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
    /// How to read its price, as JSON.
    pub extract: Option<String>,
    /// How often to visit it, in seconds.
    pub interval_s: Option<i64>,
    /// What its prices are counted in, once known.
    pub currency: Option<Currency>,
    /// The product of family B that it is joined to.
    pub linked_product: Option<Uuid>,
    /// The price in force.
    pub price: Option<Decimal>,
    /// The price before that.
    pub previous_price: Option<Decimal>,
    /// How much more it is than that.
    pub price_change: Option<Decimal>,
    /// The same in percent of the price before, two places.
    pub change_percent: Option<Decimal>,
    /// Whether it can be bought.
    pub stock_status: StockStatus,
    /// Whether the shop still has its page.
    pub status: ListingStatus,
    /// Since when it has not.
    pub delisted_at: Option<DateTime<Utc>>,
    /// Since when price and stock state are as they are.
    pub changed_at: Option<DateTime<Utc>>,
    /// The newest point of its timeline.
    pub point_at: Option<DateTime<Utc>>,
    /// The newest observation that has an event of its own.
    pub seen_at: Option<DateTime<Utc>>,
    /// When it was first seen here.
    pub first_seen: DateTime<Utc>,
    /// Not removed.
    pub is_active: bool,
    /// When it was registered.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The newest event of its stream.
    pub own_position: i64,
    /// That event's place in the stream.
    pub own_sequence: i64,
}

read_table! { ListingRow in "listings" by (number) {
    number: bigint = number,
    product_id: text = product_id,
    name: text = name,
    brand: text = brand,
    category: text = category,
    url: text = url,
    image_url: text = image_url,
    extract: text = extract,
    interval_s: bigint = interval_s,
    currency: text = currency,
    linked_product: uuid = linked_product,
    price: numeric = price,
    previous_price: numeric = previous_price,
    price_change: numeric = price_change,
    change_percent: numeric = change_percent,
    stock_status: text = stock_status,
    status: text = status,
    delisted_at: timestamptz = delisted_at,
    changed_at: timestamptz = changed_at,
    point_at: timestamptz = point_at,
    seen_at: timestamptz = seen_at,
    first_seen: timestamptz = first_seen,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
    own_sequence: bigint = own_sequence,
} }

impl ListingRow {
    pub(super) fn registered(number: i64, details: &ListingDetails, event: &Recorded) -> Self {
        let mut row = Self {
            number,
            is_active: true,
            first_seen: event.recorded_at,
            created_at: event.recorded_at,
            ..Self::default()
        };
        row.change(&details.clone().into());
        row.stamp(event);
        row
    }

    pub(super) fn evolve(&mut self, change: &ListingEvent, event: &Recorded) {
        match change {
            ListingEvent::ListingRegistered { number, details } => {
                *self = Self::registered(*number, details, event);
            }
            ListingEvent::ListingChanged { changes } => self.change(changes),
            ListingEvent::ListingLinked { product, .. } => self.linked_product = Some(*product),
            ListingEvent::ListingUnlinked {} => self.linked_product = None,
            ListingEvent::PriceObserved { currency, observed_at, .. } => {
                self.currency = Some(*currency);
                self.seen_at = self.seen_at.max(Some(*observed_at));
                self.first_seen = self.first_seen.min(*observed_at);
                self.observe(change);
            }
            ListingEvent::ListingDelisted { at, .. } => {
                (self.status, self.delisted_at) = (ListingStatus::Delisted, Some(*at));
            }
            ListingEvent::ListingRelisted { .. } => {
                (self.status, self.delisted_at) = (ListingStatus::Active, None);
            }
            ListingEvent::ListingRemoved {} => self.is_active = false,
        }
        self.stamp(event);
    }

    fn stamp(&mut self, event: &Recorded) {
        self.updated_at = event.recorded_at;
        (self.own_position, self.own_sequence) = (event.position, event.sequence);
    }

    fn change(&mut self, changes: &ListingPatch) {
        let ListingPatch { url, product_id, name, brand, category, image_url, extract, interval_s, currency } =
            changes;
        take(&mut self.url, url);
        take(&mut self.product_id, product_id);
        take(&mut self.name, name);
        take(&mut self.brand, brand);
        take(&mut self.category, category);
        take(&mut self.image_url, image_url);
        take(&mut self.extract, &extract.as_ref().map(|json| json.as_ref().map(Value::to_string)));
        take(&mut self.interval_s, interval_s);
        take(&mut self.currency, currency);
    }

    /// What is newest of all is simply taken over; a late one is told by the whole timeline, in [`Self::retell`].
    fn observe(&mut self, change: &ListingEvent) {
        let ListingEvent::PriceObserved { price, stock_status, observed_at, late: false, .. } = change else {
            return;
        };
        if *price != self.price {
            self.previous_price = self.price.or(self.previous_price);
            self.price = *price;
            self.compare();
        }
        self.stock_status = *stock_status;
        (self.changed_at, self.point_at) = (Some(*observed_at), Some(*observed_at));
    }

    /// Takes everything about the price from the timeline.
    pub(super) fn retell(&mut self, timeline: &Timeline) {
        let Some(newest) = timeline.newest() else { return };
        (self.price, self.stock_status) = (newest.price, newest.stock_status);
        self.point_at = Some(newest.at);
        self.changed_at = timeline.in_force_since();
        self.previous_price = timeline.previous_price();
        self.compare();
    }

    fn compare(&mut self) {
        let change = self.price.zip(self.previous_price).map(|(price, previous)| price - previous);
        self.price_change = change.map(|change| change.normalize());
        self.change_percent =
            change.zip(self.previous_price).map(|(change, previous)| percent(change, previous));
    }
}

fn take<T: Clone>(field: &mut T, change: &Option<T>) {
    if let Some(new) = change {
        *field = new.clone();
    }
}

/// `change` in percent of `previous`, two places, halves away from zero.
pub fn percent(change: Decimal, previous: Decimal) -> Decimal {
    let hundredfold = change.checked_mul(Decimal::ONE_HUNDRED).and_then(|part| part.checked_div(previous));
    let exact = hundredfold.unwrap_or_default();
    exact.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero).normalize()
}
