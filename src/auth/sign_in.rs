use aggregates::users::Role;
use chrono::{DateTime, Utc};
use sqlx::PgPool;

use super::{AuthError, Lockout, Passwords, Reason, Secret, Visitor, fold};
use crate::limits;

/// Somebody whose password was right a moment ago.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The user's number.
    pub user_id: i64,
    /// Their name at the door.
    pub username: String,
    /// What they may do.
    pub role: Role,
    /// Which password it was: what is begun with it must not outlive its change.
    pub(super) password_version: i64,
}

/// Why somebody doesn't come in.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Name and password don't belong together; which of them is wrong is not told.
    #[error("the name or the password is wrong")]
    Wrong,
    /// Too many failures; the right password would be refused too.
    #[error("too many failed attempts: try again in {retry_after_s} seconds")]
    LockedOut {
        /// When to come again.
        retry_after_s: u32,
    },
    /// It could not be found out.
    #[error(transparent)]
    Unable(#[from] AuthError),
}

impl SignInError {
    pub(super) fn locked_out(until: DateTime<Utc>, now: DateTime<Utc>) -> Self {
        Self::LockedOut { retry_after_s: Self::retry_after_s(until, now) }
    }

    /// Rounded up: who comes back on the second must find the door open.
    pub(super) fn retry_after_s(until: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
        let seconds = ((until - now).num_milliseconds() + 999) / 1_000;
        u32::try_from(seconds.max(1)).unwrap_or(u32::MAX)
    }
}

/// The door: name and password, the lock-out, the login history.
#[derive(Clone)]
pub struct SignIn {
    pool: PgPool,
    passwords: Passwords,
    lockout: Lockout,
}

impl SignIn {
    pub(super) fn new(pool: PgPool, passwords: Passwords, lockout: Lockout) -> Self {
        Self { pool, passwords, lockout }
    }

    /// Checks a name with its password and writes the outcome into the login history. Unknown and removed
    /// users take the same path with the same work as known ones.
    ///
    /// # Errors
    /// Wrong, locked out, or unable to tell.
    pub async fn check(
        &self,
        username: &str,
        password: Secret,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<SignedIn, SignInError> {
        let username = username.trim();
        if let Some(until) = self.lockout.until(username, visitor, now).await? {
            let user_id = self.find(username).await?.map(|user| user.number);
            self.lockout.record(username, user_id, visitor, Reason::LockedOut, now).await?;
            return Err(SignInError::locked_out(until, now));
        }
        let user = self.find(username).await?;
        let stored = user.as_ref().and_then(|user| user.hash.clone());
        let is_right = self.passwords.verify(password, stored).await?;
        let reason = reason(user.as_ref(), is_right);
        let user_id = user.as_ref().map(|user| user.number);
        if let Some(until) = self.lockout.record(username, user_id, visitor, reason, now).await? {
            return Err(SignInError::locked_out(until, now));
        }
        match user {
            Some(user) if reason == Reason::Right => Ok(user.signed_in()?),
            _ => Err(SignInError::Wrong),
        }
    }

    /// The user who has that name now.
    async fn find(&self, username: &str) -> Result<Option<KnownUser>, AuthError> {
        let is_possible = username.chars().take(limits::ATTEMPT_NAME_CHARS + 1).count()
            <= limits::ATTEMPT_NAME_CHARS
            && !username.chars().any(char::is_control);
        if !is_possible {
            return Ok(None);
        }
        Ok(sqlx::query_as(
            "SELECT u.number, u.username, u.role, u.is_active, p.hash, p.version
               FROM read.users u LEFT JOIN user_passwords p ON p.user_id = u.number
              WHERE u.username_folded = $1 AND NOT u.is_removed",
        )
        .bind(fold(username))
        .fetch_optional(&self.pool)
        .await?)
    }
}

fn reason(user: Option<&KnownUser>, is_right: bool) -> Reason {
    match user {
        None => Reason::UnknownUser,
        Some(user) if user.hash.is_none() => Reason::NoPassword,
        Some(user) if is_right && !user.is_active => Reason::Disabled,
        Some(_) if is_right => Reason::Right,
        Some(_) => Reason::WrongPassword,
    }
}

#[derive(sqlx::FromRow)]
struct KnownUser {
    number: i64,
    username: String,
    role: String,
    is_active: bool,
    hash: Option<String>,
    version: Option<i64>,
}

impl KnownUser {
    fn signed_in(self) -> Result<SignedIn, AuthError> {
        let role = Role::parse(&self.role)
            .ok_or_else(|| AuthError::Internal(format!("a stored role is unknown: {}", self.role)))?;
        Ok(SignedIn {
            user_id: self.number,
            username: self.username,
            role,
            password_version: self.version.unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn user(hash: Option<&str>) -> KnownUser {
        KnownUser {
            number: 1,
            username: "mei".into(),
            role: "user".into(),
            is_active: true,
            hash: hash.map(str::to_owned),
            version: hash.map(|_| 1),
        }
    }

    #[test]
    fn only_a_user_with_the_right_password_comes_in() {
        assert_eq!(reason(Some(&user(Some("hash"))), true), Reason::Right);
        assert_eq!(reason(Some(&user(Some("hash"))), false), Reason::WrongPassword);
        assert_eq!(reason(Some(&user(None)), true), Reason::NoPassword);
        let disabled = KnownUser { is_active: false, ..user(Some("hash")) };
        assert_eq!(reason(Some(&disabled), true), Reason::Disabled);
        assert_eq!(reason(Some(&disabled), false), Reason::WrongPassword);
        assert_eq!(reason(None, true), Reason::UnknownUser);
    }

    #[test]
    fn the_wait_is_rounded_up_and_never_nothing() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let wait =
            |milliseconds| SignInError::retry_after_s(now + TimeDelta::milliseconds(milliseconds), now);
        assert_eq!([wait(899_001), wait(899_000), wait(1), wait(0), wait(-5)], [900, 899, 1, 1, 1]);
    }
}
