use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::ApiError;

/// Carries the position a write reached (contract R7).
pub(crate) const TIDEMARK_POSITION: HeaderName = HeaderName::from_static("tidemark-position");
/// Carries how many rows there are beside the ones shown.
pub(crate) const X_TOTAL_COUNT: HeaderName = HeaderName::from_static("x-total-count");

/// Marks a response whose body stays as it is although its status says failure.
#[derive(Clone, Copy)]
pub(crate) struct KeepBody;

/// A finished answer: bytes and headers, ready to be sent or remembered.
#[derive(Clone, Debug)]
pub struct Answer {
    body: Result<Bytes, ApiError>,
    status: StatusCode,
    headers: HeaderMap,
}

impl Answer {
    /// An answer of JSON bytes made elsewhere.
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::of_type(HeaderValue::from_static("application/json"), body)
    }

    /// An answer of any type.
    pub fn of_type(content_type: HeaderValue, body: impl Into<Bytes>) -> Self {
        Self {
            body: Ok(body.into()),
            status: StatusCode::OK,
            headers: HeaderMap::from_iter([(header::CONTENT_TYPE, content_type)]),
        }
    }

    pub(crate) fn written(result: Result<Vec<u8>, serde_json::Error>) -> Self {
        match result {
            Ok(bytes) => Self::json(bytes),
            Err(error) => Self { body: Err(ApiError::internal(error)), ..Self::json(Bytes::new()) },
        }
    }

    /// Sets the version (contract R9).
    #[must_use]
    pub fn etag(self, version: i64) -> Self {
        match HeaderValue::try_from(format!("\"{version}\"")) {
            Ok(value) => self.header(header::ETAG, value),
            Err(_) => self,
        }
    }

    /// Sets the position that a write reached (contract R7).
    #[must_use]
    pub fn position(self, position: i64) -> Self {
        self.header(TIDEMARK_POSITION, HeaderValue::from(position))
    }

    /// Sets how many rows there are in all.
    #[must_use]
    pub fn total_count(self, rows: i64) -> Self {
        self.header(X_TOTAL_COUNT, HeaderValue::from(rows))
    }

    /// Sets any header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sets another status than 200; the body stays even where the status says failure.
    #[must_use]
    pub fn status(self, status: StatusCode) -> Self {
        Self { status, ..self }
    }

    /// The bytes, for whoever remembers or replays answers; none when they could not be written.
    pub fn bytes(&self) -> Option<&Bytes> {
        self.body.as_ref().ok()
    }

    /// The headers, for whoever remembers or replays answers.
    pub fn headers(&self) -> &HeaderMap {
        &self.headers
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let body = match self.body {
            Ok(body) => body,
            Err(error) => return error.into_response(),
        };
        let mut response = Response::new(Body::from(body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        if self.status.is_client_error() || self.status.is_server_error() {
            response.extensions_mut().insert(KeepBody);
        }
        response
    }
}
