use std::sync::Arc;

use axum::Router;
use axum::http::Method;

use super::gate::{Gate, Gated};
use super::{Access, ApiError, Code, RateLimit, Route};

/// The router of these routes: an unknown address is 404, a known one with another method 405, both before anybody
/// is asked who they are.
pub fn router<S: Clone + Send + Sync + 'static>(routes: Vec<Route<S>>, rate_limit: RateLimit) -> Router<S> {
    let mut router = Router::new();
    for route in routes {
        let info = Arc::new(route.info);
        for path in info.paths() {
            let gate = Gate { route: Arc::clone(&info), rate_limit: rate_limit.clone() };
            router = router.route(path, (route.mount)(gate));
        }
    }
    let not_found: Route<S> = Route::get("", Access::Public, not_found).doc("not_found", "Unknown addresses");
    let gate = Gate { route: Arc::new(not_found.info), rate_limit };
    router
        .fallback(Gated { handler: self::not_found, gate: gate.clone() })
        .method_not_allowed_fallback(Gated { handler: method_not_allowed, gate })
}

async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound)
}

async fn method_not_allowed(method: Method) -> ApiError {
    ApiError::saying(Code::MethodNotAllowed, format!("this address does not take {method}"))
}
