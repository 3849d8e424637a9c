//! How fast Telegram may be written to: so many messages a second in all, one a second a chat, for the whole
//! cluster. Turns are given in the order in which they are asked for.

use std::time::Duration;

use chrono::{DateTime, Utc};
use sqlx::PgPool;

use crate::config::TelegramConfig;
use crate::jobs::Stop;

/// The row of all chats together; no chat is called so.
const ALL: &str = "*";

/// The pace.
#[derive(Clone)]
pub(super) struct Pace {
    pool: PgPool,
    /// Seconds between two messages to one chat; 0: none.
    chat_pause_s: f64,
    /// Seconds between any two messages; 0: none.
    pause_s: f64,
}

const TAKE: &str = "INSERT INTO telegram_pace AS pace (chat, free_at) \
     VALUES ($1, clock_timestamp() + make_interval(secs => $2)) \
     ON CONFLICT (chat) DO UPDATE \
         SET free_at = greatest(pace.free_at, clock_timestamp()) + make_interval(secs => $2) \
     RETURNING free_at - make_interval(secs => $2)";

impl Pace {
    pub(super) fn of(config: &TelegramConfig, pool: PgPool) -> Self {
        let pause_s = if config.messages_per_s == 0 { 0.0 } else { 1.0 / f64::from(config.messages_per_s) };
        Self { pool, chat_pause_s: f64::from(config.chat_pause_ms) / 1_000.0, pause_s }
    }

    /// When the next message to a chat may go out; that turn is taken then.
    pub(super) async fn turn(&self, chat: &str) -> Result<DateTime<Utc>, Stop> {
        if self.chat_pause_s <= 0.0 {
            return Ok(DateTime::<Utc>::MIN_UTC);
        }
        let turn = sqlx::query_scalar(TAKE).bind(chat).bind(self.chat_pause_s).fetch_one(&self.pool).await?;
        Ok(turn)
    }

    /// Waits until one more message of all may go out; never long, as few ask at once.
    pub(super) async fn pass(&self) -> Result<(), Stop> {
        if self.pause_s <= 0.0 {
            return Ok(());
        }
        let turn: DateTime<Utc> =
            sqlx::query_scalar(TAKE).bind(ALL).bind(self.pause_s).fetch_one(&self.pool).await?;
        let wait = (turn - Utc::now()).to_std().unwrap_or_default();
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Telegram wants a chat to be left alone for so long; gives the end of that.
    pub(super) async fn hold(&self, chat: &str, after: Duration) -> Result<DateTime<Utc>, Stop> {
        let until = sqlx::query_scalar(
            "INSERT INTO telegram_pace AS pace (chat, free_at) \
             VALUES ($1, clock_timestamp() + make_interval(secs => $2)) \
             ON CONFLICT (chat) DO UPDATE SET free_at = greatest(pace.free_at, excluded.free_at) \
             RETURNING clock_timestamp() + make_interval(secs => $2)",
        )
        .bind(chat)
        .bind(after.as_secs_f64())
        .fetch_one(&self.pool)
        .await?;
        Ok(until)
    }
}
