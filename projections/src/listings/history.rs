//! A listing's price over time, as clients are told.

use aggregates::listings::Timeline;
use chrono::{DateTime, TimeDelta, Utc};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::PgExecutor;

use super::prices::timeline;
use crate::{Amount, Zone};

/// A price with its time.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct HistoryEntry {
    /// When.
    pub t: String,
    /// The price.
    pub p: Amount,
}

/// How fine a history is told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Granularity {
    /// Every change.
    #[default]
    Change,
    /// The last of each hour.
    Hour,
    /// The last of each day.
    Day,
}

/// Which part of a history is wanted.
#[derive(Clone, Copy, Debug)]
pub struct HistoryQuery {
    /// Nothing before it.
    pub from: Option<DateTime<Utc>>,
    /// Nothing after it.
    pub to: Option<DateTime<Utc>>,
    /// At most so many, the newest.
    pub limit: usize,
    /// How fine.
    pub granularity: Granularity,
}

/// Every change of the price and the latest check, newest first.
///
/// # Errors
/// When the database fails.
pub async fn history(
    executor: impl PgExecutor<'_> + Copy,
    number: i64,
    query: HistoryQuery,
    zone: Zone,
) -> Result<Vec<HistoryEntry>, sqlx::Error> {
    let timeline = timeline(executor, number).await?;
    let seen_at = last_seen(executor, number).await?;
    let mut told: Vec<(DateTime<Utc>, Decimal)> = changes(&timeline);
    let newest = timeline.newest().and_then(|point| Some((point.at, point.price?)));
    if let (Some((at, price)), Some(seen_at)) = (newest, seen_at)
        && seen_at > at
    {
        told.push((seen_at, price));
    }
    told.reverse();
    told.retain(|(at, _)| query.from.is_none_or(|from| *at >= from) && query.to.is_none_or(|to| *at <= to));
    match query.granularity {
        Granularity::Change => {}
        // Newest first: of those that fall together the first is kept.
        Granularity::Hour => told.dedup_by_key(|(at, _)| zone.minute(*at)[..13].to_owned()),
        Granularity::Day => told.dedup_by_key(|(at, _)| zone.day(*at)),
    }
    told.truncate(query.limit);
    Ok(told.into_iter().map(|(at, price)| HistoryEntry { t: zone.minute(at), p: Amount(price) }).collect())
}

/// When the price changed, and to what, oldest first.
fn changes(timeline: &Timeline) -> Vec<(DateTime<Utc>, Decimal)> {
    let known = timeline.points().iter().filter_map(|point| Some((point.at, point.price?)));
    let mut changes: Vec<_> = known.collect();
    changes.dedup_by_key(|(_, price)| *price);
    changes
}

/// When a listing was last seen for sale.
///
/// # Errors
/// When the database fails.
pub async fn last_seen(
    executor: impl PgExecutor<'_>,
    number: i64,
) -> Result<Option<DateTime<Utc>>, sqlx::Error> {
    let sql = "SELECT GREATEST(item.seen_at, checks.checked_at) FROM listings item \
               LEFT JOIN listing_checks checks USING (number) WHERE item.number = $1";
    let found: Option<Option<DateTime<Utc>>> =
        sqlx::query_scalar(sql).bind(number).fetch_optional(executor).await?;
    Ok(found.flatten())
}

/// What the price was like over a span.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Statistics {
    /// The span, back from now, in days.
    pub days: i64,
    /// Each price weighted by how long it was in force, two places; null: there was none.
    pub average: Option<Amount>,
    /// The lowest price in force.
    pub lowest: Option<Amount>,
    /// Since when it was, the last time.
    pub lowest_at: Option<String>,
    /// The highest price in force.
    pub highest: Option<Amount>,
    /// Since when it was, the last time.
    pub highest_at: Option<String>,
    /// How many times the price changed.
    pub changes: usize,
}

/// What the price was like in the `days` before `now`.
pub fn statistics(timeline: &Timeline, days: i64, now: DateTime<Utc>, zone: Zone) -> Statistics {
    let begins = now - TimeDelta::days(days);
    let changes = changes(timeline);
    let ends = changes.iter().skip(1).map(|(at, _)| *at).chain([now]);
    let spans: Vec<_> = changes
        .iter()
        .zip(ends)
        .filter(|((at, _), ends)| *ends > begins && *at <= now)
        .map(|((at, price), ends)| (*at, *price, ends.min(now) - (*at).max(begins)))
        .collect();
    let lowest = spans.iter().rev().min_by_key(|(_, price, _)| *price);
    let highest = spans.iter().max_by_key(|(_, price, _)| *price);
    Statistics {
        days,
        average: average(&spans).map(Amount),
        lowest: lowest.map(|(_, price, _)| Amount(*price)),
        lowest_at: lowest.map(|(at, ..)| zone.minute(*at)),
        highest: highest.map(|(_, price, _)| Amount(*price)),
        highest_at: highest.map(|(at, ..)| zone.minute(*at)),
        changes: changes.iter().skip(1).filter(|(at, _)| *at > begins && *at <= now).count(),
    }
}

/// Weighted by time; seconds are fine enough, and of a price that is only just there a second counts.
fn average(spans: &[(DateTime<Utc>, Decimal, TimeDelta)]) -> Option<Decimal> {
    let (mut sum, mut seconds) = (Decimal::ZERO, Decimal::ZERO);
    for (_, price, span) in spans {
        let weight = Decimal::from(span.num_seconds().max(1));
        sum = sum.checked_add(price.checked_mul(weight)?)?;
        seconds += weight;
    }
    Some(sum.checked_div(seconds)?.round_dp(2).normalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aggregates::listings::Point;
    use aggregates::values::StockStatus;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::days(day)
    }

    #[test]
    fn prices_weigh_as_long_as_they_were_in_force() {
        let point = |day, price: i64| Point {
            at: at(day),
            price: Some(price.into()),
            stock_status: StockStatus::InStock,
            before_seen_at: None,
        };
        let timeline = Timeline::of([point(0, 100), point(80, 200), point(90, 50), point(95, 100)]);
        let zone = Zone(chrono_tz::Tz::UTC);
        let told = statistics(&timeline, 30, at(100), zone);
        // 10 days of 100, 10 of 200, 5 of 50, 5 of 100
        assert_eq!(told.average, Some(Amount("125".parse().unwrap())));
        assert_eq!((told.lowest, told.highest), (Some(Amount(50.into())), Some(Amount(200.into()))));
        assert_eq!(told.lowest_at.as_deref(), Some("1970-04-01 00:00"));
        assert_eq!(told.changes, 3);
        let before = statistics(&timeline, 1, at(-1), zone);
        assert_eq!((before.average, before.lowest), (None, None));
    }
}
