use std::net::{IpAddr, Ipv6Addr};

use chrono::{DateTime, Utc};
use sqlx::{PgPool, postgres::types::PgInterval};

use super::{AuthError, fold};
use crate::limits;

/// Who stands at the door: an address and what their program calls itself.
#[derive(Clone, Debug)]
pub struct Visitor {
    ip: IpAddr,
    agent: Option<String>,
}

impl Visitor {
    /// A visitor from `ip`, whose `User-Agent` may be anything.
    pub fn new(ip: IpAddr, agent: Option<&str>) -> Self {
        Self { ip: ip.to_canonical(), agent: agent.map(|agent| storable(agent, limits::AGENT_CHARS)) }
    }

    pub(super) fn ip(&self) -> String {
        self.ip.to_string()
    }

    pub(super) fn agent(&self) -> Option<&str> {
        self.agent.as_deref()
    }

    /// What their address counts as. Who has an IPv6 address mostly has 2^64 of them, so those count together.
    fn network(&self) -> String {
        match self.ip {
            IpAddr::V4(ip) => ip.to_string(),
            IpAddr::V6(ip) => {
                let prefix = Ipv6Addr::from_bits(ip.to_bits() & !u128::from(u64::MAX));
                format!("{prefix}/64")
            }
        }
    }
}

/// What came of a knock at the door; its code is stored in the login history.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Came in.
    Right,
    /// The user is there, the password is another.
    WrongPassword,
    /// There is no such user, or no longer.
    UnknownUser,
    /// The password is right, but the user may not come in for now.
    Disabled,
    /// The user has no password to come in with.
    NoPassword,
    /// A signed-in user gave a wrong current password.
    WrongCurrentPassword,
    /// Not even looked at. Doesn't count, or a lock would feed itself.
    LockedOut,
}

impl Reason {
    fn code(self) -> &'static str {
        match self {
            Self::Right => "ok",
            Self::WrongPassword => "wrong_password",
            Self::UnknownUser => "unknown_user",
            Self::Disabled => "disabled",
            Self::NoPassword => "no_password",
            Self::WrongCurrentPassword => "wrong_current_password",
            Self::LockedOut => "locked_out",
        }
    }
}

/// Counts failures and shuts the door (contract §3): after 10 in 15 minutes for a name, or for an address,
/// nobody comes in by that name or from there, even with the right password, until the oldest of the ten is
/// 15 minutes old. A success clears its name's count, not its address's.
#[derive(Clone)]
pub struct Lockout {
    pool: PgPool,
}

impl Lockout {
    pub(super) fn new(pool: PgPool) -> Self {
        Self { pool }
    }

    /// Until when `username` from where `visitor` is must wait, if at all.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn until(
        &self,
        username: &str,
        visitor: &Visitor,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, AuthError> {
        Ok(sqlx::query_scalar("SELECT login_locked_until($1, $2, $3, $4, $5)")
            .bind(fold(&storable(username, limits::ATTEMPT_NAME_CHARS)))
            .bind(visitor.network())
            .bind(now)
            .bind(limits::LOCKOUT_FAILURES)
            .bind(window()?)
            .fetch_one(&self.pool)
            .await?)
    }

    /// Writes an outcome into the login history. When the door was shut by others while this one was looked
    /// at, the answer is until when: the outcome must not be told then, right or wrong.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn record(
        &self,
        username: &str,
        user_id: Option<i64>,
        visitor: &Visitor,
        reason: Reason,
        now: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, AuthError> {
        let username = storable(username, limits::ATTEMPT_NAME_CHARS);
        Ok(sqlx::query_scalar("SELECT record_login_attempt($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)")
            .bind(&username)
            .bind(fold(&username))
            .bind(user_id)
            .bind(visitor.ip())
            .bind(visitor.network())
            .bind(visitor.agent())
            .bind(reason == Reason::Right)
            .bind(reason.code())
            .bind(now)
            .bind(limits::LOCKOUT_FAILURES)
            .bind(window()?)
            .fetch_one(&self.pool)
            .await?)
    }
}

fn window() -> Result<PgInterval, AuthError> {
    PgInterval::try_from(limits::LOCKOUT_WINDOW)
        .map_err(|error| AuthError::Internal(format!("the lock-out window is no interval: {error}")))
}

/// Text from outside, short enough and without control characters (a NUL, which Postgres can't keep).
fn storable(text: &str, most_characters: usize) -> String {
    text.chars()
        .take(most_characters)
        .map(|character| if character.is_control() { char::REPLACEMENT_CHARACTER } else { character })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(ip: &str) -> String {
        Visitor::new(ip.parse().unwrap(), None).network()
    }

    #[test]
    fn an_address_counts_as_itself_and_an_ipv6_one_as_its_64() {
        assert_eq!(network("192.0.2.7"), "192.0.2.7");
        assert_eq!(network("::ffff:192.0.2.7"), "192.0.2.7");
        assert_eq!(network("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(network("2001:db8:1:2::"), "2001:db8:1:2::/64");
        assert_ne!(network("2001:db8:1:3::"), network("2001:db8:1:2::"));
    }

    #[test]
    fn what_is_written_down_is_short_and_without_control_characters() {
        let visitor = Visitor::new("::1".parse().unwrap(), Some(&"a\0\r\n".repeat(1_000)));
        let agent = visitor.agent().unwrap();
        assert_eq!(agent.chars().count(), 300);
        assert!(!agent.chars().any(char::is_control));
        assert_eq!(storable(&"名".repeat(10_000), 150), "名".repeat(150));
    }
}
