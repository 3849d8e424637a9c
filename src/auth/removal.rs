//! What others do to somebody's credentials.

use aggregates::users::ERASED;
use chrono::{DateTime, Utc};

use super::{Accounts, AuthError, Password};

impl Accounts {
    /// Another administrator who can come in, if there is one; whom it names may go at any time, so the append checks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn other_admin(&self, number: i64) -> Result<Option<i64>, AuthError> {
        let sql = "SELECT owner FROM claims WHERE scope = 'admin' AND key <> $1 ORDER BY random() LIMIT 1";
        let owner: Option<String> =
            sqlx::query_scalar(sql).bind(number.to_string()).fetch_optional(&self.pool).await?;
        let owner = owner.map(|owner| owner.parse()).transpose();
        owner.map_err(|_| AuthError::Internal("an administrator is not called by a number".to_owned()))
    }

    /// The PHC string for a password that somebody is to get.
    ///
    /// # Errors
    /// When too many passwords wait, or there is no randomness for a salt.
    pub async fn hash(&self, password: Password) -> Result<String, AuthError> {
        self.passwords.hash(password).await
    }

    /// Gives `user_id` another password, made by [`Self::hash`]. All their sessions end, and so do the tokens they
    /// got by signing in.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn reset_password(
        &self,
        user_id: i64,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<(), AuthError> {
        // Two statements in this order: whoever begins a session with the old password either holds its row, and is
        // waited for and then ended, or finds another version.
        let mut transaction = self.pool.begin().await?;
        sqlx::query(
            "INSERT INTO user_passwords (user_id, hash, changed_at) VALUES ($1, $2, $3)
             ON CONFLICT (user_id) DO UPDATE SET hash = excluded.hash, version = user_passwords.version + 1,
                 changed_at = excluded.changed_at",
        )
        .bind(user_id)
        .bind(hash)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        sqlx::query(
            "WITH sessions_ended AS (DELETE FROM sessions WHERE user_id = $1),
                  tokens_ended AS (DELETE FROM api_tokens WHERE user_id = $1 AND name IS NULL)
             SELECT pg_notify('credentials_changed', $1::text)",
        )
        .bind(user_id)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        self.changes.happened_to(user_id);
        Ok(())
    }

    /// Takes away all that `user_id` could come in with: they were removed.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn forget(&self, user_id: i64) -> Result<(), AuthError> {
        sqlx::query(
            "WITH password AS (DELETE FROM user_passwords WHERE user_id = $1),
                  sessions_ended AS (DELETE FROM sessions WHERE user_id = $1),
                  tickets AS (DELETE FROM socket_tickets WHERE user_id = $1),
                  tokens_ended AS (DELETE FROM api_tokens WHERE user_id = $1)
             SELECT pg_notify('credentials_changed', $1::text)",
        )
        .bind(user_id)
        .execute(&self.pool)
        .await?;
        self.changes.happened_to(user_id);
        Ok(())
    }

    /// The name by which `user_id` was known last, as knocks at the door are remembered; none: it was erased already.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn last_name(&self, user_id: i64) -> Result<Option<String>, AuthError> {
        let sql = "SELECT username_folded FROM users WHERE number = $1 AND username <> $2";
        Ok(sqlx::query_scalar(sql).bind(user_id).bind(ERASED).fetch_optional(&self.pool).await?)
    }

    /// Takes away what is written down of `user_id` beside the log: they were erased. What was typed when `name` was
    /// nobody's any more, or nobody's yet, goes too; the rest of their knocks went with their key.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn erase(&self, user_id: i64, name: Option<&str>) -> Result<(), AuthError> {
        self.forget(user_id).await?;
        sqlx::query(
            "UPDATE login_attempts SET username = $2, username_folded = $2, ip = $2, network = $2, agent = NULL
              WHERE user_id = $1 OR (user_id IS NULL AND username_folded = $3)",
        )
        .bind(user_id)
        .bind(ERASED)
        .bind(name)
        .execute(&self.pool)
        .await?;
        // Answers kept for a repeated request say what they were called; such a request is answered anew. A thing of
        // another kind with the same number loses its answer too, which costs it no more.
        sqlx::query(
            "UPDATE idempotency_keys SET answer = NULL WHERE aggregate_id = $1 OR caller = 'user:' || $1",
        )
        .bind(user_id.to_string())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}
