//! Where to go after signing in: only to an address of this server.

use axum::http::HeaderValue;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};

const LONGEST_BYTES: usize = 2_000;
/// What an address may hold but a header's value had better not.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'<').add(b'>').add(b'`');

/// `next` if it begins with one slash and holds nothing that a browser could read as another host; else `/`.
/// It is passed on as it is and not tidied up: what is tidied, such as `/.//host`, could become another host.
pub(super) fn location(next: Option<&str>) -> HeaderValue {
    let home = HeaderValue::from_static("/");
    let Some(next) = next.filter(|next| is_safe(next)) else { return home };
    HeaderValue::try_from(utf8_percent_encode(next, ESCAPED).to_string()).unwrap_or(home)
}

fn is_safe(next: &str) -> bool {
    next.len() <= LONGEST_BYTES
        && next.starts_with('/')
        && !next.starts_with("//")
        && !next.contains('\\')
        && !next.chars().any(char::is_control)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_of_this_server_is_kept() {
        for (next, expected) in [
            ("/", "/"),
            ("/api/products?page=2&q=a%20b#top", "/api/products?page=2&q=a%20b#top"),
            ("/a//b", "/a//b"),
            ("/茶 葉", "/%E8%8C%B6%20%E8%91%89"),
            ("/x?next=https://evil.example", "/x?next=https://evil.example"),
        ] {
            assert_eq!(location(Some(next)), expected);
        }
    }

    #[test]
    fn anything_else_leads_home() {
        let long = format!("/{}", "a".repeat(2_000));
        for next in [
            "",
            "//evil.example",
            "///evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\\b",
            "https://evil.example",
            "javascript:alert(1)",
            "evil.example",
            " /a",
            "\t//evil.example",
            "/\t/evil.example",
            "/\r\nSet-Cookie: a=b",
            "/\0",
            "/\u{85}",
            "./a",
            "?a",
            "#a",
            &long,
        ] {
            assert_eq!(location(Some(next)), "/", "{next}");
        }
        assert_eq!(location(None), "/");
    }
}
