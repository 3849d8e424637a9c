use aggregates::Actor;
use aggregates::users::Role;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;
use std::convert::Infallible;
use uuid::Uuid;

use super::{ApiError, Code};
pub use crate::auth::Scheme;

/// Who is asking (contract R3). The authentication layer puts it into the request's extensions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The user's number.
    pub user_id: i64,
    /// Their name at the door.
    pub username: String,
    /// What they may do with this credential: never more than the user may.
    pub role: Role,
    /// How they showed who they are.
    pub scheme: Scheme,
    /// Which token they showed; none for a browser's session.
    pub credential_id: Option<Uuid>,
}

/// In the request's extensions when credentials were shown that are not good.
#[derive(Clone, Copy, Debug)]
pub struct PresentedBadCredentials;

/// In the request's extensions when credentials were shown but could not be checked, with the reason.
#[derive(Clone, Debug)]
pub(crate) struct UncheckedCredentials(pub(crate) ApiError);

impl Caller {
    /// The caller as the actor of what follows.
    pub fn actor(&self) -> Actor {
        Actor { user_id: Some(self.user_id), name: self.username.clone() }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| ApiError::new(Code::AuthRequired))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Option<Self>, Infallible> {
        Ok(parts.extensions.get().cloned())
    }
}
