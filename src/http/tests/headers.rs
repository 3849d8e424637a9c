use std::time::Duration;

use axum::http::{HeaderMap, HeaderName, HeaderValue};

use crate::event_store::IfMatch;
use crate::http::{Code, cookie, headers};

fn with(name: &str, values: &[&str]) -> HeaderMap {
    let name = HeaderName::try_from(name).unwrap();
    values.iter().map(|value| (name.clone(), HeaderValue::from_str(value).unwrap())).collect()
}

#[test]
fn a_position_to_wait_for_is_a_whole_number() {
    assert_eq!(headers::tidemark_after(&HeaderMap::new()).unwrap(), None);
    assert_eq!(headers::tidemark_after(&with("tidemark-after", &["12"])).unwrap(), Some(12));
    for bad in ["", "x", "-1", "1.5", "99999999999999999999"] {
        let error = headers::tidemark_after(&with("tidemark-after", &[bad])).unwrap_err();
        assert_eq!(error.code(), Code::ValidationError, "{bad}");
    }
}

#[test]
fn an_idempotency_key_is_short_and_visible() {
    let key = "k".repeat(255);
    assert_eq!(headers::idempotency_key(&with("idempotency-key", &[&key])).unwrap(), Some(key.as_str()));
    assert_eq!(headers::idempotency_key(&HeaderMap::new()).unwrap(), None);
    for bad in ["", "a b", "茶", "k\tk", &"k".repeat(256)] {
        assert!(headers::idempotency_key(&with("idempotency-key", &[bad])).is_err(), "{bad:?}");
    }
}

#[test]
fn if_match_names_versions() {
    let read = |values: &[&str]| headers::if_match(&with("if-match", values));
    assert_eq!(headers::if_match(&HeaderMap::new()).unwrap(), None);
    assert_eq!(read(&["*"]).unwrap(), Some(IfMatch::Any));
    assert_eq!(read(&["\"7\""]).unwrap(), Some(IfMatch::SeenUpTo(7)));
    assert_eq!(read(&["\"7\", \"9\"", "\"8\""]).unwrap(), Some(IfMatch::SeenUpTo(9)));
    for never in ["", "7", "W/\"7\"", "\"x\"", "\"", "\"\""] {
        assert_eq!(read(&[never]).unwrap_err().code(), Code::PreconditionFailed, "{never}");
    }
}

#[test]
fn a_client_that_has_the_version_is_recognised() {
    let has = |value: &str| headers::has_already(&with("if-none-match", &[value]), 7);
    assert!(has("\"7\"") && has("W/\"7\"") && has("\"1\", \"7\"") && has("*"));
    assert!(!has("\"8\"") && !has("7") && !has(""));
    assert!(!headers::has_already(&HeaderMap::new(), 7));
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
