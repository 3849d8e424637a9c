//! What one may ask about rules and alerts.

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{AlertRow, AlertRuleRow};
use crate::Found;
use crate::table::Table;

/// The rule `id`, unless deleted.
///
/// # Errors
/// When the database fails.
pub async fn find_rule(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<AlertRuleRow>, sqlx::Error> {
    let columns = AlertRuleRow::columns("item");
    let sql = format!("SELECT {columns} FROM alert_rules item WHERE id = $1 AND is_active");
    sqlx::query(&sql).bind(id).try_map(|row| AlertRuleRow::read(&row)).fetch_optional(executor).await
}

/// Rules, newest first: from `offset` on, at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn list_rules(pool: &PgPool, offset: i64, limit: i64) -> Result<Found<AlertRuleRow>, sqlx::Error> {
    let columns = AlertRuleRow::columns("item");
    let sql = format!(
        "SELECT {columns} FROM alert_rules item WHERE is_active \
         ORDER BY created_position DESC LIMIT $1 OFFSET $2"
    );
    let rows = sqlx::query(&sql).bind(limit).bind(offset);
    let items = rows.try_map(|row| AlertRuleRow::read(&row)).fetch_all(pool).await?;
    let total =
        sqlx::query_scalar("SELECT count(*) FROM alert_rules WHERE is_active").fetch_one(pool).await?;
    Ok(Found { items, total })
}

/// The alert `id`.
///
/// # Errors
/// When the database fails.
pub async fn find_alert(executor: impl PgExecutor<'_>, id: Uuid) -> Result<Option<AlertRow>, sqlx::Error> {
    let sql = format!("SELECT {} FROM alerts item WHERE id = $1", AlertRow::columns("item"));
    sqlx::query(&sql).bind(id).try_map(|row| AlertRow::read(&row)).fetch_optional(executor).await
}

/// Which alerts are wanted.
#[derive(Clone, Debug, Default)]
pub struct AlertQuery {
    /// Of this rule.
    pub rule_id: Option<Uuid>,
    /// Of this listing.
    pub listing_id: Option<i64>,
    /// Seen at this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Seen at this time or earlier.
    pub until: Option<DateTime<Utc>>,
    /// Only suppressed ones, or only fired ones.
    pub is_suppressed: Option<bool>,
    /// How many to leave out.
    pub offset: i64,
    /// How many at most.
    pub limit: i64,
}

/// The alerts that `query` asks for, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_alerts(pool: &PgPool, query: &AlertQuery) -> Result<Found<AlertRow>, sqlx::Error> {
    const WANTED: &str = "FROM alerts item WHERE ($1::uuid IS NULL OR rule_id = $1) \
        AND ($2::bigint IS NULL OR listing_id = $2) AND ($3::timestamptz IS NULL OR at >= $3) \
        AND ($4::timestamptz IS NULL OR at <= $4) AND ($5::boolean IS NULL OR (suppressed IS NOT NULL) = $5)";
    let columns = AlertRow::columns("item");
    let sql = format!("SELECT {columns} {WANTED} ORDER BY at DESC, position DESC LIMIT $6 OFFSET $7");
    let AlertQuery { rule_id, listing_id, from, until, is_suppressed, offset, limit } = query;
    let rows = sqlx::query(&sql)
        .bind(rule_id)
        .bind(listing_id)
        .bind(from)
        .bind(until)
        .bind(is_suppressed)
        .bind(limit)
        .bind(offset);
    let items = rows.try_map(|row| AlertRow::read(&row)).fetch_all(pool).await?;
    let sql = format!("SELECT count(*) {WANTED}");
    let count = sqlx::query_scalar(&sql).bind(rule_id).bind(listing_id).bind(from).bind(until);
    let total = count.bind(is_suppressed).fetch_one(pool).await?;
    Ok(Found { items, total })
}
