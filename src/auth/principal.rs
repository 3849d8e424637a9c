use aggregates::{Actor, users::Role};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::SecretHash;

/// What somebody proved who they are with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Credential {
    /// A token, in whatever header or cookie it came.
    Token {
        /// Which one.
        id: Uuid,
        /// When it ends, if ever.
        expires_at: Option<DateTime<Utc>>,
    },
    /// A browser's session.
    Session {
        /// Which one.
        hash: SecretHash,
        /// When it ends unless it is used.
        expires_at: DateTime<Utc>,
    },
}

impl Credential {
    /// When it ends, if ever.
    pub fn expires_at(&self) -> Option<DateTime<Utc>> {
        match self {
            Self::Token { expires_at, .. } => *expires_at,
            Self::Session { expires_at, .. } => Some(*expires_at),
        }
    }

    /// Whether it is good at `now`; at the very instant of its end it no longer is.
    pub fn is_live(&self, now: DateTime<Utc>) -> bool {
        self.expires_at().is_none_or(|end| now < end)
    }
}

/// Who is asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// The user's number.
    pub user_id: i64,
    /// Their name at the door.
    pub username: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// What they may do with this credential: never more than the user may at present.
    pub role: Role,
    /// What they came with.
    pub credential: Credential,
}

impl Principal {
    /// The actor of what they do.
    pub fn actor(&self) -> Actor {
        Actor { user_id: Some(self.user_id), name: self.username.clone() }
    }
}

/// The lower of what a user may do and what their token was made for.
pub(super) fn ceiling(user: Role, token: Role) -> Role {
    if user.covers(token) { token } else { user }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_never_raises_its_user_nor_exceeds_its_own_role() {
        for user in Role::ALL {
            for token in Role::ALL {
                let role = ceiling(user, token);
                assert!(user.covers(role) && token.covers(role), "{user:?} {token:?} {role:?}");
                assert!(role == user || role == token);
            }
        }
    }

    #[test]
    fn a_credential_ends_on_the_second() {
        let end = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let token = |expires_at| Credential::Token { id: Uuid::nil(), expires_at };
        assert!(token(Some(end)).is_live(end - chrono::TimeDelta::milliseconds(1)));
        assert!(!token(Some(end)).is_live(end));
        assert!(token(None).is_live(DateTime::<Utc>::MAX_UTC));
    }
}
