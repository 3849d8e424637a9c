use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::session_cookie;
use crate::app::App;
use crate::auth::{Secret, SecretKind};
use crate::http::{ApiError, RequestContext};

/// GET /logout. Ends the session of the cookie; a token, wherever it comes, is not ended by it.
pub(super) async fn logout(
    State(app): State<App>,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = session_cookie::read(&headers)
        .filter(|value| Secret::kind_of(value) == Some(SecretKind::Session))
        .map(Secret::new);
    if let Some(session) = session {
        app.auth.sessions.end(session.hash()).await?;
    }
    let cleared = session_cookie::clear(session_cookie::is_secure(&context, &app.config));
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/login"));
    if let Some(cookie) = cleared {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
