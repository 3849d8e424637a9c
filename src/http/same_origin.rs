//! Whether a request comes from a page of our own. A browser attaches a session's cookie also to what other
//! sites make it send; `SameSite=Lax` keeps it from their forms, this keeps it from the rest: other ports and
//! sub-domains of the same site, and browsers that do not know `SameSite`.

use axum::http::{HeaderMap, header};
use url::Url;

/// Judges by `Origin` and `Sec-Fetch-Site`, which no page can forge. Programs send neither, and have no
/// cookie that somebody else could make them send.
pub(super) fn is_same(headers: &HeaderMap, host: Option<&str>, public_url: Option<&Url>) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let Some(origin) = headers.get(header::ORIGIN) else {
        return site.is_none_or(|site| matches!(site, b"same-origin" | b"none"));
    };
    // The browser knows better than a proxy that rewrites Host.
    if site == Some(b"same-origin") {
        return true;
    }
    let Some(authority) = origin.to_str().ok().and_then(authority) else { return false };
    let is_asked = host.is_some_and(|host| without_default_port(host).eq_ignore_ascii_case(authority));
    is_asked
        || public_url.and_then(|url| authority_of(url)).is_some_and(|own| own.eq_ignore_ascii_case(authority))
}

/// Host and port of an origin, which is a scheme and those; `null` has none.
fn authority(origin: &str) -> Option<&str> {
    let (_, authority) = origin.split_once("://")?;
    (!authority.is_empty() && !authority.contains(['/', '@'])).then(|| without_default_port(authority))
}

fn authority_of(url: &Url) -> Option<&str> {
    Some(without_default_port(&url[url::Position::BeforeHost..url::Position::AfterPort]))
}

fn without_default_port(authority: &str) -> &str {
    authority.strip_suffix(":80").or_else(|| authority.strip_suffix(":443")).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    const HOST: Option<&str> = Some("tidemark.example:8000");

    fn is_ours(lines: &[(&'static str, &'static str)], host: Option<&str>, public: Option<&str>) -> bool {
        let headers = lines
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), HeaderValue::from_static(value)));
        is_same(&headers.collect(), host, public.map(|url| Url::parse(url).unwrap()).as_ref())
    }

    #[test]
    fn a_program_without_an_origin_is_let_in() {
        assert!(is_ours(&[], HOST, None));
        assert!(is_ours(&[], None, None));
    }

    #[test]
    fn an_origin_must_be_the_host_that_was_asked() {
        for (origin, ours) in [
            ("http://tidemark.example:8000", true),
            ("https://TIDEMARK.example:8000", true),
            ("http://tidemark.example", false),
            ("http://tidemark.example:9000", false),
            ("http://evil.example", false),
            ("http://tidemark.example:8000.evil.example", false),
            ("http://evil.example/tidemark.example:8000", false),
            ("http://x@tidemark.example:8000", false),
            ("tidemark.example:8000", false),
            ("null", false),
            ("", false),
        ] {
            assert_eq!(is_ours(&[("origin", origin)], HOST, None), ours, "{origin}");
        }
        assert!(!is_ours(&[("origin", "http://tidemark.example")], None, None));
        assert!(is_ours(&[("origin", "https://tidemark.example")], Some("tidemark.example:443"), None));
        assert!(is_ours(&[("origin", "http://[::1]:8000")], Some("[::1]:8000"), None));
    }

    #[test]
    fn the_public_url_is_ours_too() {
        let public = Some("https://shop.example/");
        assert!(is_ours(&[("origin", "https://shop.example")], Some("10.0.0.7:8000"), public));
        assert!(!is_ours(&[("origin", "https://shop.example:444")], Some("10.0.0.7:8000"), public));
    }

    #[test]
    fn what_the_browser_says_of_the_site_counts() {
        assert!(is_ours(&[("sec-fetch-site", "same-origin")], HOST, None));
        assert!(is_ours(&[("sec-fetch-site", "none")], HOST, None));
        assert!(!is_ours(&[("sec-fetch-site", "same-site")], HOST, None));
        assert!(!is_ours(&[("sec-fetch-site", "cross-site")], HOST, None));
        let behind_a_proxy = [("origin", "https://shop.example"), ("sec-fetch-site", "same-origin")];
        assert!(is_ours(&behind_a_proxy, Some("10.0.0.7:8000"), None));
        let from_elsewhere = [("origin", "https://shop.example"), ("sec-fetch-site", "same-site")];
        assert!(!is_ours(&from_elsewhere, HOST, None));
    }
}
