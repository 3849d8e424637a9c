mod judging;
mod keeping;
mod properties;
mod resting;
mod rules;

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;

use super::*;

/// Minutes after the beginning of time, at midnight.
fn minute(minutes: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes)
}

fn money(amount: i64) -> Decimal {
    Decimal::from(amount)
}

/// A rule as its maker would send it; the rest is as usual.
fn rule(when: When, change: impl FnOnce(&mut RulePatch)) -> RuleSettings {
    let mut patch = RulePatch { name: Some("Watch".to_owned()), when: Some(when), ..RulePatch::default() };
    change(&mut patch);
    let command = AlertRuleCommand::Create { id: crate::testing::id(1), settings: patch };
    crate::testing::done(AlertRule::default(), command).settings
}

/// A listing under a rule, seen minute by minute.
struct Story {
    settings: RuleSettings,
    watch: Watch,
    now: i64,
    price: Option<Decimal>,
    in_stock: Option<bool>,
    history: Vec<PricePoint>,
}

impl Story {
    fn of(settings: RuleSettings) -> Self {
        Self { settings, watch: Watch::default(), now: 0, price: None, in_stock: None, history: Vec::new() }
    }

    fn see(&mut self, seen: Seen) -> Option<Judged> {
        self.now += 1;
        let at = minute(self.now);
        let sighting = Sighting { position: self.now, at, time_of_day: at.time().into(), seen };
        judge(&self.settings, &mut self.watch, &sighting, &self.history)
    }

    fn price(&mut self, price: i64) -> Option<Judged> {
        let (price, previous) = (Some(money(price)), self.price);
        let in_stock = self.in_stock;
        let judged = self.see(Seen::Changed { price, previous, in_stock, was_in_stock: in_stock });
        self.price = price;
        self.history.push(PricePoint { at: minute(self.now), price });
        judged
    }

    fn stock(&mut self, now: Option<bool>) -> Option<Judged> {
        let (price, was_in_stock) = (self.price, self.in_stock);
        self.in_stock = now;
        self.see(Seen::Changed { price, previous: price, in_stock: now, was_in_stock })
    }

    fn confirm(&mut self) -> Option<Judged> {
        self.see(Seen::Confirmed)
    }

    /// What each price came to: `!` fired, `-` nothing, else the reason for silence.
    fn prices(&mut self, prices: &[i64]) -> Vec<String> {
        prices.iter().map(|price| told(self.price(*price))).collect()
    }
}

fn told(judged: Option<Judged>) -> String {
    match judged.map(|judged| judged.outcome) {
        None => "-".to_owned(),
        Some(Outcome::Fired) => "!".to_owned(),
        Some(Outcome::Suppressed(reason)) => reason.code().to_owned(),
    }
}
