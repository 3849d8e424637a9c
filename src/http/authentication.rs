use std::convert::Infallible;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::extract::Request;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::Utc;
use futures::future::{BoxFuture, Either};
use tower::{Service, ServiceExt};
use url::Url;

use super::caller::UncheckedCredentials;
use super::open_doors::OpenDoors;
use super::{ApiError, Caller, Code, PresentedBadCredentials, RequestContext, Scheme, cookie, same_origin};
use crate::auth::{AuthError, Authenticator, Credential, LookUp, Principal, Secret, SecretKind};

/// Finds out who is asking (contract R3) and puts the [`Caller`] into the request; whether they may is the
/// route's affair. A header counts more than the cookie. A request that was let in by its cookie alone and
/// would change something must come from a page of our own.
///
/// Goes between the edge and the router. Whom it remembers it lets pass without asking or waiting. At open doors
/// nobody is asked: whoever looks whether the program lives must not wait for a database that is away.
#[derive(Clone)]
pub struct Authentication<S> {
    inner: S,
    authenticator: Authenticator,
    open_doors: Arc<OpenDoors>,
    public_url: Option<Arc<Url>>,
}

impl<S> Authentication<S> {
    /// Before `inner`; pages of `public_url` count as our own, beside those of the host that was asked.
    pub fn new(
        inner: S,
        authenticator: Authenticator,
        open_doors: OpenDoors,
        public_url: Option<Url>,
    ) -> Self {
        let (open_doors, public_url) = (Arc::new(open_doors), public_url.map(Arc::new));
        Self { inner, authenticator, open_doors, public_url }
    }
}

impl<S> Service<Request> for Authentication<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Either<S::Future, BoxFuture<'static, Result<Response, Infallible>>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request) -> Self::Future {
        let now = Utc::now();
        let presented = match presented(request.headers()) {
            Presented::Nothing => return Either::Left(self.inner.call(request)),
            _ if self.open_doors.lead_to(request.uri().path()) => {
                return Either::Left(self.inner.call(request));
            }
            Presented::Garbage => {
                request.extensions_mut().insert(PresentedBadCredentials);
                return Either::Left(self.inner.call(request));
            }
            Presented::Credential(scheme, text) => (scheme, self.authenticator.look_up(scheme, text, now)),
        };
        match presented {
            (scheme, LookUp::Answer(principal)) => match self.admit(&mut request, scheme, Ok(principal)) {
                Ok(()) => Either::Left(self.inner.call(request)),
                Err(error) => Either::Right(Box::pin(async { Ok(error.into_response()) })),
            },
            (scheme, LookUp::Ask(question)) => {
                let this = self.clone();
                Either::Right(Box::pin(async move {
                    let found = this.authenticator.ask(question, now).await;
                    match this.admit(&mut request, scheme, found) {
                        Ok(()) => this.inner.oneshot(request).await,
                        Err(error) => Ok(error.into_response()),
                    }
                }))
            }
        }
    }
}

impl<S> Authentication<S> {
    fn admit(
        &self,
        request: &mut Request,
        scheme: Scheme,
        found: Result<Option<Arc<Principal>>, AuthError>,
    ) -> Result<(), ApiError> {
        let principal = match found {
            Ok(Some(principal)) => principal,
            Ok(None) => {
                request.extensions_mut().insert(PresentedBadCredentials);
                return Ok(());
            }
            // A public route is to answer during an outage too.
            Err(error) => {
                request.extensions_mut().insert(UncheckedCredentials(error.into()));
                return Ok(());
            }
        };
        if scheme == Scheme::Cookie && !request.method().is_safe() && !self.is_our_page(request) {
            return Err(ApiError::saying(
                Code::PermissionDenied,
                "a session's cookie counts only for requests of Tidemark's own pages",
            ));
        }
        let credential_id = match principal.credential {
            Credential::Token { id, .. } => Some(id),
            Credential::Session { .. } => None,
        };
        let caller = Caller {
            user_id: principal.user_id,
            username: principal.username.clone(),
            role: principal.role,
            scheme,
            credential_id,
        };
        request.extensions_mut().insert(caller);
        request.extensions_mut().insert(principal);
        Ok(())
    }

