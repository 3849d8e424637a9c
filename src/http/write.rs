//! A write: a command in the name of its caller, answered once the read tables show it (contract R7).

use std::fmt::Display;
use std::sync::Arc;

use aggregates::Decider;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use uuid::Uuid;

use super::{ApiError, Caller, Code, RequestContext};
use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, IdempotencyKey, IfMatch, Outcome};
use crate::limits;

/// The thing that a command began: a repeated request (contract R8) names that of the first.
///
/// # Errors
/// SERVER_ERROR when its stream is not called by a UUID.
pub fn id_of(outcome: &Outcome) -> Result<Uuid, ApiError> {
    Uuid::parse_str(&outcome.aggregate_id).map_err(ApiError::internal)
}

/// The same where streams are called by numbers (contract R4).
///
/// # Errors
/// SERVER_ERROR when its stream is not called by one.
pub fn number_of(outcome: &Outcome) -> Result<i64, ApiError> {
    outcome.aggregate_id.parse().map_err(ApiError::internal)
}

/// Carries out commands for one request.
pub struct Writer {
    app: App,
    context: Context,
}

impl FromRequestParts<App> for Writer {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let caller = Caller::from_request_parts(parts, app).await?;
        let request =
            RequestContext::from_request_parts(parts, app).await.unwrap_or_else(|never| match never {});
        let context = Context {
            actor: caller.actor(),
            correlation_id: request.request_id().to_owned(),
            source: "http",
            causation: None,
            idempotency: parts.extensions.get::<IdempotencyKey>().cloned(),
            if_match: super::headers::if_match(&parts.headers)?,
            commands: Arc::default(),
        };
        Ok(Self { app: app.clone(), context })
    }
}

impl Writer {
    /// The node.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Who asks, and under which conditions.
    pub fn context(&self) -> &Context {
        &self.context
    }

    /// Carries out the first command of a new thing.
    ///
    /// # Errors
    /// The refusal, or the outage, as clients see it.
    pub async fn create<A: Decider>(
        &self,
        id: impl Display,
        command: A::Command,
    ) -> Result<Outcome, WriteError> {
        let outcome = self.app.store.create::<A>(&id.to_string(), command, &self.context).await?;
        self.visible(outcome).await
    }

    /// Carries out a command on a thing.
    ///
    /// # Errors
    /// The refusal, or the outage, as clients see it.
    pub async fn execute<A: Decider>(
        &self,
        id: impl Display,
        command: A::Command,
    ) -> Result<Outcome, WriteError> {
        let outcome = self.app.store.execute::<A>(&id.to_string(), command, &self.context).await?;
        self.visible(outcome).await
    }

    /// Carries out several commands, or none of them.
    ///
    /// # Errors
    /// The refusal, or the outage, as clients see it.
    pub async fn execute_all(&self, act: Act) -> Result<Outcome, WriteError> {
        let outcome = self.app.store.execute_all(act, &self.context).await?;
        self.visible(outcome).await
    }

    /// Waits until the read tables show what was stored.
    ///
    /// # Errors
    /// UNAVAILABLE when that takes too long.
    pub async fn visible(&self, outcome: Outcome) -> Result<Outcome, WriteError> {
        if self.app.projector.wait(outcome.position, limits::VISIBLE_WITHIN).await {
            return Ok(outcome);
        }
        Err(WriteError::Other(not_visible()))
    }

    /// Waits until the read tables show everything up to a position.
    ///
    /// # Errors
    /// UNAVAILABLE when that takes too long.
    pub async fn visible_at(&self, position: i64) -> Result<(), ApiError> {
        self.visible_within(position, limits::VISIBLE_WITHIN).await
    }

    /// The same for large bodies, which take longer.
    ///
    /// # Errors
    /// UNAVAILABLE when that takes longer than `within`.
    pub async fn visible_within(&self, position: i64, within: std::time::Duration) -> Result<(), ApiError> {
        if self.app.projector.wait(position, within).await { Ok(()) } else { Err(not_visible()) }
    }

    /// Refuses a version that does not exist yet; that nothing is newer is checked with the append.
    ///
    /// # Errors
    /// PRECONDITION_FAILED.
    pub fn check_version(&self, newest: i64) -> Result<(), ApiError> {
        match self.context.if_match {
            Some(IfMatch::SeenUpTo(seen)) if seen > newest => Err(stale()),
            _ => Ok(()),
        }
    }

    /// Whether the request names a version.
    pub fn names_version(&self) -> bool {
        matches!(self.context.if_match, Some(IfMatch::SeenUpTo(_)))
    }
}

fn not_visible() -> ApiError {
    ApiError::unavailable("stored, but not visible yet: read it in a moment", 1)
}

fn stale() -> ApiError {
    ApiError::saying(Code::PreconditionFailed, "it was changed since you read it: read it again")
}

/// Why a write came to nothing. Claims are kept apart, since only the endpoint knows what they mean to it.
#[derive(Debug)]
pub enum WriteError {
    /// The command relies on something that is not there.
    Missing {
        /// What kind of claim.
        scope: String,
        /// Which one.
        key: String,
        /// Whose it is, if anybody's.
        owner: Option<String>,
    },
    /// Everything else.
    Other(ApiError),
}

impl From<ExecuteError> for WriteError {
    fn from(error: ExecuteError) -> Self {
        Self::Other(match error {
            ExecuteError::ClaimMissing { scope, key, owner } => return Self::Missing { scope, key, owner },
            ExecuteError::Refused(refusal) => refusal.into(),
            ExecuteError::ClaimTaken { scope, .. } => taken(&scope),
            ExecuteError::Stale => stale(),
            ExecuteError::KeyReused => key_reused(),
            ExecuteError::Conflict => {
                ApiError::saying(Code::Conflict, "too many others are changing this: try again")
            }
            ExecuteError::Unavailable(cause) => {
                ApiError::unavailable("the service is not ready: try again", 1).because(cause)
            }
            ExecuteError::Internal(cause) => ApiError::internal(cause),
        })
    }
}

impl From<WriteError> for ApiError {
    fn from(error: WriteError) -> Self {
        match error {
            WriteError::Missing { scope, .. } => Self::not_found(&scope),
            WriteError::Other(error) => error,
        }
    }
}

/// An Idempotency-Key came with another request before (contract R8).
pub(super) fn key_reused() -> ApiError {
    ApiError::field("Idempotency-Key", "reused", "this Idempotency-Key was used for another request")
}

fn taken(scope: &str) -> ApiError {
    let (field, sentence) = match scope {
        "brand-name" => ("name", "name is taken: another brand has it"),
        "product-name" => ("name", "name is taken: another product of this brand has it"),
        "username" => ("username", "username is taken"),
        "listing-code" => ("product_id", "product_id is taken: another listing has it"),
        "vendor-code" => ("vendor_code", "vendor_code is taken: another vendor has it"),
        _ => ("id", "this is taken"),
    };
    ApiError::field(field, "already_exists", sentence)
}
