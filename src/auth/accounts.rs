use std::sync::Arc;

use aggregates::users::{Role, User, UserCommand, fold, look};
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{
    AuthError, Credential, Lockout, Password, Passwords, Principal, Reason, Secret, SignInError, Visitor,
    credential_changes::CredentialChanges,
};
use crate::event_store::{Context, ExecuteError, Outcome, Store};

/// Somebody to be let in.
#[derive(Clone, Debug)]
pub struct NewUser {
    /// Their name at the door.
    pub username: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// False: they may not come in for now.
    pub is_enabled: bool,
    /// What they will come in with.
    pub password: Password,
}

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum RegisterError {
    /// A rule says no, the name is taken, or the log is out of reach.
    #[error(transparent)]
    Execute(ExecuteError),
    /// Their password could not be stored.
    #[error(transparent)]
    Unable(#[from] AuthError),
}

/// Why a password was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangePasswordError {
    /// The current password is another; or it was changed at the same time.
    #[error("the current password is wrong")]
    WrongCurrent,
    /// Too many wrong guesses, here or at the door.
    #[error("too many failed attempts: try again in {retry_after_s} seconds")]
    LockedOut {
        /// When to come again.
        retry_after_s: u32,
    },
    /// It could not be done.
    #[error(transparent)]
    Unable(#[from] AuthError),
}

/// Lets people in and changes their passwords.
#[derive(Clone)]
pub struct Accounts {
    pub(super) pool: PgPool,
    pub(super) passwords: Passwords,
    lockout: Lockout,
    pub(super) changes: Arc<CredentialChanges>,
}

impl Accounts {
    pub(super) fn new(
        pool: PgPool,
        passwords: Passwords,
        lockout: Lockout,
        changes: Arc<CredentialChanges>,
    ) -> Self {
        Self { pool, passwords, lockout, changes }
    }

    /// Lets somebody in. Their number is in the answer.
    ///
    /// The password is stored first, under a number that nobody has yet, and the event is appended after it:
    /// a crash between leaves a hash that belongs to nobody, never a user who can't come in. Numbers are
    /// never allotted twice, so such a hash never becomes anybody's.
    ///
    /// # Errors
    /// When the event is refused or something is out of reach.
    pub async fn register(
        &self,
        store: &Store,
        new: NewUser,
        context: &Context,
        now: DateTime<Utc>,
    ) -> Result<(i64, Outcome), RegisterError> {
        let hash = self.passwords.hash(new.password).await?;
        let number = self.allot(&hash, now).await?;
        let command = UserCommand::Register {
            number,
            username: new.username,
            email: new.email,
            display_name: new.display_name,
            role: new.role,
            is_enabled: new.is_enabled,
        };
        let outcome = match store.create::<User>(&number.to_string(), command, context).await {
            Ok(outcome) => outcome,
            Err(error) => {
                // Of an outage nobody knows whether the event was appended before it: then the hash stays.
                if !matches!(error, ExecuteError::Unavailable(_) | ExecuteError::Internal(_)) {
                    self.give_back(number).await;
                }
                return Err(RegisterError::Execute(error));
            }
        };
        let registered = outcome.aggregate_id.parse().map_err(|_| {
            AuthError::Internal(format!("a user stream is not called by a number: {}", outcome.aggregate_id))
        })?;
        // A repeated request (contract R8) is answered with the user of the first one.
        if registered != number {
            self.give_back(number).await;
        }
        Ok((registered, outcome))
    }

    /// The user of that name as the log knows them: also right where no read model is kept up, as on the
    /// command line.
    ///
    /// # Errors
    /// When the log is out of reach.
    pub async fn find(&self, store: &Store, username: &str) -> Result<Option<User>, AuthError> {
        if username.contains('\0') {
            return Ok(None);
        }
        let number: Option<String> =
            sqlx::query_scalar("SELECT owner FROM claims WHERE scope = 'username' AND key = $1")
                .bind(look(username))
                .fetch_optional(&self.pool)
                .await?;
        let Some(number) = number else { return Ok(None) };
        let loaded =
            store.load::<User>(&number).await.map_err(|error| AuthError::Internal(error.to_string()))?;
        // A name that only looks the same is nobody's.
        Ok(Some(loaded.state).filter(|user| fold(&user.username) == fold(username)))
    }

    /// Changes `principal`'s password if `current` is right. All their other sessions end, and so do the
    /// tokens they got by signing in; named tokens stay, they have an owner's decision of their own.
    ///
    /// # Errors
    /// Wrong, locked out, or unable to.
    pub async fn change_password(
        &self,
        principal: &Principal,
        current: Secret,
        new: Password,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<(), ChangePasswordError> {
        let (username, user_id) = (principal.username.as_str(), principal.user_id);
        if let Some(until) = self.lockout.until(username, visitor, now).await? {
            self.lockout.record(username, Some(user_id), visitor, Reason::LockedOut, now).await?;
            return Err(locked_out(until, now));
        }
        let stored: Option<(String, i64)> =
            sqlx::query_as("SELECT hash, version FROM user_passwords WHERE user_id = $1")
                .bind(user_id)
                .fetch_optional(&self.pool)
                .await
                .map_err(AuthError::from)?;
        let (hash, version) = stored.unzip();
        if !self.passwords.verify(current, hash).await? {
            let reason = Reason::WrongCurrentPassword;
            return Err(match self.lockout.record(username, Some(user_id), visitor, reason, now).await? {
                Some(until) => locked_out(until, now),
                None => ChangePasswordError::WrongCurrent,
            });
        }
        let new_hash = self.passwords.hash(new).await?;
        let replaced = self.replace(principal, version.unwrap_or_default(), &new_hash, now).await?;
        self.changes.happened_to(user_id);
        if replaced { Ok(()) } else { Err(ChangePasswordError::WrongCurrent) }
    }

    async fn allot(&self, hash: &str, now: DateTime<Utc>) -> Result<i64, AuthError> {
        Ok(sqlx::query_scalar(
            "INSERT INTO user_passwords (user_id, hash, changed_at)
             VALUES (nextval('user_numbers'), $1, $2) RETURNING user_id",
        )
        .bind(hash)
        .bind(now)
        .fetch_one(&self.pool)
        .await?)
    }

    async fn give_back(&self, number: i64) {
        let removed = sqlx::query("DELETE FROM user_passwords WHERE user_id = $1")
            .bind(number)
            .execute(&self.pool)
            .await;
        if let Err(error) = removed {
            tracing::debug!(%error, number, "the hash of a user who was not registered stays behind");
        }
    }

    /// Two statements in this order: whoever begins a session with the old password either holds its row,
    /// and is waited for and then ended, or finds another version.
    async fn replace(
        &self,
        principal: &Principal,
        version: i64,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, AuthError> {
        let (session, token) = match &principal.credential {
            Credential::Session { hash, .. } => (Some(hash.as_bytes()), None),
            Credential::Token { id, .. } => (None, Some(*id)),
        };
        let mut transaction = self.pool.begin().await?;
        let replaced = sqlx::query(
            "UPDATE user_passwords SET hash = $3, version = version + 1, changed_at = $4
              WHERE user_id = $1 AND version = $2",
        )
        .bind(principal.user_id)
        .bind(version)
        .bind(hash)
        .bind(now)
        .execute(&mut *transaction)
        .await?;
        if replaced.rows_affected() == 0 {
            return Ok(false);
        }
        sqlx::query(
            "WITH sessions_ended AS (
                 DELETE FROM sessions WHERE user_id = $1 AND id_hash IS DISTINCT FROM $2),
             tokens_ended AS (
                 DELETE FROM api_tokens WHERE user_id = $1 AND name IS NULL AND id IS DISTINCT FROM $3)
             SELECT pg_notify('credentials_changed', $1::text)",
        )
        .bind(principal.user_id)
        .bind(session)
        .bind(token)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(true)
    }
}

fn locked_out(until: DateTime<Utc>, now: DateTime<Utc>) -> ChangePasswordError {
    ChangePasswordError::LockedOut { retry_after_s: SignInError::retry_after_s(until, now) }
}
