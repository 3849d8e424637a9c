use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::http::cookie;

fn with(name: &str, values: &[&str]) -> HeaderMap {
    let name = HeaderName::try_from(name).unwrap();
    values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
}

#[test]
fn the_session_is_found_among_other_cookies() {
    assert_eq!(cookie::session(&with("cookie", &["a=1; tidemark_session=abc; b=2"])), Some("abc"));
    assert_eq!(cookie::session(&with("cookie", &["a=1", "tidemark_session=\"abc\""])), Some("abc"));
    for none in
        ["", "tidemark_session=", "tidemark_sessions=abc", "xtidemark_session=abc", "tidemark_session"]
    {
        assert_eq!(cookie::session(&with("cookie", &[none])), None, "{none}");
    }
}

#[test]
fn the_cookie_is_kept_from_scripts_and_other_sites() {
    let hour = Duration::from_secs(3_600);
    let plain = cookie::begin("abc", false, hour).unwrap();
    assert_eq!(plain, "tidemark_session=abc; Path=/; Max-Age=3600; HttpOnly; SameSite=Lax");
    assert!(cookie::begin("abc", true, hour).unwrap().to_str().unwrap().ends_with("; Secure"));
    assert_eq!(cookie::end(false).unwrap(), "tidemark_session=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax");
    for bad in ["", "a;b", "a b", "a\r\nSet-Cookie: x=1", "a,b"] {
        assert!(cookie::begin(bad, false, hour).is_err(), "{bad:?}");
    }
}
