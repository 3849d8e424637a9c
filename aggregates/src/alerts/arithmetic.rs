//! The figures that a price is compared with.

use chrono::{DateTime, Utc};
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use super::{Baseline, RuleSettings, When};

/// Decimal places of an average.
const AVERAGE_PLACES: u32 = 4;
/// Decimal places of a share in percent.
const PERCENT_PLACES: u32 = 2;

/// A price that was in force from an instant on, until the next one.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PricePoint {
    /// From when.
    pub at: DateTime<Utc>,
    /// The price; none: not known.
    pub price: Option<Decimal>,
}

/// How a price was compared, so that anybody can do the sum again.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arithmetic {
    /// What the price was compared with; none where no price was.
    pub baseline: Option<Baseline>,
    /// Its price.
    pub baseline_price: Option<Decimal>,
    /// When the lowest price began, for `low`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub baseline_at: Option<DateTime<Utc>>,
    /// How many days were looked back, where they were.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_days: Option<i64>,
    /// How many known prices were found there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_prices: Option<i64>,
    /// The price less its baseline.
    pub difference: Option<Decimal>,
    /// The same in percent of the baseline, rounded to two places; the rule's own limit is compared exactly.
    pub percent: Option<Decimal>,
}

/// The average of the prices in force between two instants, each weighted by how long; none: none was known.
pub fn average(points: &[PricePoint], from: DateTime<Utc>, to: DateTime<Utc>) -> Option<Decimal> {
    let (mut sum, mut weight) = (Decimal::ZERO, Decimal::ZERO);
    for (index, point) in points.iter().enumerate().filter(|(_, point)| point.at < to) {
        let Some(price) = point.price else { continue };
        let end = points.get(index + 1).map_or(to, |next| next.at.min(to));
        let seconds = Decimal::from((end - point.at.max(from)).num_seconds().max(0));
        sum = sum.checked_add(price.checked_mul(seconds)?)?;
        weight += seconds;
    }
    if weight.is_zero() {
        return points.iter().rev().filter(|point| point.at < to).find_map(|point| point.price);
    }
    let average = sum.checked_div(weight)?;
    Some(average.round_dp_with_strategy(AVERAGE_PLACES, RoundingStrategy::MidpointAwayFromZero))
}

/// The lowest price in force between two instants, with when it began; of equals the first.
pub fn lowest(
    points: &[PricePoint],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> Option<(Decimal, DateTime<Utc>)> {
    in_force(points, from, to)
        .filter_map(|point| Some((point.price?, point.at)))
        .min_by(|(one, _), (other, _)| one.cmp(other))
}

/// The points that were in force for some time between two instants.
fn in_force(
    points: &[PricePoint],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
) -> impl Iterator<Item = &PricePoint> {
    points.iter().enumerate().filter_map(move |(index, point)| {
        let ends_after = points.get(index + 1).is_none_or(|next| next.at > from);
        (point.at < to && ends_after).then_some(point)
    })
}

/// What a rule compares prices with at `at`; none: there is nothing to compare with yet.
pub(super) fn baseline(
    settings: &RuleSettings,
    previous: Option<Decimal>,
    at: DateTime<Utc>,
    history: &[PricePoint],
) -> Option<Arithmetic> {
    let kind = match settings.when {
        When::NewLow => Baseline::Low,
        When::Below | When::Above => Baseline::Target,
        _ => settings.baseline,
    };
    let mut found = Arithmetic { baseline: Some(kind), ..Arithmetic::default() };
    if matches!(kind, Baseline::Average | Baseline::Low) {
        let known = in_force(history, settings.window_start(at), at).filter(|point| point.price.is_some());
        found.window_days = Some(settings.window_days());
        found.window_prices = i64::try_from(known.count()).ok();
    }
    let from = settings.window_start(at);
    found.baseline_price = match kind {
        Baseline::Previous => previous,
        Baseline::Target => settings.value,
        Baseline::Average => average(history, from, at),
        Baseline::Low => {
            let low = lowest(history, from, at);
            found.baseline_at = low.map(|(_, at)| at);
            low.map(|(price, _)| price)
        }
    };
    found.baseline_price.is_some().then_some(found)
}

/// The comparison of a price with a baseline, if the price lies on the side that the rule waits for and far enough.
pub(super) fn compare(settings: &RuleSettings, baseline: &Arithmetic, price: Decimal) -> Option<Arithmetic> {
    let base = baseline.baseline_price?;
    let difference = price - base;
    let is_on_side = match settings.when {
        When::Drop | When::NewLow | When::Below => difference < Decimal::ZERO,
        When::Rise | When::Above => difference > Decimal::ZERO,
        When::Any => !difference.is_zero(),
        When::BackInStock | When::Delisted => return None,
    };
    let distance = difference.abs();
    let is_far = distance >= settings.min_abs.unwrap_or_default()
        && distance * Decimal::ONE_HUNDRED >= settings.min_pct.unwrap_or_default() * base;
    let percent = (difference * Decimal::ONE_HUNDRED).checked_div(base).map(|percent| {
        percent.round_dp_with_strategy(PERCENT_PLACES, RoundingStrategy::MidpointAwayFromZero)
    });
    (is_on_side && is_far).then(|| Arithmetic { difference: Some(difference), percent, ..baseline.clone() })
}
