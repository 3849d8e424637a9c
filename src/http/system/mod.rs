//! Whether the program lives, is ready, and how it does (contract §3, §5).

mod clean_up;
mod restart_deployment;
mod show_health;
mod show_metrics;
mod show_readiness;
mod show_status;

use super::{Access, Mode, Route};
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
        Route::get("/api/system/status", Access::Read, show_status::handler)
            .doc("show_system_status", "How busy the machine is, within the container's own limits")
            .answers_bare::<show_status::Status>(),
        Route::post("/api/system/cleanup", Access::Admin, clean_up::handler)
            .doc("clean_up", "Remove what has expired, never events; `dry_run` only counts")
            .takes(&clean_up::FORM, Mode::Create)
            .answers::<clean_up::Cleaned>(),
        Route::post("/api/system/k8s/restart", Access::Admin, restart_deployment::handler)
            .doc("restart_deployment", "Restart a deployment, as `kubectl rollout restart` does")
            .takes(&restart_deployment::FORM, Mode::Create)
            .answers::<restart_deployment::Restarted>(),
    ]
}
