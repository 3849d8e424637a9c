use std::sync::Arc;

use aggregates::users::Role;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use sqlx::PgPool;
use uuid::Uuid;

use super::{AuthError, Secret, SecretKind, SignedIn, credential_changes::CredentialChanges};
use crate::limits;

/// What a named token is to be. It lasts until it ends or is revoked, also when the password changes.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub user_id: i64,
    /// What it is for, in the user's words.
    pub name: String,
    /// It acts with the lower of this and its user's role at that time.
    pub role: Role,
    /// Who made it; none: the command line.
    pub created_by: Option<i64>,
    /// How long it lasts; none: until it is revoked.
    pub lifetime: Option<TimeDelta>,
}

/// A token that was just made; the only time its text is seen.
#[derive(Clone, Debug)]
pub struct IssuedToken {
    /// Which one.
    pub id: Uuid,
    /// The token itself.
    pub secret: Secret,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, if ever.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A named token as it is listed: without its text, which nobody has.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ListedToken {
    /// Which one.
    pub id: Uuid,
    /// What it was called.
    pub name: String,
    /// Its ceiling.
    pub role: String,
    /// Whose it is.
    pub user_id: i64,
    /// Their name, if they are still known.
    pub username: Option<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, if ever.
    pub expires_at: Option<DateTime<Utc>>,
    /// About when it was used last.
    pub last_used_at: Option<DateTime<Utc>>,
}

/// What programs come with.
#[derive(Clone)]
pub struct Tokens {
    pool: PgPool,
    changes: Arc<CredentialChanges>,
}

impl Tokens {
    pub(super) fn new(pool: PgPool, changes: Arc<CredentialChanges>) -> Self {
        Self { pool, changes }
    }

    /// Makes a named token. None: its user has as many as they may.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn issue(&self, new: NewToken, now: DateTime<Utc>) -> Result<Option<IssuedToken>, AuthError> {
        let token = IssuedToken::new(new.lifetime, now)?;
        let inserted = sqlx::query(
            "INSERT INTO api_tokens (id, token_hash, user_id, name, role, created_by, created_at, expires_at)
             SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE $9 > (SELECT count(*) FROM api_tokens
                     WHERE user_id = $3 AND name IS NOT NULL AND revoked_at IS NULL)",
        )
        .bind(token.id)
        .bind(token.secret.hash().as_bytes())
        .bind(new.user_id)
        .bind(new.name)
        .bind(new.role.code())
        .bind(new.created_by)
        .bind(token.created_at)
        .bind(token.expires_at)
        .bind(limits::TOKENS_PER_USER)
        .execute(&self.pool)
        .await?;
        Ok((inserted.rows_affected() == 1).then_some(token))
    }

    /// Makes a token for a program that signed in with `user`'s password; it has no name and ends when the
    /// password changes. None: that just happened. Of too many, the oldest make room.
    ///
    /// # Errors
    /// When the database or the system's randomness fails.
    pub async fn issue_for_sign_in(
        &self,
        user: &SignedIn,
        lifetime: TimeDelta,
        now: DateTime<Utc>,
    ) -> Result<Option<IssuedToken>, AuthError> {
        let token = IssuedToken::new(Some(lifetime), now)?;
        // The lock makes a change of the password come wholly before this or wholly after it.
        let inserted = sqlx::query(
            "INSERT INTO api_tokens (id, token_hash, user_id, role, created_by, created_at, expires_at)
             SELECT $1, $2, user_id, $5, user_id, $6, $7 FROM user_passwords
              WHERE user_id = $3 AND version = $4 FOR SHARE",
        )
        .bind(token.id)
        .bind(token.secret.hash().as_bytes())
        .bind(user.user_id)
        .bind(user.password_version)
        .bind(Role::Admin.code())
        .bind(token.created_at)
        .bind(token.expires_at)
        .execute(&self.pool)
        .await?;
        self.make_room(user.user_id, now).await?;
        Ok((inserted.rows_affected() == 1).then_some(token))
    }

