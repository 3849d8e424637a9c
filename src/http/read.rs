//! A read: answered from memory as long as nothing it shows has changed (contract R7, R9).

use std::future::Future;
use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};

use super::{Answer, ApiError};
use crate::answers::{Remembered, Subject};
use crate::app::App;
use crate::event_store::AppendError;
use crate::limits;

/// Answers one GET.
pub struct Reader {
    app: App,
    address: String,
    seen: Option<HeaderValue>,
}

/// A fresh answer with what it shows.
pub struct Read {
    /// The answer.
    pub answer: Answer,
    /// What makes it stale.
    pub subjects: Vec<Subject>,
}

impl FromRequestParts<App> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        wait_for_position(&parts.headers, app).await?;
        let address =
            parts.uri.path_and_query().map(|address| address.as_str().to_owned()).unwrap_or_default();
        Ok(Self { app: app.clone(), address, seen: parts.headers.get(header::IF_NONE_MATCH).cloned() })
    }
}

impl Reader {
    /// The node.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The answer depends on more than its address says, such as the day on which it is given.
    #[must_use]
    pub fn depending_on(mut self, what: &str) -> Self {
        self.address.push('\n');
        self.address.push_str(what);
        self
    }

    /// The remembered answer if it is still good, otherwise what `ask` makes.
    ///
    /// # Errors
    /// What `ask` answers, and UNAVAILABLE when the database does not.
    pub async fn answer<F>(self, ask: impl FnOnce(App) -> F) -> Result<Response, ApiError>
    where
        F: Future<Output = Result<Read, ApiError>>,
    {
        let head = self.app.store.confirmed_head().await.map_err(unavailable)?;
        let feed = self.app.store.feed();
        if feed.head() < head {
            let reached = tokio::time::timeout(limits::VISIBLE_WITHIN, feed.reach(head)).await;
            reached.map_err(|_| behind())?;
        }
        let projector = &self.app.projector;
        if let Some(kept) = self.app.memory.recall(&self.address, projector.generation()) {
            metrics::counter!("tidemark_answers_total", "from" => "memory").increment(1);
            return Ok(sent(&kept.body, kept.headers.clone(), self.seen.as_ref()));
        }
        if !projector.wait(head, limits::VISIBLE_WITHIN).await {
            return Err(behind());
        }
        metrics::counter!("tidemark_answers_total", "from" => "tables").increment(1);
        let (as_of, generation) = (projector.applied(), projector.generation());
        let Read { answer, subjects } = ask(self.app.clone()).await?;
        if projector.applied() < as_of {
            // The tables went back while they were read: a crash of the database took their newest rows.
            return Err(behind());
        }
        let Some(body) = answer.bytes().cloned() else { return Ok(answer.into_response()) };
        let headers = tagged(&answer, &body);
        let kept = Arc::new(Remembered { body, headers, subjects, as_of, generation });
        let response = sent(&kept.body, kept.headers.clone(), self.seen.as_ref());
        self.app.memory.keep(self.address, kept);
        Ok(response)
    }
}

/// The answer's headers with its tag.
fn tagged(answer: &Answer, body: &[u8]) -> HeaderMap {
    let mut headers = answer.headers().clone();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    if !headers.contains_key(header::ETAG) {
        headers.insert(header::ETAG, digest(body));
    }
    headers
}

fn sent(body: &Bytes, headers: HeaderMap, seen: Option<&HeaderValue>) -> Response {
    let is_known = seen.zip(headers.get(header::ETAG)).is_some_and(|(seen, tag)| names(seen, tag));
    let mut response = Response::new(if is_known { Body::empty() } else { Body::from(body.clone()) });
    *response.headers_mut() = headers;
    if is_known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response.headers_mut().remove(header::CONTENT_TYPE);
    }
    response
}

/// Whether an If-None-Match names the tag; weak comparison, as the header is defined.
fn names(seen: &HeaderValue, tag: &HeaderValue) -> bool {
    let (Ok(seen), Ok(tag)) = (seen.to_str(), tag.to_str()) else { return false };
    seen.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

/// A list has no version of its own; its bytes are its tag.
fn digest(body: &[u8]) -> HeaderValue {
    let hash = Sha256::digest(body);
    let word: String = hash.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    HeaderValue::try_from(format!("\"{word}\"")).unwrap_or_else(|_| HeaderValue::from_static("\"\""))
}

/// Refuses a change of what shows no version, when it was meant for other bytes than these (contract R9).
///
/// # Errors
/// PRECONDITION_FAILED.
pub fn check_shown(headers: &HeaderMap, shown: &Answer) -> Result<(), ApiError> {
    match shown.bytes() {
        Some(body) => super::headers::names_tag(headers, &digest(body)),
        None => Ok(()),
    }
}

/// A GET that is not answered from memory obeys `Tidemark-After` all the same.
pub struct After {
    seen: Option<HeaderValue>,
}

impl After {
    /// The answer with its tag, or that the caller has it already (contract R9). An answer without a version of its
    /// own is known by its bytes.
    pub fn respond(&self, answer: Answer) -> Response {
        match answer.bytes().cloned() {
            Some(body) => sent(&body, tagged(&answer, &body), self.seen.as_ref()),
            None => answer.into_response(),
        }
    }
}

impl FromRequestParts<App> for After {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        wait_for_position(&parts.headers, app).await?;
        Ok(Self { seen: parts.headers.get(header::IF_NONE_MATCH).cloned() })
    }
}

/// Obeys `Tidemark-After: <n>`: waits until the read tables show that position.
///
/// # Errors
/// VALIDATION_ERROR when it is no number, UNAVAILABLE when it takes too long.
pub async fn wait_for_position(headers: &HeaderMap, app: &App) -> Result<(), ApiError> {
    let Some(position) = super::headers::tidemark_after(headers)? else { return Ok(()) };
    if app.projector.wait(position, limits::VISIBLE_WITHIN).await { Ok(()) } else { Err(behind()) }
}

fn behind() -> ApiError {
    ApiError::unavailable("the answer is not ready yet: try again", 1)
}

fn unavailable(error: AppendError) -> ApiError {
    ApiError::unavailable("the service is not ready: try again", 1).because(error)
}

impl From<sqlx::Error> for ApiError {
    fn from(error: sqlx::Error) -> Self {
        crate::event_store::append::describe(&error).into()
    }
}

impl From<AppendError> for ApiError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::Unavailable(_) => unavailable(error),
            other => Self::internal(other),
        }
    }
}
