use std::time::{SystemTime, UNIX_EPOCH};

use axum::http::{HeaderMap, HeaderName, HeaderValue};
use uuid::{Builder, Uuid};

use crate::limits;

pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The caller's request id if it is sane, else a new one (contract R13).
pub(super) fn of(headers: &HeaderMap) -> HeaderValue {
    match headers.get(X_REQUEST_ID) {
        Some(sent) if is_sane(sent.as_bytes()) => sent.clone(),
        _ => fresh(),
    }
}

fn is_sane(id: &[u8]) -> bool {
    let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
    (1..=limits::REQUEST_ID_CHARS).contains(&id.len()) && id.iter().all(is_plain)
}

/// A UUID v7 from the thread's own generator: asking the system for chance would be a call per request.
fn fresh() -> HeaderValue {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let millis = u64::try_from(since_epoch.as_millis()).unwrap_or_default();
    let id = Builder::from_unix_timestamp_millis(millis, &rand::random()).into_uuid();
    let mut buffer = Uuid::encode_buffer();
    let text = id.hyphenated().encode_lower(&mut buffer);
    HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("unnamed"))
}
