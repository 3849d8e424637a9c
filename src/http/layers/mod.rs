//! What surrounds every request. One service, the [`Edge`], does it all, so that a request passes few allocations.

mod edge;
mod log;
pub(super) mod metrics;
mod outcome;
pub mod proxies;
pub mod rate_limit;
mod request_id;

pub use edge::Edge;
pub use proxies::TrustedProxies;
