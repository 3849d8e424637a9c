//! Whether the program lives, is ready, and how it does (contract §3, §5).

mod show_health;
mod show_metrics;
mod show_readiness;

use super::{Access, Route};
use crate::app::App;

/// The routes.
pub fn routes() -> Vec<Route<App>> {
    vec![
        Route::get("/health", Access::Public, show_health::handler)
            .doc("show_health", "200 while the program lives")
            .without_rate_limit()
            .answers_bare::<show_health::Health>(),
        Route::get("/ready", Access::Public, show_readiness::handler)
            .doc("show_readiness", "503 when the database is away or a projection is behind its bound")
            .without_rate_limit()
            .answers_bare::<show_readiness::Readiness>(),
        Route::get("/metrics", Access::Public, show_metrics::handler)
            .doc("show_metrics", "Figures for Prometheus")
            .without_rate_limit()
            .answers_other("text/plain; version=0.0.4"),
    ]
}
