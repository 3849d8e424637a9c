use aggregates::Recorded;
use aggregates::alerts::{Suppression, Verdict};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::table::read_table;

/// A row of `alerts`: a condition that held, fired or suppressed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AlertRow {
    /// Its id.
    pub id: Uuid,
    /// The rule.
    pub rule_id: Uuid,
    /// What the rule was called.
    pub rule_name: String,
    /// The listing.
    pub listing_id: i64,
    /// The listing's goods code.
    pub product_id: Option<String>,
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// What the rule waits for.
    pub condition: String,
    /// The price that it is about.
    pub price: Option<Decimal>,
    /// The price before.
    pub previous_price: Option<Decimal>,
    /// Why nobody is told; none: it fired.
    pub suppressed: Option<String>,
    /// Whether somebody was told.
    pub notified: bool,
    /// The event that tells all of it.
    pub position: i64,
}

read_table! { AlertRow in "alerts" by (id) {
    id: uuid = id,
    rule_id: uuid = rule_id,
    rule_name: text = rule_name,
    listing_id: bigint = listing_id,
    product_id: text = product_id,
    at: timestamptz = at,
    condition: text = condition,
    price: numeric = price,
    previous_price: numeric = previous_price,
    suppressed: text = suppressed,
    notified: boolean = notified,
    position: bigint = position,
} }

impl AlertRow {
    pub(super) fn of(verdict: &Verdict, suppressed: Option<Suppression>, event: &Recorded) -> Self {
        Self {
            id: verdict.id,
            rule_id: verdict.rule_id,
            rule_name: verdict.rule_name.clone(),
            listing_id: verdict.listing_id,
            product_id: verdict.product_id.clone(),
            at: verdict.at,
            condition: verdict.when.code().to_owned(),
            price: verdict.price,
            previous_price: verdict.previous_price,
            suppressed: suppressed.map(|reason| reason.code().to_owned()),
            notified: false,
            position: event.position,
        }
    }
}
