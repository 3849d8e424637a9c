use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;

use super::credentials_body::CredentialsBody;
use super::{login_page, safe_next, visitor};
use crate::app::App;
use crate::auth::{Secret, SignInError};
use crate::http::{ApiError, Code, Field, Form, Query, RequestContext, cookie, same_origin};
use crate::limits;

/// What is typed at the door. No length is refused here: what can't be right is wrong.
pub(super) const FORM: Form = Form::new(&[
    Field::text("username", limits::JSON_BODY_BYTES).required().doc("In any case"),
    Field::secret("password", limits::JSON_BODY_BYTES).required(),
    Field::nullable_text("next", limits::JSON_BODY_BYTES).doc("Where to go afterwards, from the first slash"),
]);

/// POST /login. A browser that asks for a page gets the page again with what is wrong, all others the envelope.
pub(super) async fn login(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
    query: Query,
    body: Result<CredentialsBody, ApiError>,
) -> Response {
    let mut typed = login_page::Typed { next: query.text("next").map(str::to_owned), ..Default::default() };
    match sign_in(&app, &context, &headers, body, &mut typed).await {
        Ok(cookie) => {
            let to = [
                (header::LOCATION, safe_next::location(typed.next.as_deref())),
                (header::SET_COOKIE, cookie),
            ];
            (StatusCode::FOUND, to).into_response()
        }
        Err(error) if wants_page(&headers) => login_page::failure(error, &typed),
        Err(error) => error.into_response(),
    }
}

/// Fills in `typed` as far as it gets.
async fn sign_in(
    app: &App,
    context: &RequestContext,
    headers: &HeaderMap,
    body: Result<CredentialsBody, ApiError>,
    typed: &mut login_page::Typed,
) -> Result<HeaderValue, ApiError> {
    // Nor may another site sign a visitor in, as somebody else.
    if !same_origin::is_same(headers, context.host(), app.config.public_url.as_ref()) {
        return Err(ApiError::saying(Code::PermissionDenied, "another site may not sign you in"));
    }
    let values = body?.read(&FORM)?;
    typed.username = values.text("username").unwrap_or_default();
    if let Some(next) = values.text("next").filter(|next| !next.is_empty()) {
        typed.next = Some(next);
    }
    let password = Secret::new(values.text("password").unwrap_or_default());
    let (visitor, now) = (visitor(context, headers), Utc::now());
    let user = app.auth.sign_in.check(&typed.username, password, &visitor, now).await?;
    let session = app.auth.sessions.begin(&user, &visitor, now).await?.ok_or(SignInError::Wrong)?;
    // The browser keeps it as long as it could ever be good; how long it is, the server decides.
    let lives = limits::SESSION_LONGEST.to_std().map_err(ApiError::internal)?;
    cookie::begin(session.expose(), cookie::is_for_tls(context, &app.config), lives)
}

fn wants_page(headers: &HeaderMap) -> bool {
    let accept = headers.get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    accept.to_ascii_lowercase().contains("text/html")
}
