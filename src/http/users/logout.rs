use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::auth::{Secret, SecretKind};
use crate::http::{ApiError, RequestContext, cookie};

/// GET /logout. Ends the session of the cookie; a token, wherever it comes, is not ended by it.
pub(super) async fn logout(
    State(app): State<App>,
    method: Method,
    context: RequestContext,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let session = cookie::session(&headers)
        // Who only asks what would come, as previews of links do, ends nothing.
        .filter(|value| method != Method::HEAD && Secret::kind_of(value) == Some(SecretKind::Session))
        .map(Secret::new);
    if let Some(session) = session {
        app.auth.sessions.end(session.hash()).await?;
    }
    let mut response = StatusCode::FOUND.into_response();
    response.headers_mut().insert(header::LOCATION, HeaderValue::from_static("/login"));
    if method != Method::HEAD {
        let cookie = cookie::end(cookie::is_for_tls(&context, &app.config))?;
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    Ok(response)
}
