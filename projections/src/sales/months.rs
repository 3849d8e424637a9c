//! A month or a year at a glance, from sums that are kept by day.

use std::collections::BTreeMap;

use chrono::{Datelike, Months, NaiveDate};
use rust_decimal::{Decimal, RoundingStrategy};
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{PgConnection, PgPool, Row};

use super::Sums;
use super::view::{Figures, Restatement, SUMS, read_sums, restatements};
use crate::{Amount, Zone};

/// A month.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MonthView {
    /// The year.
    pub year: i32,
    /// The month, 1 to 12.
    pub month: u32,
    /// Every day of it, those without sales too.
    pub days: Vec<DayFigures>,
    /// What the two views share.
    #[serde(flatten)]
    pub by: Breakdown,
    /// The whole month.
    pub total: Figures,
    /// The month before.
    pub prev_month: Comparison,
    /// The same month a year ago.
    pub yoy: Comparison,
    /// What later files replaced.
    pub restated: Vec<Restatement>,
}

/// A year.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct YearView {
    /// The year.
    pub year: i32,
    /// Null: it is a year.
    pub month: Option<u32>,
    /// Its twelve months, those without sales too.
    pub months: Vec<MonthRow>,
    /// What the two views share.
    #[serde(flatten)]
    pub by: Breakdown,
    /// The whole year.
    pub total: Figures,
    /// Null: it is a year.
    pub prev_month: Option<Comparison>,
    /// The year before.
    pub yoy: Comparison,
    /// What later files replaced.
    pub restated: Vec<Restatement>,
}

/// Sums by name, largest amount first.
#[derive(Clone, Debug, Default, Serialize, JsonSchema)]
pub struct Breakdown {
    /// By product manager.
    pub by_pm: Vec<NamedFigures>,
    /// By brand.
    pub by_brand: Vec<NamedFigures>,
    /// By department.
    pub by_category: Vec<NamedFigures>,
}

/// A day's sums.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct DayFigures {
    /// The day.
    pub date: NaiveDate,
    /// The sums.
    #[serde(flatten)]
    pub figures: Figures,
}

/// A month's sums.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct MonthRow {
    /// 1 to 12.
    pub month: u32,
    /// The sums.
    #[serde(flatten)]
    pub figures: Figures,
}

/// The sums of a PM, a brand or a department.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct NamedFigures {
    /// Its name; null: of products of which no file says it.
    pub name: Option<String>,
    /// The sums.
    #[serde(flatten)]
    pub figures: Figures,
}

/// An earlier time, and how the amount has changed since.
#[derive(Clone, Debug, Serialize, JsonSchema)]
pub struct Comparison {
    /// Its year.
    pub year: i32,
    /// Its month; null: the whole year.
    pub month: Option<u32>,
    /// Its sums.
    #[serde(flatten)]
    pub figures: Figures,
    /// The amount now less the amount then.
    pub change: Amount,
    /// The same in percent of the amount then, two places; null: nothing was sold then.
    pub change_percent: Option<Amount>,
}

/// Days from the first to the last, both included.
type Span = (NaiveDate, NaiveDate);

/// A month; none: the calendar has no such month.
///
/// # Errors
/// When the database fails.
pub async fn month(
    pool: &PgPool,
    year: i32,
    month: u32,
    zone: Zone,
) -> Result<Option<MonthView>, sqlx::Error> {
    let Some(first) = NaiveDate::from_ymd_opt(year, month, 1) else { return Ok(None) };
    let span = span_of(first, 1);
    let mut connection = pool.acquire().await?;
    let known = days(&mut connection, span).await?;
    let mut total = Sums::default();
    known.values().for_each(|sums| total.add(sums));
    let none = Sums::default();
    let days = first.iter_days().take_while(|date| *date <= span.1);
    let days = days.map(|date| DayFigures { date, figures: known.get(&date).unwrap_or(&none).into() });
    let before = |months| first.checked_sub_months(Months::new(months)).unwrap_or(first);
    let (prev_month, year_ago) = (before(1), before(12));
    Ok(Some(MonthView {
        year,
        month,
        days: days.collect(),
        by: breakdown(&mut connection, span).await?,
        total: Figures::from(&total),
        prev_month: compare(&mut connection, span_of(prev_month, 1), Some(prev_month.month()), &total)
            .await?,
        yoy: compare(&mut connection, span_of(year_ago, 1), Some(year_ago.month()), &total).await?,
        restated: restatements(&mut connection, span.0, span.1, zone).await?,
    }))
}

