use std::borrow::Cow;
use std::sync::Arc;

use aggregates::{Fault, Refusal};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::Code;

/// A failure as a client will see it, in whichever envelope its family uses.
///
/// It travels in the response's extensions; the edge ([`super::layers`]) writes the body, because only there the
/// family and the request id are known.
#[derive(Clone, Debug)]
pub struct ApiError {
    code: Code,
    message: Cow<'static, str>,
    details: Option<Arc<Value>>,
    retry_after_s: Option<u32>,
    cause: Option<Arc<str>>,
}

impl ApiError {
    /// A failure with the code's own sentence.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            message: Cow::Borrowed(code.sentence()),
            details: None,
            retry_after_s: None,
            cause: None,
        }
    }

    /// A failure that says more than its code.
    pub fn saying(code: Code, message: impl Into<Cow<'static, str>>) -> Self {
        Self { message: message.into(), ..Self::new(code) }
    }

    /// 404 that names the kind of thing.
    pub fn not_found(kind: &str) -> Self {
        Self::saying(Code::NotFound, format!("{kind} not found"))
    }

    /// 400 with a sentence of its own.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::saying(Code::ValidationError, message)
    }

    /// 400 because of these fields; the message joins theirs.
    pub fn faults(faults: &[Fault]) -> Self {
        let message = faults.iter().map(|fault| fault.message.as_str()).collect::<Vec<_>>().join("; ");
        Self::invalid(message).with_details(serde_json::json!(faults))
    }

    /// 400 because of one field.
    pub fn field(field: impl Into<String>, code: impl Into<String>, message: impl Into<String>) -> Self {
        Self::faults(&[Fault::new(field, code, message)])
    }

    /// 500. The cause is logged and never shown (contract R13).
    pub fn internal(cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string().into()), ..Self::new(Code::ServerError) }
    }

    /// 500 whose sentence is meant for the client: something is not configured, or a provider is down.
    pub fn failed(message: impl Into<Cow<'static, str>>, cause: impl std::fmt::Display) -> Self {
        Self { message: message.into(), ..Self::internal(cause) }
    }

    /// 503 with the seconds after which another try makes sense.
    pub fn unavailable(message: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::saying(Code::Unavailable, message) }
    }

    /// 429 with the seconds to wait.
    pub fn rate_limited(retry_after_s: u32) -> Self {
        Self { retry_after_s: Some(retry_after_s), ..Self::new(Code::RateLimited) }
    }

    /// 429 that says what is used up, with the seconds to wait.
    pub fn used_up(message: impl Into<Cow<'static, str>>, retry_after_s: u32) -> Self {
        Self { message: message.into(), ..Self::rate_limited(retry_after_s) }
    }

    /// 413 that names the limit.
    pub fn payload_too_large(limit_bytes: usize) -> Self {
        Self::saying(Code::PayloadTooLarge, format!("the body is larger than {limit_bytes} bytes"))
    }

    /// 415 that names what is taken.
    pub fn unsupported_media_type(expected: &str) -> Self {
        Self::saying(Code::UnsupportedMediaType, format!("the body must be {expected}"))
    }

    /// Adds what a machine may want to know; only family M has a place for it.
    #[must_use]
    pub fn with_details(self, details: Value) -> Self {
        Self { details: Some(Arc::new(details)), ..self }
    }

    /// Adds what only the log may know.
    #[must_use]
    pub fn because(self, cause: impl std::fmt::Display) -> Self {
        Self { cause: Some(cause.to_string().into()), ..self }
    }

    /// Its code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What the client is told.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Details for family M.
    pub fn details(&self) -> Option<&Value> {
        self.details.as_deref()
    }

    /// What only the log may know.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::NotFound(kind) => Self::not_found(kind),
            Refusal::Invalid(faults) => Self::faults(&faults),
        }
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.code.status().into_response();
        let waits = matches!(self.code, Code::RateLimited | Code::Unavailable);
        if let Some(seconds) = self.retry_after_s.or(waits.then_some(1)) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if response.status() == axum::http::StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response.extensions_mut().insert(self);
        response
    }
}
