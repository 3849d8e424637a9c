//! Rules and alerts as family M prints them.

use aggregates::alerts::RuleSettings;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::{AlertRow, AlertRuleRow};
use crate::{Amount, Zone};

/// A rule (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "AlertRule")]
pub struct AlertRuleView {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// drop, rise, any, new_low, below, above, back_in_stock or delisted.
    pub when: &'static str,
    /// The figure of below, above and the baseline target.
    pub value: Option<Amount>,
    /// How many days are looked back.
    pub days: Option<i64>,
    /// Which listings it is for.
    pub scope: ScopeView,
    /// previous, average, low or target.
    pub baseline: &'static str,
    /// The least move, in money.
    pub min_abs: Option<Amount>,
    /// The least move, in percent of the baseline.
    pub min_pct: Option<Amount>,
    /// How many checks in a row must see it.
    pub confirm_checks: i64,
    /// never, minutes or recovery.
    pub rearm: &'static str,
    /// Minutes, or percent, of it.
    pub rearm_value: Option<Amount>,
    /// When nobody is told.
    pub quiet_hours: Option<QuietHoursView>,
    /// telegram, mail.
    pub channels: Vec<&'static str>,
    /// Whether it is on.
    pub enabled: bool,
    /// Which version of it this is, from 1.
    pub version: i64,
    /// When it began.
    pub created_at: String,
    /// When it last changed.
    pub updated_at: String,
}

/// Which listings a rule is for; null does not narrow it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "AlertRuleScope")]
pub struct ScopeView {
    category: Option<String>,
    brand: Option<String>,
    listing_ids: Option<Vec<i64>>,
}

/// Times of day in the zone of the house.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "QuietHours")]
pub struct QuietHoursView {
    from: String,
    to: String,
}

impl AlertRuleView {
    /// The view of a row.
    pub fn of(row: AlertRuleRow, zone: Zone) -> Self {
        Self::of_version(row.id, row.settings, row.version, [row.created_at, row.updated_at], zone)
    }

    /// What a rule said in a version, with when the rule and that version began.
    pub fn of_version(
        id: Uuid,
        settings: RuleSettings,
        version: i64,
        [created_at, updated_at]: [DateTime<Utc>; 2],
        zone: Zone,
    ) -> Self {
        let amount = |figure: Option<Decimal>| figure.map(Amount);
        let scope = settings.scope;
        Self {
            id,
            name: settings.name,
            when: settings.when.code(),
            value: amount(settings.value),
            days: settings.days,
            scope: ScopeView { category: scope.category, brand: scope.brand, listing_ids: scope.listing_ids },
            baseline: settings.baseline.code(),
            min_abs: amount(settings.min_abs),
            min_pct: amount(settings.min_pct),
            confirm_checks: settings.confirm_checks,
            rearm: settings.rearm.code(),
            rearm_value: amount(settings.rearm_value),
            quiet_hours: settings
                .quiet_hours
                .map(|hours| QuietHoursView { from: hours.from.to_string(), to: hours.to.to_string() }),
            channels: settings.channels.iter().map(|channel| channel.code()).collect(),
            enabled: settings.enabled,
            version,
            created_at: zone.minute(created_at),
            updated_at: zone.minute(updated_at),
        }
    }
}

/// A condition that held (contract §3).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Alert")]
pub struct AlertView {
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
    pub at: String,
    /// What the rule waits for.
    pub when: String,
    /// The price that it is about.
    pub price: Option<Amount>,
    /// The price before.
    pub previous_price: Option<Amount>,
    /// Null, or why nobody was told: fired_before, too_soon, not_recovered, quiet_hours, unconfirmed.
    pub suppressed: Option<String>,
    /// Whether somebody was told.
    pub notified: bool,
}

impl AlertView {
    /// The view of a row.
    pub fn of(row: AlertRow, zone: Zone) -> Self {
        Self {
            id: row.id,
            rule_id: row.rule_id,
            rule_name: row.rule_name,
            listing_id: row.listing_id,
            product_id: row.product_id,
            at: zone.minute(row.at),
            when: row.condition,
            price: row.price.map(Amount),
            previous_price: row.previous_price.map(Amount),
            suppressed: row.suppressed,
            notified: row.notified,
        }
    }
}
