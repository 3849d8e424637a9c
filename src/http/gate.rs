use std::future::{Ready, ready};
use std::sync::Arc;

use axum::extract::Request;
use axum::handler::Handler;
use axum::response::{IntoResponse, Response};
use futures::future::{Either, FutureExt, Map};
use tokio::time::error::Elapsed;
use tokio::time::{Timeout, timeout};

use super::{ApiError, RateLimit, RequestContext, RouteInfo};

/// What stands before a handler: the rate limit, the access rule, the time limit.
#[derive(Clone)]
pub(super) struct Gate {
    pub(super) route: Arc<RouteInfo>,
    pub(super) rate_limit: RateLimit,
}

/// A handler behind its gate. A wrapper of the handler, not a layer: it costs no allocation on the hot path.
#[derive(Clone)]
pub(super) struct Gated<H> {
    pub(super) handler: H,
    pub(super) gate: Gate,
}

impl Gate {
    fn admit(&self, request: &Request) -> Result<(), ApiError> {
        if let Some(context) = request.extensions().get::<RequestContext>() {
            context.found(&self.route);
        }
        if self.route.is_rate_limited {
            self.rate_limit.check(request.extensions())?;
        }
        self.route.access.check(request.extensions())
    }
}

impl<H: Handler<T, S>, T, S> Handler<T, S> for Gated<H> {
    type Future = Either<Ready<Response>, Map<Timeout<H::Future>, fn(Result<Response, Elapsed>) -> Response>>;

    fn call(self, request: Request, state: S) -> Self::Future {
        match self.gate.admit(&request) {
            Ok(()) => {
                let limited = timeout(self.gate.route.timeout, self.handler.call(request, state));
                Either::Right(limited.map(in_time))
            }
            Err(error) => Either::Left(ready(error.into_response())),
        }
    }
}

fn in_time(result: Result<Response, Elapsed>) -> Response {
    result.unwrap_or_else(|_| ApiError::unavailable("this took too long: try again", 1).into_response())
}
