//! Samples of alert rules and of what they came to.

use aggregates::alerts::{
    AlertEvent, AlertRuleEvent, Arithmetic, Baseline, Channel, Fired, QuietHours, Rearm, RulePatch,
    RuleSettings, Scope, Suppression, TimeOfDay, Verdict, When,
};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

const RULE: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0011);
const ALERT: Uuid = Uuid::from_u128(0x0190_0000_0000_8000_8000_0000_0000_0012);
const AT: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn settings() -> RuleSettings {
    RuleSettings {
        name: "茶 low".to_owned(),
        when: When::NewLow,
        value: Some(Decimal::new(30_000_000, 4)),
        days: Some(90),
        scope: Scope {
            category: Some("茶".to_owned()),
            brand: Some("Tea House".to_owned()),
            listing_ids: Some(vec![7, 12]),
        },
        baseline: Baseline::Average,
        min_abs: Some(Decimal::new(500_000, 4)),
        min_pct: Some(Decimal::new(525, 2)),
        confirm_checks: 2,
        rearm: Rearm::Recovery,
        rearm_value: Some(Decimal::new(300, 2)),
        quiet_hours: TimeOfDay::parse("22:00")
            .zip(TimeOfDay::parse("07:30"))
            .map(|(from, to)| QuietHours { from, to }),
        channels: vec![Channel::Telegram, Channel::Mail],
        enabled: true,
    }
}

pub(crate) fn rules() -> Vec<(&'static str, AlertRuleEvent)> {
    let bare = RuleSettings { name: "Drops".to_owned(), ..RuleSettings::default() };
    vec![
        ("full", AlertRuleEvent::AlertRuleCreated { id: RULE, settings: settings() }),
        ("bare", AlertRuleEvent::AlertRuleCreated { id: RULE, settings: bare }),
        ("full", AlertRuleEvent::AlertRuleChanged { changes: settings().into() }),
        ("bare", AlertRuleEvent::AlertRuleChanged { changes: RulePatch::default() }),
        ("full", AlertRuleEvent::AlertRuleDeleted {}),
    ]
}

fn verdict() -> Verdict {
    Verdict {
        id: ALERT,
        rule_id: RULE,
        rule_version: 2,
        rule_name: "茶 low".to_owned(),
        listing_id: 7,
        product_id: Some("A-7".to_owned()),
        position: 41,
        at: AT,
        when: When::NewLow,
        price: Some(Decimal::from(2_980)),
        previous_price: Some(Decimal::from(3_280)),
        arithmetic: Arithmetic {
            baseline: Some(Baseline::Low),
            baseline_price: Some(Decimal::from(3_100)),
            baseline_at: Some(AT),
            window_days: Some(90),
            window_prices: Some(4),
            difference: Some(Decimal::from(-120)),
            percent: Some(Decimal::new(-387, 2)),
        },
        checks: vec![40, 41],
        fired_before: Some(Fired { position: 12, at: AT, price: Some(Decimal::from(2_900)) }),
    }
}

pub(crate) fn alerts() -> Vec<(&'static str, AlertEvent)> {
    let bare =
        || Verdict { id: ALERT, rule_id: RULE, when: When::Delisted, checks: vec![9], ..Verdict::default() };
    vec![
        ("full", AlertEvent::AlertFired { alert: verdict(), channels: vec![Channel::Telegram] }),
        ("bare", AlertEvent::AlertFired { alert: bare(), channels: Vec::new() }),
        ("full", AlertEvent::AlertSuppressed { alert: verdict(), reason: Suppression::NotRecovered }),
        ("bare", AlertEvent::AlertSuppressed { alert: bare(), reason: Suppression::QuietHours }),
        ("full", AlertEvent::AlertNotified { id: ALERT, channel: Channel::Mail }),
    ]
}
