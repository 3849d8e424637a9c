//! The judge: a rule, what is remembered of a listing under it, and what was just seen yield a verdict or none.

use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};

use super::arithmetic::{Arithmetic, PricePoint, baseline, compare};
use super::{Rearm, RuleSettings, Suppression, TimeOfDay, When};

/// What happened to a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Sighting {
    /// The event that tells it.
    pub position: i64,
    /// When it was seen.
    pub at: DateTime<Utc>,
    /// The same on the clock of the house.
    pub time_of_day: TimeOfDay,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen of a listing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Seen {
    /// A price or a stock state other than before. Whether it can be bought is none where nobody said.
    Changed {
        /// The price now.
        price: Option<Decimal>,
        /// The price before.
        previous: Option<Decimal>,
        /// Whether it can be bought now.
        in_stock: Option<bool>,
        /// Whether it could before.
        was_in_stock: Option<bool>,
    },
    /// All as it was known.
    Confirmed,
    /// The page is gone.
    Delisted,
    /// The page is there again.
    Relisted,
}

/// What is remembered of one listing under one version of a rule.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Watch {
    /// When the rule last fired for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fired: Option<Fired>,
    /// Whether the price has gone back since.
    pub recovered: bool,
    /// What holds, but was not fired yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pending: Option<Pending>,
}

/// A time that a rule fired.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Fired {
    /// The sighting that decided it.
    pub position: i64,
    /// When that was.
    pub at: DateTime<Utc>,
    /// At which price.
    pub price: Option<Decimal>,
}

/// A condition that holds: it waits for further checks, or for the end of the quiet hours.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Pending {
    /// The newest price under it.
    pub price: Option<Decimal>,
    /// The price before it all.
    pub previous_price: Option<Decimal>,
    /// The comparison; its baseline stays that of the first sighting.
    pub arithmetic: Arithmetic,
    /// The sightings that saw it.
    pub checks: Vec<i64>,
    /// When the last of them was; none: it held already when the rule began.
    pub seen_at: Option<DateTime<Utc>>,
    /// Whether it was suppressed for the quiet hours, and is told at the first check after them.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub is_held: bool,
}

/// What a condition that held came to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// Somebody is to be told.
    Fired,
    /// Nobody is, for this reason.
    Suppressed(Suppression),
}

/// A verdict.
#[derive(Clone, Debug, PartialEq)]
pub struct Judged {
    /// What it came to.
    pub outcome: Outcome,
    /// The price that it is about.
    pub price: Option<Decimal>,
    /// The price before.
    pub previous_price: Option<Decimal>,
    /// The comparison.
    pub arithmetic: Arithmetic,
    /// The sightings that it rests on.
    pub checks: Vec<i64>,
    /// When the rule fired for this listing before.
    pub fired_before: Option<Fired>,
}

impl Watch {
    /// Whether a mere confirmation may lead to a verdict.
    pub fn is_waiting(&self) -> bool {
        self.pending.is_some()
    }

    /// A listing whose price was on the far side of the figure already when the rule began: the next check tells it.
    pub fn of_standing(settings: &RuleSettings, price: Decimal, at: DateTime<Utc>) -> Self {
        let holds = baseline(settings, None, at, &[]).and_then(|base| compare(settings, &base, price));
        let pending = holds.filter(|_| settings.when.is_level()).map(|arithmetic| Pending {
            price: Some(price),
            previous_price: None,
            arithmetic,
            checks: Vec::new(),
            seen_at: None,
            is_held: false,
        });
        Self { pending, ..Self::default() }
    }
}

/// Judges one sighting; `history` are the prices in force before it, oldest first, as far back as the rule looks.
/// One sighting yields one verdict at most.
pub fn judge(
    settings: &RuleSettings,
    watch: &mut Watch,
    sighting: &Sighting,
    history: &[PricePoint],
) -> Option<Judged> {
    recover(settings, watch, &sighting.seen);
    match watch.pending.take() {
        Some(pending) => go_on(settings, watch, pending, sighting),
        None => begin(settings, watch, sighting, history),
    }
}

/// Nothing is pending: does the condition begin to hold?
fn begin(
    settings: &RuleSettings,
    watch: &mut Watch,
    sighting: &Sighting,
    history: &[PricePoint],
) -> Option<Judged> {
    let (price, previous_price) = match sighting.seen {
        Seen::Changed { price, previous, .. } => (price, previous),
        // What it cost when it was last seen.
        Seen::Delisted => (history.last().and_then(|point| point.price), None),
        _ => (None, None),
    };
    let arithmetic = match (settings.when, sighting.seen) {
        (When::BackInStock, Seen::Changed { in_stock: Some(true), was_in_stock: Some(false), .. })
        | (When::Delisted, Seen::Delisted) => Arithmetic::default(),
        (when, Seen::Changed { price: Some(price), .. }) if when.is_of_price() => {
            if !when.is_level() && previous_price == Some(price) {
                return None;
            }
            let base = baseline(settings, previous_price, sighting.at, history)?;
            compare(settings, &base, price)?
        }
        _ => return None,
    };
    let pending = Pending {
        price,
        previous_price,
        arithmetic,
        checks: vec![sighting.position],
        seen_at: Some(sighting.at),
        is_held: false,
    };
    match rest(settings, watch, sighting.at) {
        // That a state lasts is no news; only a price that moved is told of.
        Some(_) if settings.when.is_level() && price == previous_price => None,
        Some(reason) => Some(verdict(watch, pending, Outcome::Suppressed(reason))),
        None => settle(settings, watch, pending, sighting),
    }
}

