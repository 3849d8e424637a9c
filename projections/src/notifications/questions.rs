use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

use super::{DigestRow, NotificationRow};
use crate::Found;
use crate::table::Table;
use crate::users::name_authors;

/// Which notifications.
#[derive(Clone, Debug, Default)]
pub struct HistoryQuery {
    /// Only of this status.
    pub status: Option<String>,
    /// Only of this channel.
    pub channel: Option<String>,
    /// At most so many.
    pub limit: i64,
    /// After so many.
    pub offset: i64,
}

/// Notifications, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_notifications(
    pool: &PgPool,
    query: &HistoryQuery,
) -> Result<Found<NotificationRow>, sqlx::Error> {
    const WANTED: &str = "FROM notifications item \
         WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR channel = $2)";
    let columns = NotificationRow::columns("item");
    let sql = format!("SELECT {columns} {WANTED} ORDER BY created_position DESC LIMIT $3 OFFSET $4");
    let mut items = sqlx::query(&sql)
        .bind(&query.status)
        .bind(&query.channel)
        .bind(query.limit)
        .bind(query.offset)
        .try_map(|row| NotificationRow::read(&row))
        .fetch_all(pool)
        .await?;
    name_authors(pool, items.iter_mut().map(|item| &mut item.requested_by)).await?;
    let total = sqlx::query_scalar(&format!("SELECT count(*) {WANTED}"))
        .bind(&query.status)
        .bind(&query.channel)
        .fetch_one(pool)
        .await?;
    Ok(Found { items, total })
}

/// One notification.
///
/// # Errors
/// When the database fails.
pub async fn find_notification(pool: &PgPool, id: Uuid) -> Result<Option<NotificationRow>, sqlx::Error> {
    let sql = format!("SELECT {} FROM notifications item WHERE id = $1", NotificationRow::columns("item"));
    let query = sqlx::query(&sql).bind(id).try_map(|row| NotificationRow::read(&row));
    let mut found = query.fetch_optional(pool).await?;
    name_authors(pool, found.iter_mut().map(|item| &mut item.requested_by)).await?;
    Ok(found)
}

/// Of these chats those that take no messages, with the reason.
///
/// # Errors
/// When the database fails.
pub async fn switched_off_chats(
    executor: impl PgExecutor<'_>,
    chats: &[String],
) -> Result<Vec<(String, String)>, sqlx::Error> {
    sqlx::query_as(
        "SELECT chat, switched_off FROM chats WHERE chat = ANY($1) AND switched_off IS NOT NULL ORDER BY chat",
    )
    .bind(chats)
    .fetch_all(executor)
    .await
}

/// The newest price digest.
///
/// # Errors
/// When the database fails.
pub async fn last_digest(executor: impl PgExecutor<'_>) -> Result<Option<DigestRow>, sqlx::Error> {
    let columns = DigestRow::columns("item");
    let sql = format!("SELECT {columns} FROM price_digests item ORDER BY own_position DESC LIMIT 1");
    sqlx::query(&sql).try_map(|row| DigestRow::read(&row)).fetch_optional(executor).await
}

/// Names and goods codes of listings, also of those that are watched no more.
///
/// # Errors
/// When the database fails.
pub async fn listing_names(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
) -> Result<HashMap<i64, (Option<String>, Option<String>)>, sqlx::Error> {
    let rows: Vec<(i64, Option<String>, Option<String>)> =
        sqlx::query_as("SELECT number, name, product_id FROM listings WHERE number = ANY($1)")
            .bind(numbers)
            .fetch_all(executor)
            .await?;
    Ok(rows.into_iter().map(|(number, name, code)| (number, (name, code))).collect())
}

/// Whether anybody was told, or is about to be, for this reason since then, by others than these notifications.
///
/// # Errors
/// When the database fails.
pub async fn was_sent_for_since(
    executor: impl PgExecutor<'_>,
    because: &str,
    since: DateTime<Utc>,
    but_for: &[Uuid],
) -> Result<bool, sqlx::Error> {
    let sql = "SELECT EXISTS (SELECT FROM notifications \
                WHERE because = $1 AND requested_at >= $2 AND id <> ALL($3))";
    sqlx::query_scalar(sql).bind(because).bind(since).bind(but_for).fetch_one(executor).await
}
