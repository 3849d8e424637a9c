//! Signing in and out.

mod change_password;
mod create_auth_token;
mod credentials_body;
mod login;
mod login_page;
mod logout;
mod safe_next;
mod show_login;

use axum::http::{HeaderMap, header};

use super::{Access, ApiError, Code, Mode, RequestContext, Route};
use crate::app::App;
use crate::auth::{SignInError, Visitor};

/// The routes, with who may call them.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/login", Access::Public, show_login::show_login)
            .doc("show_login", "The page to sign in at")
            .param(
                "next",
                "string",
                "Where to go afterwards: an address of this server, from its first slash",
            )
            .answers_other("text/html; charset=utf-8"),
        Route::post("/login", Access::Public, login::login)
            .doc("login", "Sign in: a cookie, and on to `next` (302); takes a form too")
            .takes(&login::FORM, Mode::Create)
            .answers_other("text/html; charset=utf-8"),
        Route::get("/logout", Access::Public, logout::logout)
            .doc("logout", "Sign out: ends the session, and on to /login (302)")
            .answers_other("text/html; charset=utf-8"),
        Route::post("/api/auth/token", Access::Public, create_auth_token::create_auth_token)
            .doc("create_auth_token", "A token for a name and a password")
            .takes(&create_auth_token::FORM, Mode::Create)
            .answers::<create_auth_token::AuthToken>(),
        Route::post("/api/user/change_password", Access::Copy, change_password::change_password)
            .doc("change_password", "Change one's own password; other sessions end")
            .takes(&change_password::FORM, Mode::Create)
            .answers_nothing(),
    ]
}

/// Who stands at the door.
fn visitor(context: &RequestContext, headers: &HeaderMap) -> Visitor {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    Visitor::new(context.client_ip(), agent)
}

impl From<SignInError> for ApiError {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Wrong => Self::saying(Code::AuthFailed, "the name or the password is wrong"),
            SignInError::LockedOut { retry_after_s } => Self::rate_limited(retry_after_s),
            SignInError::Unable(error) => error.into(),
        }
    }
}