/// Something is pending: does it still hold?
fn go_on(
    settings: &RuleSettings,
    watch: &mut Watch,
    mut pending: Pending,
    sighting: &Sighting,
) -> Option<Judged> {
    let is_newer = pending.seen_at.is_none_or(|seen_at| sighting.at > seen_at);
    let still = match (settings.when, sighting.seen) {
        (_, Seen::Confirmed) | (When::Delisted, Seen::Delisted) => true,
        (When::Delisted, Seen::Changed { .. }) => true,
        (When::Delisted, Seen::Relisted) | (_, Seen::Delisted) => false,
        (_, Seen::Relisted) => {
            watch.pending = Some(pending);
            return None;
        }
        (When::BackInStock, Seen::Changed { price, in_stock, .. }) => {
            pending.price = price;
            in_stock != Some(false)
        }
        (_, Seen::Changed { price: None, .. }) => false,
        (_, Seen::Changed { price: Some(price), .. }) => {
            match compare(settings, &pending.arithmetic, price) {
                Some(arithmetic) => {
                    (pending.price, pending.arithmetic) = (Some(price), arithmetic);
                    true
                }
                None => false,
            }
        }
    };
    if still {
        if is_newer {
            pending.checks.push(sighting.position);
            pending.seen_at = Some(sighting.at);
        }
        return settle(settings, watch, pending, sighting);
    }
    // What held already when the rule began was never seen by a check; what was held back was told of.
    let is_silent = pending.is_held || pending.checks.is_empty();
    (!is_silent).then(|| {
        pending.checks.push(sighting.position);
        verdict(watch, pending, Outcome::Suppressed(Suppression::Unconfirmed))
    })
}

/// The condition holds: was it seen often enough, and may it be told now?
fn settle(
    settings: &RuleSettings,
    watch: &mut Watch,
    mut pending: Pending,
    sighting: &Sighting,
) -> Option<Judged> {
    // The shop's page is seen to be gone twice before it counts as delisted.
    let needed = if settings.when == When::Delisted { 1 } else { settings.confirm_checks.max(1) };
    if (pending.checks.len() as i64) < needed {
        watch.pending = Some(pending);
        return None;
    }
    if settings.quiet_hours.is_some_and(|hours| hours.contain(sighting.time_of_day)) {
        let is_news = !pending.is_held;
        pending.is_held = true;
        // Further checks in these hours add nothing.
        pending.checks.truncate(needed as usize);
        watch.pending = Some(pending.clone());
        return is_news.then(|| verdict(watch, pending, Outcome::Suppressed(Suppression::QuietHours)));
    }
    let judged = verdict(watch, pending, Outcome::Fired);
    watch.fired = Some(Fired { position: sighting.position, at: sighting.at, price: judged.price });
    watch.recovered = false;
    Some(judged)
}

fn verdict(watch: &Watch, pending: Pending, outcome: Outcome) -> Judged {
    let Pending { price, previous_price, arithmetic, checks, .. } = pending;
    Judged { outcome, price, previous_price, arithmetic, checks, fired_before: watch.fired.clone() }
}

/// Why the rule may not fire for this listing yet, if it may not.
fn rest(settings: &RuleSettings, watch: &Watch, at: DateTime<Utc>) -> Option<Suppression> {
    let fired = watch.fired.as_ref()?;
    match settings.rearm {
        Rearm::Never => Some(Suppression::FiredBefore),
        Rearm::Minutes => {
            let minutes = settings.rearm_value.unwrap_or_default();
            let seconds = (minutes * Decimal::from(60)).to_i64().unwrap_or(0);
            (at < fired.at + TimeDelta::seconds(seconds)).then_some(Suppression::TooSoon)
        }
        Rearm::Recovery => (!watch.recovered).then_some(Suppression::NotRecovered),
    }
}

/// Notes that the price, or the state, went back far enough to be worth telling of again.
fn recover(settings: &RuleSettings, watch: &mut Watch, seen: &Seen) {
    let Some(fired) = watch.fired.as_ref().filter(|_| !watch.recovered) else { return };
    let by = settings.rearm_value.unwrap_or_default();
    let scaled = |price: Decimal, percent: Decimal| price * percent / Decimal::ONE_HUNDRED;
    let up = |from: Decimal| scaled(from, Decimal::ONE_HUNDRED + by);
    let down = |from: Decimal| scaled(from, Decimal::ONE_HUNDRED - by);
    watch.recovered = match (settings.when, *seen) {
        (When::Delisted, Seen::Relisted) => true,
        (When::BackInStock, Seen::Changed { in_stock, .. }) => in_stock == Some(false),
        (When::BackInStock, Seen::Delisted) => true,
        (when, Seen::Changed { price: Some(price), .. }) => match (when, fired.price, settings.value) {
            (When::Below, _, Some(value)) => price >= up(value),
            (When::Above, _, Some(value)) => price <= down(value),
            (When::Drop | When::NewLow, Some(fired), _) => price > fired && price >= up(fired),
            (When::Rise, Some(fired), _) => price < fired && price <= down(fired),
            (When::Any, Some(fired), _) => price != fired && (price >= up(fired) || price <= down(fired)),
            _ => false,
        },
        _ => false,
    };
}
