//! The session cookie (contract §3, `POST /login`).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use super::ApiError;

/// Its name.
pub const SESSION: &str = "tidemark_session";

/// The session that a browser shows.
pub fn session(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    let shown = pairs.find(|(name, _)| *name == SESSION).map(|(_, value)| value.trim_matches('"'));
    shown.filter(|value| !value.is_empty())
}

/// The Set-Cookie that begins a session. Scripts and other sites never see it; over TLS it never leaves TLS.
///
/// # Errors
/// 500 when `session` holds what no cookie may hold.
pub fn begin(session: &str, is_https: bool, lives: Duration) -> Result<HeaderValue, ApiError> {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    if session.is_empty() || !session.bytes().all(is_plain) {
        return Err(ApiError::internal("a session id does not fit into a cookie"));
    }
    write(session, is_https, lives)
}

/// The Set-Cookie that ends it.
///
/// # Errors
/// None in practice: it holds nothing from outside.
pub fn end(is_https: bool) -> Result<HeaderValue, ApiError> {
    write("", is_https, Duration::ZERO)
}

fn write(session: &str, is_https: bool, lives: Duration) -> Result<HeaderValue, ApiError> {
    let secure = if is_https { "; Secure" } else { "" };
    let seconds = lives.as_secs();
    let cookie = format!("{SESSION}={session}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    HeaderValue::try_from(cookie).map_err(ApiError::internal)
}
