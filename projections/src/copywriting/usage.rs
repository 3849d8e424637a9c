//! What requests to models used. Those that were taken out of the history count too.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use chrono::{DateTime, NaiveDate, Utc};
use rust_decimal::Decimal;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{PgExecutor, PgPool, Row};

use crate::{Amount, Zone};

/// What some requests used together.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Usage {
    /// How many there were.
    pub requests: i64,
    /// How many of them failed.
    pub failed: i64,
    /// What models read.
    pub input_tokens: i64,
    /// What models wrote.
    pub output_tokens: i64,
    /// Both together.
    pub total_tokens: i64,
    /// How long they took, in seconds.
    pub duration: f64,
    /// In US dollars: at least this much, where some have no price.
    pub cost_usd: Amount,
    /// How many of them have no price.
    pub unpriced: i64,
}

impl Default for Usage {
    fn default() -> Self {
        Self {
            requests: 0,
            failed: 0,
            input_tokens: 0,
            output_tokens: 0,
            total_tokens: 0,
            duration: 0.0,
            cost_usd: Amount(Decimal::ZERO),
            unpriced: 0,
        }
    }
}

impl AddAssign<&Self> for Usage {
    fn add_assign(&mut self, other: &Self) {
        self.requests += other.requests;
        self.failed += other.failed;
        self.input_tokens += other.input_tokens;
        self.output_tokens += other.output_tokens;
        self.total_tokens += other.total_tokens;
        self.duration = ((self.duration + other.duration) * 1_000.0).round() / 1_000.0;
        self.cost_usd.0 = self.cost_usd.0.saturating_add(other.cost_usd.0);
        self.unpriced += other.unpriced;
    }
}

/// By who runs the models.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ByProvider {
    /// Who.
    pub provider: String,
    /// And what that used.
    #[serde(flatten)]
    pub usage: Usage,
}

/// By model.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ByModel {
    /// Which model.
    pub model: String,
    /// Who runs it.
    pub provider: String,
    /// And what that used.
    #[serde(flatten)]
    pub usage: Usage,
}

/// By user.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ByUser {
    /// Who asked.
    pub user_id: i64,
    /// What they are called now.
    pub username: Option<String>,
    /// And what that used.
    #[serde(flatten)]
    pub usage: Usage,
}

/// One day.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct DayUsage {
    /// Which day.
    pub date: NaiveDate,
    /// And what that used.
    #[serde(flatten)]
    pub usage: Usage,
}

/// What was used between two days, both included.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UsageStats {
    /// The first day.
    pub start_date: NaiveDate,
    /// The last day.
    pub end_date: NaiveDate,
    /// All together.
    pub total: Usage,
    /// By who runs the models.
    pub by_provider: Vec<ByProvider>,
    /// By model.
    pub by_model: Vec<ByModel>,
    /// By user.
    pub by_user: Vec<ByUser>,
    /// Day by day, also those without a request.
    pub daily: Vec<DayUsage>,
}

/// What was used from `start` to `end`, days of `zone`, by one user or by all.
///
/// # Errors
/// When the database fails.
pub async fn usage_stats(
    pool: &PgPool,
    zone: Zone,
    (start, end): (NaiveDate, NaiveDate),
    user_id: Option<i64>,
) -> Result<UsageStats, sqlx::Error> {
    let sql = "SELECT (created_at AT TIME ZONE $4)::date AS day, provider, model, user_id, count(*), \
                      count(failure), sum(input_tokens)::bigint, sum(output_tokens)::bigint, \
                      sum(duration_ms)::bigint, coalesce(sum(cost), 0), count(*) - count(cost) \
                 FROM generations WHERE created_at >= $1 AND created_at < $2 \
                  AND ($3::bigint IS NULL OR user_id = $3) \
                GROUP BY day, provider, model, user_id ORDER BY day, provider, model, user_id";
    let query = sqlx::query(sql).bind(zone.start_of(start)).bind(zone.end_of(end)).bind(user_id);
    let rows = query.bind(zone.0.name()).fetch_all(pool).await?;
    let mut days: BTreeMap<NaiveDate, Usage> =
        start.iter_days().take_while(|day| *day <= end).map(|day| (day, Usage::default())).collect();
    let mut total = Usage::default();
    let (mut providers, mut models, mut users) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for row in &rows {
        let usage = read(row)?;
        let (provider, model): (String, String) = (row.try_get(1)?, row.try_get(2)?);
        total += &usage;
        *days.entry(row.try_get(0)?).or_default() += &usage;
        *providers.entry(provider.clone()).or_insert_with(Usage::default) += &usage;
        *models.entry((model, provider)).or_insert_with(Usage::default) += &usage;
        *users.entry(row.try_get::<i64, _>(3)?).or_insert_with(Usage::default) += &usage;
    }
    let numbers: Vec<i64> = users.keys().copied().collect();
    let names = crate::users::names_of(pool, &numbers).await?;
    let provider = |(provider, usage)| ByProvider { provider, usage };
    let model = |((model, provider), usage)| ByModel { model, provider, usage };
    let user = |(user_id, usage)| ByUser { user_id, username: names.get(&user_id).cloned(), usage };
    Ok(UsageStats {
        start_date: start,
        end_date: end,
        total,
        by_provider: providers.into_iter().map(provider).collect(),
        by_model: models.into_iter().map(model).collect(),
        by_user: users.into_iter().map(user).collect(),
        daily: days.into_iter().map(|(date, usage)| DayUsage { date, usage }).collect(),
    })
}

fn read(row: &sqlx::postgres::PgRow) -> Result<Usage, sqlx::Error> {
    let (input_tokens, output_tokens): (i64, i64) = (row.try_get(6)?, row.try_get(7)?);
    Ok(Usage {
        requests: row.try_get(4)?,
        failed: row.try_get(5)?,
        input_tokens,
        output_tokens,
        total_tokens: input_tokens + output_tokens,
        duration: row.try_get::<i64, _>(8)? as f64 / 1_000.0,
        cost_usd: Amount(row.try_get(9)?),
        unpriced: row.try_get(10)?,
    })
}

/// How many tokens a user used since `since`.
///
/// # Errors
/// When the database fails.
pub async fn used_by(
    executor: impl PgExecutor<'_>,
    user_id: i64,
    since: DateTime<Utc>,
) -> Result<i64, sqlx::Error> {
    let sql = "SELECT coalesce(sum(input_tokens + output_tokens), 0)::bigint FROM generations \
                WHERE user_id = $1 AND created_at >= $2";
    sqlx::query_scalar(sql).bind(user_id).bind(since).fetch_one(executor).await
}
