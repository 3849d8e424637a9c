//! The page to sign in at: one form, no script, nothing from elsewhere, in Chinese and English.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::page::filled;
use super::safe_next;
use crate::html::escaped;
use crate::http::{Answer, ApiError, Code};

/// What was typed before; the password is typed anew.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) username: String,
    pub(super) next: Option<String>,
}

const HTML: &str = include_str!("login_page.html");
/// Characters of a username that are shown again: no name is as long.
const LONGEST_SHOWN: usize = 1_000;

/// The page as it is shown first.
pub(super) fn empty(typed: &Typed) -> Response {
    page(typed, "").into_response()
}

/// The page with what is wrong, under the status and the headers that the failure has anyway.
pub(super) fn failure(error: ApiError, typed: &Typed) -> Response {
    let (chinese, english) = match error.code() {
        Code::AuthFailed => ("使用者名稱或密碼錯誤。", "The username or the password is wrong."),
        Code::RateLimited => ("嘗試次數過多，請稍後再試。", "Too many attempts: try again later."),
        Code::ValidationError => ("請輸入使用者名稱與密碼。", "Type a username and a password."),
        Code::PermissionDenied => ("請從這個網頁登入。", "Sign in from this page."),
        _ => ("目前無法登入，請再試一次。", "Signing in is not possible right now: try again."),
    };
    let message = format!(
        r#"<p class="message" role="alert" id="message">{chinese}<span lang="en">{english}</span></p>"#
    );
    let page = page(typed, &message).status(error.code().status()).into_response();
    let mut response = page;
    if let Some(wait) = error.into_response().headers_mut().remove(header::RETRY_AFTER) {
        response.headers_mut().insert(header::RETRY_AFTER, wait);
    }
    response
}

fn page(typed: &Typed, message: &str) -> Answer {
    let next = safe_next::location(typed.next.as_deref());
    filled(HTML, |name| match name {
        "message" => message.to_owned(),
        "username" => escaped(&typed.username.chars().take(LONGEST_SHOWN).collect::<String>()),
        "next" => escaped(next.to_str().unwrap_or("/")),
        _ => String::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::super::page::STYLE;
    use super::*;

    fn html(typed: &Typed, message: &str) -> String {
        String::from_utf8(page(typed, message).bytes().unwrap().to_vec()).unwrap()
    }

    #[test]
    fn what_was_typed_is_shown_as_text() {
        let typed = Typed {
            username: r#""><script>alert('{{next}}')</script>&"#.to_owned(),
            next: Some("/a?b=\"'><img src=x>{{style}}".to_owned()),
        };
        let html = html(&typed, "");
        assert!(
            html.contains("&quot;&gt;&lt;script&gt;alert(&#39;{{next}}&#39;)&lt;/script&gt;&amp;"),
            "{html}"
        );
        assert!(!html.contains("<script") && !html.contains("<img"), "{html}");
        assert_eq!(html.matches(STYLE).count(), 1, "a placeholder that was typed is no placeholder");
    }

    #[test]
    fn it_loads_nothing_and_leads_nowhere_else() {
        let html = html(&Typed { next: Some("//evil.example".into()), ..Typed::default() }, "");
        for foreign in
            ["http:", "https:", "//evil", "<script", "<link", "<img", "url(", "@import", " on", " style="]
        {
            assert!(!html.contains(foreign), "{foreign}");
        }
        assert!(html.contains(r#"name="next" value="/""#));
    }

    #[test]
    fn a_person_can_find_their_way() {
        let html = html(&Typed::default(), "");
        for needed in [
            r#"<html lang="zh-Hant">"#,
            r#"<label for="username">"#,
            r#"<label for="password">"#,
            r#"autocomplete="username""#,
            r#"autocomplete="current-password""#,
            r#"method="post" action="/login""#,
            "<title>",
            "viewport",
            r#"lang="en""#,
        ] {
            assert!(html.contains(needed), "{needed}");
        }
    }
}
