use axum::body::{Body, Bytes};
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, header};
use http_body_util::BodyExt;
use hyper::body::Body as _;

use super::ApiError;
use crate::limits;

/// A JSON body within its limit, not parsed yet: a [`super::Form`] reads it.
pub struct JsonBody(pub Bytes);

/// Like [`JsonBody`], but a request without a body counts as `{}`.
pub struct OptionalJsonBody(pub Bytes);

impl<S: Send + Sync> FromRequest<S> for JsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        must_be_json(request.headers())?;
        read_limited(request, limits::JSON_BODY_BYTES).await.map(Self)
    }
}

impl<S: Send + Sync> FromRequest<S> for OptionalJsonBody {
    type Rejection = ApiError;

    async fn from_request(request: Request, _state: &S) -> Result<Self, ApiError> {
        if request.body().is_end_stream() {
            return Ok(Self(Bytes::from_static(b"{}")));
        }
        let typed = must_be_json(request.headers());
        let body = read_limited(request, limits::JSON_BODY_BYTES).await?;
        if body.trim_ascii().is_empty() {
            return Ok(Self(Bytes::from_static(b"{}")));
        }
        typed.map(|()| Self(body))
    }
}

/// Reads a body of at most `limit_bytes`, whatever its Content-Length says.
///
/// # Errors
/// 413 when there is more; 400 when the sender stops in the middle.
pub(crate) async fn read_limited(request: Request, limit_bytes: usize) -> Result<Bytes, ApiError> {
    let announced_bytes = content_length(request.headers());
    let asks_first = request.headers().contains_key(header::EXPECT);
    let too_large = || ApiError::payload_too_large(limit_bytes);
    let drained_bytes = limit_bytes + limits::DRAINED_BODY_BYTES;
    if announced_bytes > drained_bytes || (announced_bytes > limit_bytes && asks_first) {
        return Err(too_large());
    }
    let mut body = request.into_body();
    let mut read = Vec::with_capacity(announced_bytes.min(limit_bytes));
    let mut seen_bytes = 0;
    while let Some(data) = next_data(&mut body).await? {
        seen_bytes += data.len();
        if seen_bytes > drained_bytes {
            return Err(too_large());
        }
        if seen_bytes <= limit_bytes {
            read.extend_from_slice(&data);
        }
    }
    if seen_bytes > limit_bytes { Err(too_large()) } else { Ok(Bytes::from(read)) }
}

async fn next_data(body: &mut Body) -> Result<Option<Bytes>, ApiError> {
    match body.frame().await {
        None => Ok(None),
        Some(Ok(frame)) => Ok(Some(frame.into_data().unwrap_or_default())),
        Some(Err(error)) => Err(ApiError::invalid("the body broke off").because(error)),
    }
}

fn content_length(headers: &HeaderMap) -> usize {
    let text = headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    text.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Without a Content-Type a body counts as JSON: old clients send none.
fn must_be_json(headers: &HeaderMap) -> Result<(), ApiError> {
    let Some(value) = headers.get(header::CONTENT_TYPE) else { return Ok(()) };
    let text = value.to_str().unwrap_or("?").to_ascii_lowercase();
    let essence = text.split(';').next().unwrap_or_default().trim();
    let is_json = match essence.strip_prefix("application/") {
        Some(subtype) => subtype == "json" || subtype.ends_with("+json"),
        None => essence.is_empty(),
    };
    if is_json { Ok(()) } else { Err(ApiError::unsupported_media_type("application/json")) }
}
