use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{
    AuthError, Secret, SecretHash, SecretKind, SignedIn, Visitor, credential_changes::CredentialChanges,
};
use crate::limits;

/// Browsers that signed in. A session lasts [`limits::SESSION_IDLE`] from its last use.
#[derive(Clone)]
pub struct Sessions {
    pool: PgPool,
    changes: Arc<CredentialChanges>,
}

impl Sessions {
    pub(super) fn new(pool: PgPool, changes: Arc<CredentialChanges>) -> Self {
        Self { pool, changes }
    }

    /// Begins a session; the answer is the cookie's value, which is nowhere else. None: the password was
    /// changed since it was checked.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn begin(
        &self,
        user: &SignedIn,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Option<Secret>, AuthError> {
        let secret = Secret::generate(SecretKind::Session)?;
        // The lock makes a change of the password come wholly before this or wholly after it.
        let begun = sqlx::query(
            "INSERT INTO sessions (id_hash, user_id, created_at, last_seen_at, expires_at, ip, agent)
             SELECT $1, user_id, $4, $4, $5, $6, $7 FROM user_passwords
              WHERE user_id = $2 AND version = $3 FOR SHARE",
        )
        .bind(secret.hash().as_bytes())
        .bind(user.user_id)
        .bind(user.password_version)
        .bind(now)
        .bind(end_of(now, now))
        .bind(visitor.ip())
        .bind(visitor.agent())
        .execute(&self.pool)
        .await?;
        self.make_room(user.user_id, now).await?;
        Ok((begun.rows_affected() == 1).then_some(secret))
    }

    /// Ends the session; false when there was none.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn end(&self, hash: SecretHash) -> Result<bool, AuthError> {
        let user_id: Option<i64> = sqlx::query_scalar(
            "WITH ended AS (DELETE FROM sessions WHERE id_hash = $1 RETURNING user_id)
             SELECT user_id FROM ended, LATERAL pg_notify('credentials_changed', user_id::text)",
        )
        .bind(hash.as_bytes())
        .fetch_optional(&self.pool)
        .await?;
        if let Some(user_id) = user_id {
            self.changes.happened_to(user_id);
        }
        Ok(user_id.is_some())
    }

    /// A user's sessions that have not ended, the one used last first; `own` is the asker's.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        user_id: i64,
        own: Option<SecretHash>,
        now: DateTime<Utc>,
    ) -> Result<Vec<ListedSession>, AuthError> {
        Ok(sqlx::query_as(
            "SELECT id, user_id, created_at, last_seen_at, expires_at, ip, agent,
                    coalesce(id_hash = $2, false) AS is_current
               FROM sessions WHERE user_id = $1 AND expires_at > $3
              ORDER BY last_seen_at DESC, id LIMIT $4",
        )
        .bind(user_id)
        .bind(own.as_ref().map(SecretHash::as_bytes))
        .bind(now)
        .bind(limits::SESSIONS_PER_USER)
        .fetch_all(&self.pool)
        .await?)
    }

    /// Ends the session that is listed as `id`, of `owner` when one is given; false when there is none such.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke(&self, id: Uuid, owner: Option<i64>) -> Result<bool, AuthError> {
        let user_id: Option<i64> = sqlx::query_scalar(
            "WITH ended AS (
                 DELETE FROM sessions WHERE id = $1 AND ($2::bigint IS NULL OR user_id = $2) RETURNING user_id)
             SELECT user_id FROM ended, LATERAL pg_notify('credentials_changed', user_id::text)",
        )
        .bind(id)
        .bind(owner)
        .fetch_optional(&self.pool)
        .await?;
        if let Some(user_id) = user_id {
            self.changes.happened_to(user_id);
        }
        Ok(user_id.is_some())
    }

    /// Writes down that the session is in use, at most once a minute, and extends it. The answer is its end.
    pub(super) async fn touch(&self, session: &LiveSession, now: DateTime<Utc>) -> DateTime<Utc> {
        if now - session.last_seen_at < limits::CREDENTIAL_TOUCH_EVERY {
            return session.expires_at;
        }
        let end = end_of(session.created_at, now);
        let touched = sqlx::query(
            "UPDATE sessions SET last_seen_at = $2, expires_at = $3 WHERE id_hash = $1 AND last_seen_at < $2",
        )
        .bind(session.hash.as_bytes())
        .bind(now)
        .bind(end)
        .execute(&self.pool)
        .await;
        match touched {
            Ok(_) => end,
            // Nobody is turned away because their visit could not be written down.
            Err(error) => {
                tracing::debug!(%error, "a session's use was not written down");
                session.expires_at
            }
        }
    }

    /// Nobody's ended sessions pile up, and nobody has more than a bounded number of live ones.
    async fn make_room(&self, user_id: i64, now: DateTime<Utc>) -> Result<(), AuthError> {
        sqlx::query(
            "DELETE FROM sessions WHERE user_id = $1 AND (expires_at <= $2 OR id_hash IN (
                 SELECT id_hash FROM sessions WHERE user_id = $1 ORDER BY last_seen_at DESC OFFSET $3))",
        )
        .bind(user_id)
        .bind(now)
        .bind(limits::SESSIONS_PER_USER)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

/// A session as it is listed: without the secret, which nobody has.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedSession {
    /// What it is called where it is listed.
    pub id: Uuid,
    /// Whose it is.
    pub user_id: i64,
    /// When they signed in.
    pub created_at: DateTime<Utc>,
    /// About when it was used last.
    pub last_seen_at: DateTime<Utc>,
    /// When it ends unless it is used.
    pub expires_at: DateTime<Utc>,
    /// From where they signed in.
    pub ip: String,
    /// What their browser called itself.
    pub agent: Option<String>,
    /// Whether it is the one that asks.
    pub is_current: bool,
}

/// What a touch needs to know of a session.
pub(super) struct LiveSession {
    pub(super) hash: SecretHash,
    pub(super) created_at: DateTime<Utc>,
    pub(super) last_seen_at: DateTime<Utc>,
    pub(super) expires_at: DateTime<Utc>,
}

fn end_of(created_at: DateTime<Utc>, used_at: DateTime<Utc>) -> DateTime<Utc> {
    (used_at + limits::SESSION_IDLE).min(created_at + limits::SESSION_LONGEST).trunc_subsecs(0)
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn use_extends_a_session_but_not_for_ever() {
        let created = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        assert_eq!(end_of(created, created), created + TimeDelta::days(14));
        assert_eq!(end_of(created, created + TimeDelta::days(10)), created + TimeDelta::days(24));
        assert_eq!(end_of(created, created + TimeDelta::days(80)), created + TimeDelta::days(90));
    }
}
