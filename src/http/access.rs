use aggregates::users::Role;
use axum::http::Extensions;

use super::caller::UncheckedCredentials;
use super::{ApiError, Caller, Code, PresentedBadCredentials};

/// Who may call a route (contract R3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Access {
    /// Anybody.
    Public,
    /// Who carries the route's own secret, whatever else they present: Telegram's webhook.
    Secret,
    /// Any role.
    Read,
    /// Any role: a bot's own work, rendering and bot commands.
    Command,
    /// User and up: everyone but a bot. AI copy, own tokens, own history.
    Copy,
    /// Manager and up.
    Write,
    /// Manager and up.
    Audit,
    /// Admin.
    Admin,
}

impl Access {
    /// The least role that is let in; none: no credential is needed.
    pub fn least_role(self) -> Option<Role> {
        match self {
            Self::Public | Self::Secret => None,
            Self::Read | Self::Command => Some(Role::Bot),
            Self::Copy => Some(Role::User),
            Self::Write | Self::Audit => Some(Role::Manager),
            Self::Admin => Some(Role::Admin),
        }
    }

    /// Lets the caller in these extensions pass or says why not.
    pub(crate) fn check(self, extensions: &Extensions) -> Result<(), ApiError> {
        let Some(least) = self.least_role() else { return Ok(()) };
        match extensions.get::<Caller>() {
            Some(caller) if caller.role.covers(least) => Ok(()),
            Some(caller) => Err(ApiError::saying(
                Code::PermissionDenied,
                format!("this takes the role {}, yours is {}", least.code(), caller.role.code()),
            )),
            None if extensions.get::<PresentedBadCredentials>().is_some() => {
                Err(ApiError::new(Code::AuthFailed))
            }
            None => match extensions.get::<UncheckedCredentials>() {
                Some(UncheckedCredentials(outage)) => Err(outage.clone()),
                None => Err(ApiError::new(Code::AuthRequired)),
            },
        }
    }
}