    fn is_our_page(&self, request: &Request) -> bool {
        let host = request.extensions().get::<RequestContext>().and_then(RequestContext::host);
        same_origin::is_same(request.headers(), host, self.public_url.as_deref())
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Presented<'a> {
    Nothing,
    Garbage,
    Credential(Scheme, &'a str),
}

/// The token that a request presents, to be shown to its owner again. A session's id is no token: no script is
/// to see it.
pub fn presented_token(headers: &HeaderMap) -> Option<&str> {
    match presented(headers) {
        Presented::Credential(_, text) if Secret::kind_of(text) == Some(SecretKind::Token) => Some(text),
        _ => None,
    }
}

/// Schemes of proxies that ask for a password of their own and pass it on: not meant for us.
const FOREIGN_SCHEMES: [&str; 4] = ["Basic", "Digest", "Negotiate", "NTLM"];

/// A header counts more than the cookie, even a broken one.
fn presented(headers: &HeaderMap) -> Presented<'_> {
    let mut lines = headers.get_all(header::AUTHORIZATION).iter();
    let line = match (lines.next().map(|line| line.to_str()), lines.next()) {
        (None, _) => "",
        (Some(Ok(line)), None) => line.trim(),
        _ => return Presented::Garbage,
    };
    let (scheme, credential) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let is = |name: &&str| scheme.eq_ignore_ascii_case(name);
    let cookie = || cookie::session(headers).map(|value| Presented::Credential(Scheme::Cookie, value));
    if is(&"Token") {
        Presented::Credential(Scheme::Token, credential.trim())
    } else if is(&"Bearer") {
        Presented::Credential(Scheme::Bearer, credential.trim())
    } else if line.is_empty() || FOREIGN_SCHEMES.iter().any(is) {
        cookie().unwrap_or(Presented::Nothing)
    } else {
        Presented::Garbage
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Busy => Self::unavailable("too many people are signing in: try again", 1),
            AuthError::Internal(cause) => Self::internal(cause),
            AuthError::Database(error) => error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(lines: &[(&'static str, &'static [u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    #[test]
    fn a_header_of_ours_hides_the_cookie() {
        const COOKIE: (&str, &[u8]) = ("cookie", b"a=b; tidemark_session=tds_x; c=d");
        let cases: [(&[u8], Presented<'_>); 9] = [
            (b"Token tdm_x", Presented::Credential(Scheme::Token, "tdm_x")),
            (b"bearer   tdm_x ", Presented::Credential(Scheme::Bearer, "tdm_x")),
            (b"BEARER\ttdm_x", Presented::Credential(Scheme::Bearer, "tdm_x")),
            (b"Token", Presented::Credential(Scheme::Token, "")),
            (b"Bearer a b c", Presented::Credential(Scheme::Bearer, "a b c")),
            (b"", Presented::Credential(Scheme::Cookie, "tds_x")),
            (b"Basic YTpi", Presented::Credential(Scheme::Cookie, "tds_x")),
            (b"\xff\xfe", Presented::Garbage),
            (b"tdm_x", Presented::Garbage),
        ];
        for (line, expected) in cases {
            let headers = headers(&[("authorization", line), COOKIE]);
            assert_eq!(presented(&headers), expected, "{}", String::from_utf8_lossy(line));
        }
        assert_eq!(presented(&headers(&[COOKIE])), Presented::Credential(Scheme::Cookie, "tds_x"));
    }

    #[test]
    fn without_a_cookie_garbage_is_told_from_nothing() {
        assert_eq!(presented(&HeaderMap::new()), Presented::Nothing);
        assert_eq!(presented(&headers(&[("cookie", b"a=b")])), Presented::Nothing);
        // What a proxy asks for is not meant for us.
        assert_eq!(presented(&headers(&[("authorization", b"Basic YTpi")])), Presented::Nothing);
        for line in [b"Bearer\xff".as_slice(), b"\xff", b"tdm_x"] {
            assert_eq!(presented(&headers(&[("authorization", line)])), Presented::Garbage);
        }
    }

    #[test]
    fn two_headers_are_no_credential() {
        let headers = headers(&[("authorization", b"Token a"), ("authorization", b"Token b")]);
        assert_eq!(presented(&headers), Presented::Garbage);
    }
}
