//! The session cookie (contract §3, `POST /login`).

use std::time::Duration;

use axum::http::{HeaderMap, HeaderValue, header};

use super::{ApiError, RequestContext};
use crate::config::Config;

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

/// Whether the cookie is for https alone: the client came by it, or asked for the host that is known to have it.
pub fn is_for_tls(context: &RequestContext, config: &Config) -> bool {
    let public = config.public_url.as_ref().filter(|url| url.scheme() == "https");
    let is_public_host =
        public.and_then(|url| url.host_str()).zip(context.host()).is_some_and(|(own, asked)| {
            asked.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
    context.is_https() || is_public_host
}

fn write(session: &str, is_https: bool, lives: Duration) -> Result<HeaderValue, ApiError> {
    let secure = if is_https { "; Secure" } else { "" };
    let seconds = lives.as_secs();
    let cookie = format!("{SESSION}={session}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{secure}");
    let mut value = HeaderValue::try_from(cookie).map_err(ApiError::internal)?;
    value.set_sensitive(true);
    Ok(value)
}
