use std::sync::OnceLock;
use std::time::Duration;

use axum::http::{Method, StatusCode};
use metrics::{Gauge, Histogram};

/// The statuses that routes answer with; anything else is counted as the last.
const STATUSES: [u16; 16] = [200, 302, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 429, 500, 503, 101];
const DURATION: &str = "tidemark_http_request_duration_seconds";

/// A route's histograms, one a status, looked up once: finding one by its labels costs more than using it.
#[derive(Debug, Default)]
pub(in crate::http) struct Durations([OnceLock<Handle>; STATUSES.len()]);

struct Handle(Histogram);

impl std::fmt::Debug for Handle {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Handle")
    }
}

impl Durations {
    pub(super) fn record(&self, method: &Method, route: &'static str, status: StatusCode, took: Duration) {
        let code = status.as_u16();
        match STATUSES.iter().position(|known| *known == code).and_then(|index| self.0.get(index)) {
            Some(handle) => handle.get_or_init(|| Handle(histogram(method, route, code))).0.record(took),
            None => histogram(method, route, code).record(took),
        }
    }
}

fn histogram(method: &Method, route: &'static str, status: u16) -> Histogram {
    let method = word(method);
    metrics::histogram!(DURATION, "method" => method, "route" => route, "status" => status.to_string())
}

/// Methods that somebody made up share one label: labels are forever.
fn word(method: &Method) -> &'static str {
    match *method {
        Method::GET | Method::HEAD => "GET",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

/// Says what the measures mean, once.
pub(super) fn describe() {
    metrics::describe_histogram!(
        DURATION,
        metrics::Unit::Seconds,
        "Time from a request's head to its answer's head"
    );
    metrics::describe_gauge!("tidemark_http_requests_in_flight", "Requests that are being answered");
}

/// Counts a request while it is being answered, also one whose client goes away.
pub(super) struct InFlight(Gauge);

impl InFlight {
    pub(super) fn one(gauge: &Gauge) -> Self {
        gauge.increment(1);
        Self(gauge.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.decrement(1);
    }
}
