use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::AuthError;
use crate::limits;

/// Who knocked at the door, and what came of it (contract §3). Plain rows and not events: they hold addresses, and
/// most of them are of no consequence.
#[derive(Clone)]
pub struct LoginHistory {
    pool: PgPool,
}

/// Which knocks are wanted.
#[derive(Clone, Debug, Default)]
pub struct AttemptFilter {
    /// Only those for this user.
    pub user_id: Option<i64>,
    /// Only those at or after this moment.
    pub from: Option<DateTime<Utc>>,
    /// Only those before this moment.
    pub before: Option<DateTime<Utc>>,
    /// Only those that came in, or that did not.
    pub succeeded: Option<bool>,
    /// How many to pass over.
    pub offset: i64,
    /// At most this many, up to [`limits::LOGIN_HISTORY_LISTED`].
    pub limit: i64,
}

/// One knock.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Attempt {
    /// Its number, in the order of writing down.
    pub id: i64,
    /// The user so called, if there was one.
    pub user_id: Option<i64>,
    /// The name that was typed, shortened.
    pub username: String,
    /// From where.
    pub ip: String,
    /// What the program called itself.
    pub agent: Option<String>,
    /// Whether they came in.
    pub succeeded: bool,
    /// Why, or why not: a stable word.
    pub reason: String,
    /// When.
    pub at: DateTime<Utc>,
}

impl LoginHistory {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// The knocks that `filter` wants, newest first, and how many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(&self, filter: &AttemptFilter) -> Result<(Vec<Attempt>, i64), AuthError> {
        const WHICH: &str = "FROM login_attempts WHERE ($1::bigint IS NULL OR user_id = $1) \
             AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3) \
             AND ($4::boolean IS NULL OR succeeded = $4)";
        let sql = format!(
            "SELECT id, user_id, username, ip, agent, succeeded, reason, at {WHICH} \
             ORDER BY at DESC, id DESC OFFSET $5 LIMIT $6"
        );
        let attempts = sqlx::query_as(&sql)
            .bind(filter.user_id)
            .bind(filter.from)
            .bind(filter.before)
            .bind(filter.succeeded)
            .bind(filter.offset)
            .bind(filter.limit.min(limits::LOGIN_HISTORY_LISTED))
            .fetch_all(&self.pool)
            .await?;
        let total = sqlx::query_scalar(&format!("SELECT count(*) {WHICH}"))
            .bind(filter.user_id)
            .bind(filter.from)
            .bind(filter.before)
            .bind(filter.succeeded)
            .fetch_one(&self.pool)
            .await?;
        Ok((attempts, total))
    }
}
