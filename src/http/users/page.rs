//! Pages for people: no script, nothing from elsewhere, in Chinese and English.

use std::sync::LazyLock;

use axum::http::{HeaderName, HeaderValue, header};
use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

use crate::http::Answer;

pub(super) const STYLE: &str = include_str!("page.css");
/// Nothing but the pages' own style and forms that are sent back to us.
static POLICY: LazyLock<Option<HeaderValue>> = LazyLock::new(|| {
    let style = STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    );
    HeaderValue::try_from(policy).ok()
});

/// The page that `template` makes with what `value` gives for its `{{placeholders}}`; `{{style}}` is filled in anyway.
pub(super) fn filled(template: &str, value: impl Fn(&str) -> String) -> Answer {
    // Each placeholder is looked for in the template alone, never in what was filled in.
    let html: String = template
        .split("{{")
        .enumerate()
        .map(|(index, part)| match part.split_once("}}") {
            Some(("style", rest)) if index > 0 => STYLE.to_owned() + rest,
            Some((name, rest)) if index > 0 => value(name) + rest,
            _ => part.to_owned(),
        })
        .collect();
    let answer = Answer::of_type(HeaderValue::from_static("text/html; charset=utf-8"), html)
        .header(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"))
        // Without an origin a form could not be told from another site's.
        .header(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"))
        .header(
            HeaderName::from_static("cross-origin-opener-policy"),
            HeaderValue::from_static("same-origin"),
        );
    match POLICY.clone() {
        Some(policy) => answer.header(header::CONTENT_SECURITY_POLICY, policy),
        None => answer,
    }
}
