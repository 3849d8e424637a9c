use std::time::Duration;

use axum::http::{Method, StatusCode};
use tracing::{Span, debug, debug_span, error, info, info_span};

use crate::http::{ApiError, RequestContext};

/// What a request's own log lines hang on. Reads only get one at level debug: they are many.
pub(super) fn span(method: &Method, context: &RequestContext) -> Span {
    if method.is_safe() {
        debug_span!("request", request_id = context.request_id())
    } else {
        info_span!("request", request_id = context.request_id())
    }
}

/// One line a request: no query, no body, so no secret. Reads that went well are told at level debug.
pub(super) fn request(method: &Method, context: &RequestContext, status: StatusCode, took: Duration) {
    let route = context.route().map_or("", |route| route.path);
    let request_id = context.request_id();
    let (status, took_ms) = (status.as_u16(), took.as_secs_f64() * 1_000.0);
    let client_ip = context.client_ip();
    if status >= 500 {
        error!(target: "tidemark::http", %method, route, status, took_ms, %client_ip, request_id, "answered");
    } else if method.is_safe() && status < 400 {
        debug!(target: "tidemark::http", %method, route, status, took_ms, %client_ip, request_id, "answered");
    } else {
        info!(target: "tidemark::http", %method, route, status, took_ms, %client_ip, request_id, "answered");
    }
}

/// What a client is not told.
pub(super) fn cause(context: &RequestContext, failure: &ApiError) {
    let Some(cause) = failure.cause() else { return };
    let (request_id, code) = (context.request_id(), failure.code().word());
    if failure.code().status().is_server_error() {
        error!(target: "tidemark::http", request_id, code, cause, "a request failed");
    } else {
        debug!(target: "tidemark::http", request_id, code, cause, "a request was refused");
    }
}
