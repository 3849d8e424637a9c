//! Signing in and out.

mod change_password;
mod create_auth_token;
mod create_user;
mod credentials_body;
mod delete_session;
mod delete_user;
mod erase_user;
mod find_user;
mod list_login_history;
mod list_sessions;
mod list_users;
mod login;
mod login_page;
mod logout;
mod page;
mod reset_password;
mod safe_next;
mod show_home;
mod show_login;
mod standing;
mod update_user;

use axum::http::{HeaderMap, header};

use projections::users::UserView;

use super::{Access, Answer, ApiError, Code, Field, Form, M, Mode, RequestContext, Route, Writer};
use crate::app::App;
use crate::auth::{SignInError, Visitor};
use crate::limits;

/// What one may say of a user.
static FORM: Form = Form::new(&[
    Field::text("username", limits::TEXT_CHARS)
        .required()
        .doc("1 to 150 characters, unique regardless of case"),
    Field::nullable_text("email", limits::TEXT_CHARS),
    Field::secret("password", limits::JSON_BODY_BYTES)
        .required()
        .doc("8 to 1,000 characters; never shown again"),
    Field::choice("role", &["bot", "user", "manager", "admin"]).doc("user unless said otherwise"),
    Field::nullable_text("display_name", limits::TEXT_CHARS),
    Field::boolean("is_active").doc("false: may not come in for now"),
]);

/// The routes, with who may call them.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/", Access::Public, show_home::show_home)
            .doc(
                "show_home",
                "Where signing in leads to: what a browser can open; without a session on to /login (302)",
            )
            .answers_other("text/html; charset=utf-8"),
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
    .into_iter()
    .chain(of_users())
    .chain(of_visits())
    .collect()
}

/// What administrators do with users.
fn of_users() -> Vec<Route<App>> {
    vec![
        Route::get("/api/users", Access::Admin, list_users::handler)
            .doc(
                "list_users",
                "Users in the order in which they came; how many there are is in X-Total-Count",
            )
            .param("page", "integer", "From 1; without it all, 5,000 at most")
            .param("per_page", "integer", "Rows in a page, 1,000 at most")
            .param("q", "string", "part of the name, the address or the display name")
            .param("role", "string", "only users of this role")
            .answers::<Vec<UserView>>(),
        Route::post("/api/users", Access::Admin, create_user::handler)
            .doc("create_user", "Let somebody in")
            .takes(&FORM, Mode::Create)
            .answers::<UserView>(),
        Route::get("/api/users/{id}", Access::Admin, find_user::handler)
            .doc("find_user", "One user")
            .answers::<UserView>(),
        Route::put("/api/users/{id}", Access::Admin, update_user::handler)
            .doc("update_user", "Change the fields sent; a password sent ends the user's sessions")
            .takes(&FORM, Mode::Change)
            .answers::<UserView>(),
        Route::delete("/api/users/{id}", Access::Admin, delete_user::handler)
            .doc(
                "delete_user",
                "Take a user away: what they come in with ends at once, their name is free again",
            )
            .answers_nothing(),
        Route::post("/api/users/{id}/reset_password", Access::Admin, reset_password::handler)
            .doc("reset_password", "Give a user another password; one that is made here is shown this once")
            .takes(&reset_password::FORM, Mode::Create)
            .answers::<reset_password::Reset>(),
        Route::post("/api/users/{id}/erase", Access::Admin, erase_user::handler)
            .doc("erase_user", "Make what is known of a user unreadable for good, also in the history")
            .answers_nothing(),
    ]
}

/// Who came in, and who is in.
fn of_visits() -> Vec<Route<App>> {
    vec![
        Route::get("/api/users/login_history", Access::Read, list_login_history::handler)
            .doc(
                "list_login_history",
                "Who knocked and what came of it, newest first: one's own, an administrator all",
            )
            .param("user_id", "integer", "for administrators: only those of this user")
            .param("from", "string", "only those at or after this time; a day is one of the house's zone")
            .param("to", "string", "only those up to this time, or to the end of this day")
            .param("success", "boolean", "1: only those that came in; 0: only those that did not")
            .param("page", "integer", "From 1; without it all, 5,000 at most")
            .param("per_page", "integer", "Rows in a page, 1,000 at most")
            .answers::<Vec<list_login_history::AttemptView>>(),
        Route::get("/api/user/sessions", Access::Read, list_sessions::handler)
            .doc(
                "list_sessions",
                "Sessions that have not ended: one's own, or for administrators those of `user_id`",
            )
            .param("user_id", "integer", "for administrators: whose; one's own unless said")
            .answers::<Vec<list_sessions::SessionView>>(),
        Route::delete("/api/user/sessions/{id}", Access::Copy, delete_session::handler)
            .doc("delete_session", "End a session: one's own, or for administrators anybody's")
            .answers_nothing(),
    ]
}

/// A user as the answer to a write.
async fn shown(app: &App, number: i64, position: i64) -> Result<Answer, ApiError> {
    let found = projections::users::find_user(&app.pool, number).await?;
    let found = found.ok_or_else(|| ApiError::not_found("user"))?;
    let version = found.own_position;
    Ok(M::ok(UserView::of(found, app.zone())).etag(version).position(position))
}

/// Refuses an If-Match ahead of the user's version.
async fn check_version(writer: &Writer, number: i64) -> Result<(), ApiError> {
    if writer.names_version() {
        let found = projections::users::find_user(&writer.app().pool, number).await?;
        writer.check_version(found.ok_or_else(|| ApiError::not_found("user"))?.own_position)?;
    }
    Ok(())
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
