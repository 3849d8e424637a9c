//! Finds out who is asking (contract R3). Whether they may is the route's business.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chrono::Utc;

use super::{ApiError, Caller, Code, PresentedBadCredentials, RequestContext, Scheme, cookie};
use crate::app::App;
use crate::auth::{Credential, Principal};

/// The token that a request presented, for the one route that shows it to its owner again.
#[derive(Clone)]
pub struct PresentedToken(pub String);

/// Puts the [`Caller`] into the request, or the fact that what was presented is no good.
pub async fn authenticate(State(app): State<App>, mut request: Request, next: Next) -> Response {
    if let Some((scheme, presented)) = presented(request.headers()) {
        match app.auth.authenticator.authenticate(scheme.into(), &presented, Utc::now()).await {
            Ok(Some(principal)) => {
                if scheme == Scheme::Cookie && is_foreign(&request) {
                    let sentence = "a request of another site may not use the session";
                    return ApiError::saying(Code::PermissionDenied, sentence).into_response();
                }
                request.extensions_mut().insert(caller(&principal, scheme));
                request.extensions_mut().insert(PresentedToken(presented));
                request.extensions_mut().insert(principal);
            }
            Ok(None) => {
                request.extensions_mut().insert(PresentedBadCredentials);
            }
            // Pages and probes that need nobody's name answer even when the database does not.
            Err(error) if request.uri().path().starts_with("/api") => {
                return ApiError::unavailable("the service is not ready: try again", 1).because(error).into_response();
            }
            Err(_) => {}
        }
    }
    next.run(request).await
}

fn caller(principal: &Principal, scheme: Scheme) -> Caller {
    Caller {
        user_id: principal.user_id,
        username: principal.username.clone(),
        role: principal.role,
        scheme,
        credential_id: match principal.credential {
            Credential::Token { id, .. } => Some(id),
            Credential::Session { .. } => None,
        },
    }
}

/// What the request presents: a header wins over the cookie.
fn presented(headers: &HeaderMap) -> Option<(Scheme, String)> {
    if let Some(value) = headers.get(header::AUTHORIZATION) {
        let text = value.to_str().unwrap_or_default().trim();
        let (word, secret) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
        let scheme = if word.eq_ignore_ascii_case("token") { Scheme::Token } else { Scheme::Bearer };
        let known = scheme == Scheme::Token || word.eq_ignore_ascii_case("bearer");
        return Some((scheme, if known { secret.trim().to_owned() } else { String::new() }));
    }
    cookie::session(headers).map(|secret| (Scheme::Cookie, secret.to_owned()))
}

/// Whether a browser says that a request which changes something comes from another site.
fn is_foreign(request: &Request) -> bool {
    if matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS) {
        return false;
    }
    let Some(origin) = request.headers().get(header::ORIGIN) else { return false };
    let origin_host = origin.to_str().ok().and_then(|origin| origin.split_once("://")).map(|(_, host)| host);
    let host = request.extensions().get::<RequestContext>().and_then(RequestContext::host);
    origin_host.is_none() || origin_host != host
}

impl From<Scheme> for crate::auth::Scheme {
    fn from(scheme: Scheme) -> Self {
        match scheme {
            Scheme::Token => Self::Token,
            Scheme::Bearer => Self::Bearer,
            Scheme::Cookie => Self::Cookie,
        }
    }
}
