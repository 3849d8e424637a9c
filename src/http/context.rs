use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, OnceLock};

use axum::extract::FromRequestParts;
use axum::http::HeaderValue;
use axum::http::request::Parts;

use super::{Family, RouteInfo};

/// What is known about a request beside its content; cheap to clone.
#[derive(Clone, Debug)]
pub struct RequestContext(Arc<Known>);

#[derive(Debug)]
pub(crate) struct Known {
    pub(crate) request_id: HeaderValue,
    pub(crate) client_ip: IpAddr,
    pub(crate) is_https: bool,
    pub(crate) host: Option<HeaderValue>,
    pub(crate) family: Family,
    /// Set once the router has found the route.
    pub(crate) route: OnceLock<Arc<RouteInfo>>,
}

impl RequestContext {
    pub(crate) fn new(known: Known) -> Self {
        Self(Arc::new(known))
    }

    /// Names this request in answers, logs and, as the correlation id, in its events (contract R13).
    pub fn request_id(&self) -> &str {
        self.0.request_id.to_str().unwrap_or_default()
    }

    pub(crate) fn request_id_header(&self) -> HeaderValue {
        self.0.request_id.clone()
    }

    /// Where the request comes from, behind trusted proxies.
    pub fn client_ip(&self) -> IpAddr {
        self.0.client_ip
    }

    /// Whether the client speaks TLS, to us or to a trusted proxy.
    pub fn is_https(&self) -> bool {
        self.0.is_https
    }

    /// The host, with port, that the client asked for.
    pub fn host(&self) -> Option<&str> {
        self.0.host.as_ref().and_then(|host| host.to_str().ok())
    }

    /// Which envelope the answer has.
    pub fn family(&self) -> Family {
        self.0.family
    }

    pub(crate) fn route(&self) -> Option<&Arc<RouteInfo>> {
        self.0.route.get()
    }

    pub(crate) fn found(&self, route: &Arc<RouteInfo>) {
        // A request has one route; a second call can only repeat it.
        let _ = self.0.route.set(Arc::clone(route));
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Infallible> {
        Ok(parts.extensions.get().cloned().unwrap_or_else(|| Self::unknown(parts.uri.path())))
    }
}

impl RequestContext {
    /// Of a request that did not come through the edge.
    fn unknown(path: &str) -> Self {
        Self::new(Known {
            request_id: HeaderValue::from_static("none"),
            client_ip: IpAddr::V4(Ipv4Addr::UNSPECIFIED),
            is_https: false,
            host: None,
            family: Family::of(path),
            route: OnceLock::new(),
        })
    }
}
