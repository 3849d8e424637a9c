use std::any::Any;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};

use super::log;
use super::request_id::X_REQUEST_ID;
use crate::http::answer::KeepBody;
use crate::http::{ApiError, Code, RequestContext};

/// A handler that panicked has failed like any other; what it said goes to the log.
pub(super) fn panicked(panic: &(dyn Any + Send)) -> Response {
    let said = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let said = said.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_default();
    ApiError::internal(format!("panicked: {said}")).into_response()
}

/// Puts failures into the envelope, and on every answer the headers that all have.
pub(super) fn finish(response: Response, method: &Method, context: &RequestContext) -> Response {
    let mut response = match failure(&response) {
        Some(failure) => {
            log::cause(context, &failure);
            enveloped(response, &failure, context)
        }
        None => response,
    };
    set_headers(response.headers_mut(), method);
    response.headers_mut().insert(X_REQUEST_ID, context.request_id_header());
    if method == Method::HEAD { without_body(response) } else { response }
}

/// The failure that a response stands for: one of ours, or a bare status that something below us made.
fn failure(response: &Response) -> Option<ApiError> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return None;
    }
    if let Some(error) = response.extensions().get::<ApiError>() {
        return Some(error.clone());
    }
    let kept = response.extensions().get::<KeepBody>().is_some();
    (!kept).then(|| ApiError::new(Code::of(status)))
}

/// The failure's body, with the headers that came with it: Allow, Retry-After.
fn enveloped(response: Response, failure: &ApiError, context: &RequestContext) -> Response {
    let (mut parts, _) = response.into_parts();
    parts.status = failure.code().status();
    parts.headers.remove(header::CONTENT_LENGTH);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Response::from_parts(parts, Body::from(failure.body(context.family())))
}

/// An answer with a version may be kept by its reader, and asked about again; all else is never kept.
fn set_headers(headers: &mut HeaderMap, method: &Method) {
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    if !headers.contains_key(header::CACHE_CONTROL) {
        let may_ask_again = method.is_safe() && headers.contains_key(header::ETAG);
        let rule = if may_ask_again { "private, no-cache" } else { "no-store" };
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(rule));
    }
}

/// What HEAD answers: the length that GET would have, and nothing else.
fn without_body(response: Response) -> Response {
    let (mut parts, body) = response.into_parts();
    let length = hyper::body::Body::size_hint(&body).exact().filter(|length| *length > 0);
    if let Some(length) = length {
        let name: HeaderName = header::CONTENT_LENGTH;
        parts.headers.entry(name).or_insert(HeaderValue::from(length));
    }
    Response::from_parts(parts, Body::empty())
}
