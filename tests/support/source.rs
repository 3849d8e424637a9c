//! The outside system that knows how campaigns go: a small server with answers that a test sets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde_json::Value;
use tidemark::config::Config;

/// The fake.
pub(crate) struct Source {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

struct Shared {
    status: StatusCode,
    body: String,
    /// When it was asked what.
    asked: Vec<(Instant, String)>,
}

impl Source {
    pub(crate) async fn start() -> Self {
        let shared = Shared { status: StatusCode::OK, body: "{}".to_owned(), asked: Vec::new() };
        let shared = Arc::new(Mutex::new(shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Settings that poll it every second, the shortest there is.
    pub(crate) fn is_polled(&self) -> impl FnOnce(&mut Config) + use<> {
        let template = format!("http://{}/{{campaign_id}}?product={{product_id}}", self.address);
        move |config| {
            config.campaign_status_url = Some(tidemark::auth::Secret::new(template));
            config.poll_interval_s = 1;
        }
    }

    /// From now on it says this.
    pub(crate) fn says(&self, body: &Value) {
        self.answers(200, &body.to_string());
    }

    /// From now on it answers like this.
    pub(crate) fn answers(&self, status: u16, body: &str) {
        let mut shared = self.shared.lock().unwrap();
        (shared.status, shared.body) = (StatusCode::from_u16(status).unwrap(), body.to_owned());
    }

    /// When it was asked for this.
    pub(crate) fn asked(&self, what: &str) -> Vec<Instant> {
        let shared = self.shared.lock().unwrap();
        shared.asked.iter().filter(|(_, asked)| asked == what).map(|(at, _)| *at).collect()
    }

    /// Waits until it was asked for this so often in all.
    pub(crate) async fn is_asked(&self, what: &str, times: usize) {
        let asked = || async { (self.asked(what).len() >= times).then_some(()) };
        super::eventually(&format!("{what} is asked for {times} times"), asked).await;
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> (StatusCode, String) {
    let what = request.uri().path_and_query().map(ToString::to_string).unwrap_or_default();
    let mut shared = shared.lock().unwrap();
    shared.asked.push((Instant::now(), what));
    (shared.status, shared.body.clone())
}