    /// Named tokens that are not revoked, of one user or of everybody, newest first; and how many there are.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn list(
        &self,
        user_id: Option<i64>,
        offset: i64,
        limit: i64,
    ) -> Result<(Vec<ListedToken>, i64), AuthError> {
        let tokens = sqlx::query_as(
            "SELECT t.id, t.name, t.role, t.user_id, u.username, t.created_at, t.expires_at, t.last_used_at
               FROM api_tokens t LEFT JOIN read.users u ON u.number = t.user_id
              WHERE t.revoked_at IS NULL AND t.name IS NOT NULL AND ($1::bigint IS NULL OR t.user_id = $1)
              ORDER BY t.id DESC OFFSET $2 LIMIT $3",
        )
        .bind(user_id)
        .bind(offset)
        .bind(limit.min(limits::TOKENS_LISTED))
        .fetch_all(&self.pool)
        .await?;
        let total = sqlx::query_scalar(
            "SELECT count(*) FROM api_tokens
              WHERE revoked_at IS NULL AND name IS NOT NULL AND ($1::bigint IS NULL OR user_id = $1)",
        )
        .bind(user_id)
        .fetch_one(&self.pool)
        .await?;
        Ok((tokens, total))
    }

    /// Revokes a named token, of `owner` when one is given; false when there is none such.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn revoke(&self, id: Uuid, owner: Option<i64>, now: DateTime<Utc>) -> Result<bool, AuthError> {
        let user_id: Option<i64> = sqlx::query_scalar(
            "WITH revoked AS (
                 UPDATE api_tokens SET revoked_at = $3
                  WHERE id = $1 AND revoked_at IS NULL AND name IS NOT NULL
                    AND ($2::bigint IS NULL OR user_id = $2)
                 RETURNING user_id)
             SELECT user_id FROM revoked, LATERAL pg_notify('credentials_changed', user_id::text)",
        )
        .bind(id)
        .bind(owner)
        .bind(now)
        .fetch_optional(&self.pool)
        .await?;
        if let Some(user_id) = user_id {
            self.changes.happened_to(user_id);
        }
        Ok(user_id.is_some())
    }

    /// Writes down that the token is in use, at most once a minute.
    pub(super) async fn touch(&self, id: Uuid, last_used_at: Option<DateTime<Utc>>, now: DateTime<Utc>) {
        if last_used_at.is_some_and(|last| now - last < limits::CREDENTIAL_TOUCH_EVERY) {
            return;
        }
        let touched = sqlx::query(
            "UPDATE api_tokens SET last_used_at = $2 WHERE id = $1 AND coalesce(last_used_at < $2, true)",
        )
        .bind(id)
        .bind(now.trunc_subsecs(0))
        .execute(&self.pool)
        .await;
        // Nobody is turned away because their visit could not be written down.
        if let Err(error) = touched {
            tracing::debug!(%error, "a token's use was not written down");
        }
    }

    async fn make_room(&self, user_id: i64, now: DateTime<Utc>) -> Result<(), AuthError> {
        sqlx::query(
            "DELETE FROM api_tokens WHERE user_id = $1 AND name IS NULL AND (expires_at <= $2 OR id IN (
                 SELECT id FROM api_tokens WHERE user_id = $1 AND name IS NULL ORDER BY id DESC OFFSET $3))",
        )
        .bind(user_id)
        .bind(now)
        .bind(limits::TOKENS_PER_USER)
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

impl IssuedToken {
    fn new(lifetime: Option<TimeDelta>, now: DateTime<Utc>) -> Result<Self, AuthError> {
        let created_at = now.trunc_subsecs(0);
        let expires_at =
            match lifetime {
                Some(lifetime) => Some(created_at.checked_add_signed(lifetime).ok_or_else(|| {
                    AuthError::Internal("a token would end after the end of time".to_owned())
                })?),
                None => None,
            };
        Ok(Self { id: Uuid::now_v7(), secret: Secret::generate(SecretKind::Token)?, created_at, expires_at })
    }
}
