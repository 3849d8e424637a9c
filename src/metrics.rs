//! Figures for Prometheus: one recorder for the process, and what is measured when it is asked for.

use std::sync::OnceLock;
use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

use crate::app::App;
use crate::limits;

static HANDLE: OnceLock<PrometheusHandle> = OnceLock::new();

/// Seconds; from a tenth of a millisecond to ten seconds.
const BUCKETS_S: [f64; 14] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 2.5, 10.0];

/// Installs the recorder, once for the process.
pub fn install() {
    HANDLE.get_or_init(|| {
        let builder = PrometheusBuilder::new();
        let builder = builder
            .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &BUCKETS_S)
            .unwrap_or_else(|_| PrometheusBuilder::new());
        let recorder = builder.build_recorder();
        let handle = recorder.handle();
        if metrics::set_global_recorder(recorder).is_err() {
            tracing::warn!("another recorder of metrics was there first: /metrics stays empty");
        }
        handle
    });
}

/// Sets the figures that stand still until somebody looks. What the database is asked for stays as it was when no
/// answer comes in time: during an outage the other figures are what people look for.
pub async fn measure(app: &App) {
    let (head, applied) = (app.store.feed().head(), app.projector.applied());
    metrics::gauge!("tidemark_feed_position").set(head as f64);
    metrics::gauge!("tidemark_projection_position").set(applied as f64);
    metrics::gauge!("tidemark_projection_lag_events").set((head - applied).max(0) as f64);
    metrics::gauge!("tidemark_projection_leader").set(if app.projector.leads() { 1.0 } else { 0.0 });
    metrics::gauge!("tidemark_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    let bound = Duration::from_millis(limits::METRICS_ASKED_MS);
    if tokio::time::timeout(bound, ask(app, head, applied)).await.is_err() {
        tracing::warn!("the database does not answer: its figures are those of before");
    }
}

/// The figures that take a look into the database, or at what may be waiting for it.
async fn ask(app: &App, head: i64, applied: i64) {
    let seconds = if head > applied { lag_seconds(app, applied).await.unwrap_or(0.0) } else { 0.0 };
    metrics::gauge!("tidemark_projection_lag_seconds").set(seconds);
    metrics::gauge!("tidemark_watched_campaigns").set(app.hub.watched_campaigns().await as f64);
    if let Err(error) = app.jobs.measure().await {
        tracing::warn!(%error, "jobs cannot be counted");
    }
}

/// The age of the oldest event that the read tables do not show.
async fn lag_seconds(app: &App, applied: i64) -> Option<f64> {
    let oldest = app.store.feed().after(applied, 1).await.ok()?;
    oldest.first().map(|event| (chrono::Utc::now() - event.recorded_at).as_seconds_f64().max(0.0))
}

/// Everything measured so far, in Prometheus' text format.
pub fn render() -> String {
    let Some(handle) = HANDLE.get() else { return String::new() };
    handle.run_upkeep();
    handle.render()
}