/// A year; none: the calendar has no such year.
///
/// # Errors
/// When the database fails.
pub async fn year(pool: &PgPool, year: i32, zone: Zone) -> Result<Option<YearView>, sqlx::Error> {
    let Some(first) = NaiveDate::from_ymd_opt(year, 1, 1) else { return Ok(None) };
    let span = span_of(first, 12);
    let mut connection = pool.acquire().await?;
    let mut total = Sums::default();
    let mut sums = vec![Sums::default(); 12];
    for (date, of_day) in days(&mut connection, span).await? {
        total.add(&of_day);
        if let Some(month) = sums.get_mut(date.month0() as usize) {
            month.add(&of_day);
        }
    }
    let months = (1..).zip(&sums).map(|(month, sums)| MonthRow { month, figures: sums.into() });
    let before = span_of(first.checked_sub_months(Months::new(12)).unwrap_or(first), 12);
    Ok(Some(YearView {
        year,
        month: None,
        months: months.collect(),
        by: breakdown(&mut connection, span).await?,
        total: Figures::from(&total),
        prev_month: None,
        yoy: compare(&mut connection, before, None, &total).await?,
        restated: restatements(&mut connection, span.0, span.1, zone).await?,
    }))
}

fn span_of(first: NaiveDate, months: u32) -> Span {
    let next = first.checked_add_months(Months::new(months));
    (first, next.and_then(|next| next.pred_opt()).unwrap_or(first))
}

async fn days(connection: &mut PgConnection, span: Span) -> Result<BTreeMap<NaiveDate, Sums>, sqlx::Error> {
    let sql = format!(
        "SELECT date, {SUMS} FROM sales_totals WHERE dimension = 'all' AND date BETWEEN $1 AND $2 GROUP BY date"
    );
    let query = sqlx::query(&sql).bind(span.0).bind(span.1);
    let days = query.try_map(|row| Ok((row.try_get(0)?, read_sums(&row, 1)?))).fetch_all(connection).await?;
    Ok(days.into_iter().collect())
}

async fn breakdown(connection: &mut PgConnection, span: Span) -> Result<Breakdown, sqlx::Error> {
    let sql = format!(
        "SELECT dimension, name, {SUMS} FROM sales_totals \
         WHERE dimension = ANY(ARRAY['pm', 'brand', 'category']) AND date BETWEEN $1 AND $2 \
         GROUP BY dimension, name ORDER BY sum(amount) DESC, name"
    );
    let mut breakdown = Breakdown::default();
    for row in sqlx::query(&sql).bind(span.0).bind(span.1).fetch_all(connection).await? {
        let (dimension, name): (String, String) = (row.try_get(0)?, row.try_get(1)?);
        let named = NamedFigures { name: name_of(name), figures: Figures::from(&read_sums(&row, 2)?) };
        match dimension.as_str() {
            "pm" => breakdown.by_pm.push(named),
            "brand" => breakdown.by_brand.push(named),
            _ => breakdown.by_category.push(named),
        }
    }
    Ok(breakdown)
}

/// A name as clients see it.
pub(super) fn name_of(name: String) -> Option<String> {
    (!name.is_empty()).then_some(name)
}

async fn compare(
    connection: &mut PgConnection,
    span: Span,
    month: Option<u32>,
    now: &Sums,
) -> Result<Comparison, sqlx::Error> {
    let sql = format!("SELECT {SUMS} FROM sales_totals WHERE dimension = 'all' AND date BETWEEN $1 AND $2");
    let row = sqlx::query(&sql).bind(span.0).bind(span.1).fetch_one(connection).await?;
    let then = read_sums(&row, 0)?;
    let change = now.amount - then.amount;
    Ok(Comparison {
        year: span.0.year(),
        month,
        figures: Figures::from(&then),
        change: Amount(change),
        change_percent: percent(change, then.amount).map(Amount),
    })
}

/// `part` in percent of `whole`, two places.
fn percent(part: Decimal, whole: Decimal) -> Option<Decimal> {
    let share = part.checked_div(whole.abs())?.checked_mul(Decimal::ONE_HUNDRED)?;
    Some(share.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero))
}
