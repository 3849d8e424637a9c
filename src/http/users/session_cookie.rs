//! The cookie that a session is known by.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::auth::Secret;
use crate::config::Config;
use crate::http::RequestContext;

const NAME: &str = "tidemark_session";

/// The cookie's value in a request; of several the first, which browsers make the most specific.
pub(in crate::http) fn read(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == NAME).map(|(_, value)| value.trim().trim_matches('"'))
}

/// Lets the browser keep `session` until it is closed; how long the session really lasts, the server decides.
/// A script can't read it, other sites' forms can't send it.
pub(super) fn set(session: &Secret, is_secure: bool) -> Option<HeaderValue> {
    sensitive(format!("{NAME}={}; Path=/; HttpOnly; SameSite=Lax{}", session.expose(), secure(is_secure)))
}

/// Makes the browser forget it.
pub(super) fn clear(is_secure: bool) -> Option<HeaderValue> {
    sensitive(format!("{NAME}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax{}", secure(is_secure)))
}

/// Whether the cookie is for https alone: the client came by it, or asked for the host that is known to have it.
pub(super) fn is_secure(context: &RequestContext, config: &Config) -> bool {
    let public = config.public_url.as_ref().filter(|url| url.scheme() == "https");
    let is_public_host =
        public.and_then(|url| url.host_str()).zip(context.host()).is_some_and(|(own, asked)| {
            asked.strip_prefix(own).is_some_and(|rest| rest.is_empty() || rest.starts_with(':'))
        });
    context.is_https() || is_public_host
}

fn secure(is_secure: bool) -> &'static str {
    if is_secure { "; Secure" } else { "" }
}

fn sensitive(cookie: String) -> Option<HeaderValue> {
    let mut value = HeaderValue::try_from(cookie).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_from(lines: &[&'static [u8]]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::COOKIE, HeaderValue::from_bytes(line).unwrap());
        }
        read(&headers).map(str::to_owned)
    }

    #[test]
    fn it_is_found_among_others() {
        let found = Some("x".to_owned());
        assert_eq!(read_from(&[b"tidemark_session=x"]), found);
        assert_eq!(read_from(&[b"a=b;tidemark_session=x;c"]), found);
        assert_eq!(read_from(&[b"a=b", b"tidemark_session=\"x\"; tidemark_session=y"]), found);
        assert_eq!(read_from(&[b"\xff=b", b"tidemark_session=x"]), found);
        for line in
            [b"".as_slice(), b"tidemark_session", b"xtidemark_session=x", b"Tidemark_Session=x", b";;=;"]
        {
            assert_eq!(read_from(&[line]), None);
        }
        assert_eq!(read_from(&[]), None);
    }

    #[test]
    fn it_is_kept_from_scripts_and_other_sites() {
        let cookie = set(&Secret::new("tds_x"), true).unwrap();
        let text = cookie.to_str().unwrap();
        assert_eq!(text, "tidemark_session=tds_x; Path=/; HttpOnly; SameSite=Lax; Secure");
        assert!(cookie.is_sensitive(), "or it would be in debug logs");
        assert!(!set(&Secret::new("tds_x"), false).unwrap().to_str().unwrap().contains("Secure"));
        assert!(clear(false).unwrap().to_str().unwrap().starts_with("tidemark_session=; Path=/; Max-Age=0;"));
    }
}
