//! Why an alert was fired or suppressed, in figures and in sentences.

use aggregates::alerts::{Arithmetic, Rearm, RuleSettings, Suppression, Verdict, When};
use aggregates::listings::ListingEvent;
use aggregates::observations::ObservationsEvent;
use aggregates::{Fact, Recorded};
use chrono::{DateTime, Utc};
use projections::alerts::{AlertRuleView, AlertView};
use projections::{Amount, Instant};
use schemars::JsonSchema;
use serde::Serialize;

/// All that shows why.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertExplanation")]
pub(super) struct WhyView {
    /// The alert.
    alert: AlertView,
    /// The rule in the version that judged.
    rule: AlertRuleView,
    /// Which version that is.
    rule_version: i64,
    /// What was seen, in the order of the log.
    observations: Vec<SightingView>,
    /// The sum.
    arithmetic: SumView,
    /// The last time that the rule fired for this listing before.
    fired_before: Option<FiredView>,
    /// Null, or why nobody was told.
    suppressed: Option<String>,
    /// The same for people, a sentence each.
    because: Vec<String>,
}

/// An event that showed it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertSighting")]
struct SightingView {
    position: i64,
    #[serde(rename = "type")]
    kind: String,
    at: Option<Instant>,
    recorded_at: Instant,
    price: Option<Amount>,
    previous: Option<Amount>,
    stock_status: Option<&'static str>,
    source: Option<String>,
}

/// The comparison, with the rule's limits beside what was found.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertArithmetic")]
struct SumView {
    baseline: Option<&'static str>,
    baseline_price: Option<Amount>,
    baseline_at: Option<Instant>,
    window_days: Option<i64>,
    window_prices: Option<i64>,
    price: Option<Amount>,
    difference: Option<Amount>,
    percent: Option<Amount>,
    min_abs: Option<Amount>,
    min_pct: Option<Amount>,
    checks: i64,
    confirm_checks: i64,
}

/// An earlier time.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "AlertFiredBefore")]
struct FiredView {
    at: Instant,
    price: Option<Amount>,
    position: i64,
}

pub(super) fn why(
    alert: AlertView,
    verdict: &Verdict,
    settings: &RuleSettings,
    rule: AlertRuleView,
    sightings: &[Recorded],
) -> WhyView {
    let fired = verdict.fired_before.as_ref();
    WhyView {
        rule_version: verdict.rule_version,
        observations: sightings.iter().map(|event| sighting(event, verdict.listing_id)).collect(),
        arithmetic: sum(verdict, settings),
        fired_before: fired.map(|fired| FiredView {
            at: Instant(fired.at),
            price: fired.price.map(Amount),
            position: fired.position,
        }),
        suppressed: alert.suppressed.clone(),
        because: sentences(verdict, settings, alert.suppressed.as_deref()),
        rule,
        alert,
    }
}

fn sighting(event: &Recorded, listing: i64) -> SightingView {
    let mut view = SightingView {
        position: event.position,
        kind: event.event_type.to_string(),
        at: None,
        recorded_at: Instant(event.recorded_at),
        price: None,
        previous: None,
        stock_status: None,
        source: None,
    };
    match event.fact() {
        Fact::Listing(change) => match &**change {
            ListingEvent::PriceObserved { price, stock_status, observed_at, source, previous, .. } => {
                view.at = Some(Instant(*observed_at));
                view.price = price.map(Amount);
                view.previous = previous.as_ref().and_then(|previous| previous.price).map(Amount);
                view.stock_status = Some(stock_status.code());
                view.source = Some(source.clone());
            }
            ListingEvent::ListingDelisted { at, source, .. }
            | ListingEvent::ListingRelisted { at, source } => {
                (view.at, view.source) = (Some(Instant(*at)), Some(source.clone()));
            }
            _ => {}
        },
        Fact::Observations(page) => {
            let ObservationsEvent::ObservationsTaken { confirmed, source, .. } = &**page;
            (view.at, view.source) = (confirmed.at(listing).map(Instant), Some(source.clone()));
        }
        _ => {}
    }
    view
}

