//! Request headers with a meaning of their own (contract R7 to R9).

use axum::http::{HeaderMap, HeaderValue, header};

use super::{ApiError, Code};
use crate::event_store::IfMatch;
use crate::limits;

/// The position after which a GET wants to read (R7).
///
/// # Errors
/// 400 when it is no position.
pub fn tidemark_after(headers: &HeaderMap) -> Result<Option<i64>, ApiError> {
    let Some(value) = headers.get("tidemark-after") else { return Ok(None) };
    let position =
        value.to_str().ok().and_then(|text| text.trim().parse().ok()).filter(|position| *position >= 0);
    position.map(Some).ok_or_else(|| ApiError::invalid("Tidemark-After must be a position: a whole number"))
}

/// The key that makes a repeated POST harmless (R8).
///
/// # Errors
/// 400 when it is empty, too long or holds what cannot be seen.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, ApiError> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| {
        (1..=limits::IDEMPOTENCY_KEY_CHARS).contains(&key.len())
            && key.bytes().all(|byte| byte.is_ascii_graphic())
    });
    let most = limits::IDEMPOTENCY_KEY_CHARS;
    key.map(Some)
        .ok_or_else(|| ApiError::invalid(format!("Idempotency-Key must be 1 to {most} visible characters")))
}

/// The versions that a change is meant for (R9): of several, the newest.
///
/// # Errors
/// 412 when it names something that was never a version of anything.
pub fn if_match(headers: &HeaderMap) -> Result<Option<IfMatch>, ApiError> {
    if !headers.contains_key(header::IF_MATCH) {
        return Ok(None);
    }
    if listed(headers, &header::IF_MATCH).any(|tag| tag == "*") {
        return Ok(Some(IfMatch::Any));
    }
    let newest = listed(headers, &header::IF_MATCH).filter_map(version).max();
    newest.map(|seen| Some(IfMatch::SeenUpTo(seen))).ok_or_else(|| ApiError::new(Code::PreconditionFailed))
}

/// Refuses a version for what has none (R9): only `*` matches it.
///
/// # Errors
/// 412 when a version is named.
pub fn names_no_version(headers: &HeaderMap) -> Result<(), ApiError> {
    match if_match(headers)? {
        Some(IfMatch::SeenUpTo(_)) => Err(ApiError::new(Code::PreconditionFailed)),
        Some(IfMatch::Any) | None => Ok(()),
    }
}

/// Refuses a change that was meant for another state of what has no version, but a tag of its bytes (R9).
///
/// # Errors
/// 412 when other tags are named.
pub fn names_tag(headers: &HeaderMap, tag: &HeaderValue) -> Result<(), ApiError> {
    let is_meant = |named: &str| named == "*" || named.as_bytes() == tag.as_bytes();
    if !headers.contains_key(header::IF_MATCH) || listed(headers, &header::IF_MATCH).any(is_meant) {
        return Ok(());
    }
    Err(ApiError::new(Code::PreconditionFailed))
}

fn listed<'a>(headers: &'a HeaderMap, name: &header::HeaderName) -> impl Iterator<Item = &'a str> {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).map(str::trim).take(limits::LISTED_VERSIONS)
}

/// A version as our ETags spell it.
fn version(tag: &str) -> Option<i64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
