use std::convert::Infallible;
use std::future::Future;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::AssertUnwindSafe;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::{ConnectInfo, Request};
use axum::response::{IntoResponse, Response};
use futures::FutureExt;
use metrics::Gauge;
use tower::{Service, ServiceExt};
use tracing::Instrument;

use super::metrics::InFlight;
use super::{TrustedProxies, log, metrics as measures, outcome, request_id};
use crate::http::context::Known;
use crate::http::{ApiError, Family, RequestContext};
use crate::limits;

/// The outermost service: names each request, finds out where it comes from, measures and logs it, catches panics,
/// and writes failures in the envelope of their family.
///
/// It wraps the whole router instead of being a layer in it, so that nothing can answer around it.
#[derive(Clone)]
pub struct Edge<S> {
    inner: S,
    shared: Arc<Shared>,
}

struct Shared {
    proxies: TrustedProxies,
    in_flight: Gauge,
}

impl<S> Edge<S> {
    /// Wraps `inner`, mostly a router. Install the metrics recorder first.
    pub fn new(inner: S, proxies: TrustedProxies) -> Self {
        measures::describe();
        let in_flight = ::metrics::gauge!("tidemark_http_requests_in_flight");
        Self { inner, shared: Arc::new(Shared { proxies, in_flight }) }
    }
}

impl<S> Service<Request> for Edge<S>
where
    S: Service<Request, Response = Response, Error = Infallible> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let inner = self.inner.clone();
        let shared = Arc::clone(&self.shared);
        Box::pin(async move { Ok(shared.answer(inner, request).await) })
    }
}

impl Shared {
    async fn answer<S>(&self, inner: S, mut request: Request) -> Response
    where
        S: Service<Request, Response = Response, Error = Infallible>,
    {
        let started = Instant::now();
        let _in_flight = InFlight::one(&self.in_flight);
        let context = self.context(&request);
        let method = request.method().clone();
        let response = if is_too_long(&request) {
            ApiError::invalid(format!("the address is longer than {} bytes", limits::URI_BYTES))
                .into_response()
        } else {
            request.extensions_mut().insert(context.clone());
            let handled = AssertUnwindSafe(inner.oneshot(request)).catch_unwind();
            match handled.instrument(log::span(&method, &context)).await {
                Ok(Ok(response)) => response,
                Err(panic) => outcome::panicked(panic.as_ref()),
            }
        };
        let response = outcome::finish(response, &method, &context);
        let took = started.elapsed();
        if let Some(route) = context.route() {
            route.durations.record(&method, route.path, response.status(), took);
        }
        log::request(&method, &context, response.status(), took);
        response
    }

    fn context(&self, request: &Request) -> RequestContext {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0)), |ConnectInfo(peer)| *peer);
        let origin = self.proxies.origin(peer, request.uri(), request.headers());
        RequestContext::new(Known {
            request_id: request_id::of(request.headers()),
            client_ip: origin.client_ip,
            is_https: origin.is_https,
            host: origin.host,
            family: Family::of(request.uri().path()),
            route: OnceLock::new(),
        })
    }
}

fn is_too_long(request: &Request) -> bool {
    let uri = request.uri();
    uri.path().len() + uri.query().map_or(0, str::len) > limits::URI_BYTES
}