fn sum(verdict: &Verdict, settings: &RuleSettings) -> SumView {
    let Arithmetic { baseline, baseline_price, baseline_at, window_days, window_prices, difference, percent } =
        verdict.arithmetic.clone();
    SumView {
        baseline: baseline.map(|baseline| baseline.code()),
        baseline_price: baseline_price.map(Amount),
        baseline_at: baseline_at.map(Instant),
        window_days,
        window_prices,
        price: verdict.price.map(Amount),
        difference: difference.map(Amount),
        percent: percent.map(Amount),
        min_abs: settings.min_abs.map(Amount),
        min_pct: settings.min_pct.map(Amount),
        checks: verdict.checks.len() as i64,
        confirm_checks: settings.confirm_checks.max(1),
    }
}

fn sentences(verdict: &Verdict, settings: &RuleSettings, suppressed: Option<&str>) -> Vec<String> {
    let mut because = vec![what_was_seen(verdict)];
    if let (Some(min_abs), Some(difference)) = (settings.min_abs, verdict.arithmetic.difference) {
        let (found, least) = (difference.abs().normalize(), min_abs.normalize());
        because.push(format!("it moved by {found}; the rule asks for {least} at least"));
    }
    if let (Some(min_pct), Some(percent)) = (settings.min_pct, verdict.arithmetic.percent) {
        let (found, least) = (percent.abs().normalize(), min_pct.normalize());
        because.push(format!("that is {found} % of its baseline; the rule asks for {least} % at least"));
    }
    if settings.confirm_checks > 1 && verdict.when != When::Delisted {
        let (found, needed) = (verdict.checks.len(), settings.confirm_checks);
        because.push(format!("{found} checks are in this; the rule asks for {needed} that see it in a row"));
    }
    because.push(match suppressed.and_then(Suppression::parse) {
        None => "so it fired".to_owned(),
        Some(reason) => why_silent(reason, verdict, settings),
    });
    because
}

fn what_was_seen(verdict: &Verdict) -> String {
    let Arithmetic { baseline_price, window_days, .. } = &verdict.arithmetic;
    match (verdict.when, verdict.price.zip(*baseline_price)) {
        (When::BackInStock, _) => "it can be bought again".to_owned(),
        (When::Delisted, _) => "its page is gone".to_owned(),
        (_, Some((price, base))) => {
            let side = if price < base { "below" } else { "above" };
            let (price, base) = (price.normalize(), base.normalize());
            let of = verdict.arithmetic.baseline.map_or("", |baseline| match baseline.code() {
                "average" => "the average",
                "low" => "the lowest price",
                "target" => "the rule's figure",
                _ => "the price before it",
            });
            match window_days {
                Some(days) => format!("the price {price} is {side} {of} of {days} days, {base}"),
                None => format!("the price {price} is {side} {of}, {base}"),
            }
        }
        _ => "nothing can be compared".to_owned(),
    }
}

fn why_silent(reason: Suppression, verdict: &Verdict, settings: &RuleSettings) -> String {
    let before = verdict.fired_before.as_ref().map(|fired| fired.at).map_or_else(String::new, shown);
    let value = settings.rearm_value.unwrap_or_default().normalize();
    debug_assert!(reason != Suppression::NotRecovered || settings.rearm == Rearm::Recovery);
    match reason {
        Suppression::FiredBefore => format!("it fired at {before} and never fires twice for a listing"),
        Suppression::TooSoon => format!("it fired at {before} and rests for {value} minutes after that"),
        Suppression::NotRecovered => {
            format!("it fired at {before} and waits until the price went back by {value} %")
        }
        Suppression::QuietHours => settings.quiet_hours.map_or_else(String::new, |hours| {
            format!(
                "it is quiet from {} to {}; the first check after that tells it, if it still holds",
                hours.from, hours.to
            )
        }),
        Suppression::Unconfirmed => "the last check did not see it any more".to_owned(),
    }
}

fn shown(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%SZ").to_string()
}
