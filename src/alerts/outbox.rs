//! Notices in their table, from the judge's transaction until their messages are asked for.

use std::time::Duration;

use aggregates::alerts::Channel;
use chrono::{DateTime, Utc};
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::notice::Notice;
use crate::limits;

const COLUMNS: &str = "alert_id, channel, rule_id, listing_id, rule_name, called, said, message, weight, position, correlation_id";

/// Writes notices down; those that are there already, from a judging that was repeated, stay as they are.
pub(super) async fn hold(transaction: &mut PgConnection, notices: &[Notice]) -> sqlx::Result<()> {
    if notices.is_empty() {
        return Ok(());
    }
    let texts = |text: fn(&Notice) -> &String| notices.iter().map(text).collect::<Vec<_>>();
    let sql = format!(
        "INSERT INTO public.alert_notices ({COLUMNS}) SELECT * FROM UNNEST($1::uuid[], $2::text[], $3::uuid[], \
             $4::bigint[], $5::text[], $6::text[], $7::text[], $8::text[], $9::numeric[], $10::bigint[], $11::text[]) \
         ON CONFLICT DO NOTHING"
    );
    sqlx::query(&sql)
        .bind(notices.iter().map(|notice| notice.alert_id).collect::<Vec<_>>())
        .bind(texts(|notice| &notice.channel))
        .bind(notices.iter().map(|notice| notice.rule_id).collect::<Vec<_>>())
        .bind(notices.iter().map(|notice| notice.listing_id).collect::<Vec<_>>())
        .bind(texts(|notice| &notice.rule_name))
        .bind(texts(|notice| &notice.called))
        .bind(texts(|notice| &notice.said))
        .bind(texts(|notice| &notice.message))
        .bind(notices.iter().map(|notice| notice.weight).collect::<Vec<_>>())
        .bind(notices.iter().map(|notice| notice.position).collect::<Vec<_>>())
        .bind(texts(|notice| &notice.correlation_id))
        .execute(transaction)
        .await?;
    Ok(())
}

/// What waits of one rule for one channel, and what went out of it lately.
#[derive(Clone, Debug, sqlx::FromRow)]
pub(super) struct Held {
    pub(super) rule_id: Uuid,
    pub(super) channel: String,
    /// Notices that wait.
    pub(super) waiting: i64,
    /// Since when the oldest of them does.
    pub(super) since: DateTime<Utc>,
    /// Messages that went out within [`limits::ALERTS_LATELY_S`].
    pub(super) told_lately: i64,
    /// When the newest message that told of many went out.
    pub(super) told_together_at: Option<DateTime<Utc>>,
    /// The database's clock.
    pub(super) now: DateTime<Utc>,
}

/// All that waits.
pub(super) async fn held(pool: &PgPool) -> sqlx::Result<Vec<Held>> {
    let pause = Duration::max(limits::ALERTS_TOGETHER_PAUSE, Duration::from_secs(limits::ALERTS_LATELY_S));
    sqlx::query_as(
        "SELECT held.*, lately.told_lately, lately.told_together_at, clock_timestamp() AS now FROM ( \
             SELECT rule_id, channel, count(*) AS waiting, min(held_at) AS since FROM public.alert_notices \
              WHERE notification IS NULL GROUP BY rule_id, channel) held \
          CROSS JOIN LATERAL ( \
             SELECT count(DISTINCT notification) FILTER ( \
                        WHERE told_at > clock_timestamp() - make_interval(secs => $1)) AS told_lately, \
                    max(told_at) FILTER (WHERE is_together) AS told_together_at FROM public.alert_notices told \
              WHERE told.rule_id = held.rule_id AND told.channel = held.channel \
                AND told.told_at > clock_timestamp() - make_interval(secs => $2)) lately",
    )
    .bind(limits::ALERTS_LATELY_S as f64)
    .bind(pause.as_secs_f64())
    .fetch_all(pool)
    .await
}

/// Lets each notice that waits go with a message of its own; `id_of` says which.
pub(super) async fn send_alone(
    pool: &PgPool,
    held: &Held,
    id_of: impl Fn(Uuid, &str) -> Uuid,
) -> sqlx::Result<()> {
    let alerts: Vec<Uuid> = sqlx::query_scalar(
        "SELECT alert_id FROM public.alert_notices WHERE rule_id = $1 AND channel = $2 AND notification IS NULL",
    )
    .bind(held.rule_id)
    .bind(&held.channel)
    .fetch_all(pool)
    .await?;
    let messages: Vec<Uuid> = alerts.iter().map(|alert| id_of(*alert, &held.channel)).collect();
    sqlx::query(
        "UPDATE public.alert_notices notice SET notification = sent.message, told_at = clock_timestamp() \
           FROM UNNEST($1::uuid[], $2::uuid[]) AS sent(alert, message) \
          WHERE notice.alert_id = sent.alert AND notice.channel = $3 AND notice.notification IS NULL",
    )
    .bind(alerts)
    .bind(messages)
    .bind(&held.channel)
    .execute(pool)
    .await?;
    Ok(())
}

/// Lets all that waits go with one message.
pub(super) async fn send_together(pool: &PgPool, held: &Held, message: Uuid) -> sqlx::Result<()> {
    sqlx::query(
        "UPDATE public.alert_notices SET notification = $3, told_at = clock_timestamp(), is_together = true \
          WHERE rule_id = $1 AND channel = $2 AND notification IS NULL",
    )
    .bind(held.rule_id)
    .bind(&held.channel)
    .bind(message)
    .execute(pool)
    .await?;
    Ok(())
}

/// Messages that are settled and not asked for yet: which, and whether they tell of many.
pub(super) async fn unasked(pool: &PgPool) -> sqlx::Result<Vec<(Uuid, bool, i64)>> {
    sqlx::query_as(
        "SELECT notification, bool_or(is_together), count(*) FROM public.alert_notices \
          WHERE NOT is_asked AND notification IS NOT NULL GROUP BY notification ORDER BY min(position)",
    )
    .fetch_all(pool)
    .await
}

/// The weightiest notices of a message.
pub(super) async fn weightiest(pool: &PgPool, message: Uuid, most: i64) -> sqlx::Result<Vec<Notice>> {
    let sql = format!(
        "SELECT {COLUMNS} FROM public.alert_notices WHERE notification = $1 \
          ORDER BY weight DESC, position LIMIT $2"
    );
    sqlx::query_as(&sql).bind(message).bind(most).fetch_all(pool).await
}

/// The message is asked for.
pub(super) async fn asked(pool: &PgPool, message: Uuid) -> sqlx::Result<()> {
    let sql = "UPDATE public.alert_notices SET is_asked = true WHERE notification = $1";
    sqlx::query(sql).bind(message).execute(pool).await?;
    Ok(())
}

/// An alert that a message told of.
pub(super) struct Told {
    pub(super) alert_id: Uuid,
    pub(super) rule_id: Uuid,
    pub(super) listing_id: i64,
    pub(super) channel: Channel,
}

/// The alerts that a message tells of.
pub(super) async fn told_by(pool: &PgPool, message: Uuid) -> sqlx::Result<Vec<Told>> {
    let rows: Vec<(Uuid, Uuid, i64, String)> = sqlx::query_as(
        "SELECT alert_id, rule_id, listing_id, channel FROM public.alert_notices WHERE notification = $1",
    )
    .bind(message)
    .fetch_all(pool)
    .await?;
    let told = rows.into_iter().filter_map(|(alert_id, rule_id, listing_id, channel)| {
        Some(Told { alert_id, rule_id, listing_id, channel: Channel::parse(&channel)? })
    });
    Ok(told.collect())
}
