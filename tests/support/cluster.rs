//! A Kubernetes API server with answers that a test sets: a deployment can be read and patched.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use tidemark::config::Config;

/// The fake.
pub(crate) struct Cluster {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    account: tempfile::TempDir,
}

#[derive(Default)]
struct Shared {
    is_paused: bool,
    refusal: Option<(u16, String)>,
    asked: Vec<Asked>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Cluster {
    pub(crate) async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        let account = tempfile::tempdir().expect("a folder");
        std::fs::write(account.path().join("token"), "account-token\n").expect("a file");
        std::fs::write(account.path().join("namespace"), "shop").expect("a file");
        Self { address, shared, account }
    }

    /// Settings of a pod in it that may restart `deployments`.
    pub(crate) fn allows(&self, deployments: &[&str]) -> impl FnOnce(&mut Config) + use<> {
        let url = format!("http://{}", self.address).parse().expect("an address");
        let deployments = deployments.iter().map(|name| (*name).to_owned()).collect();
        let account_dir = self.account.path().to_owned();
        move |config| {
            config.kubernetes.url = Some(url);
            config.kubernetes.deployments = deployments;
            config.kubernetes.account_dir = account_dir;
        }
    }

    /// From now on its deployments are paused, or not.
    pub(crate) fn pauses(&self, is_paused: bool) {
        self.shared.lock().unwrap().is_paused = is_paused;
    }

    /// From now on it refuses with this; with the status 200 it answers that.
    pub(crate) fn refuses(&self, status: u16, body: &str) {
        self.shared.lock().unwrap().refusal = Some((status, body.to_owned()));
    }

    /// What it was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.shared.lock().unwrap().asked.clone()
    }
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> (StatusCode, String) {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    let mut shared = shared.lock().unwrap();
    shared.asked.push(Asked {
        method: parts.method,
        path: parts.uri.path().to_owned(),
        headers: parts.headers,
        body: serde_json::from_slice(&body).unwrap_or_default(),
    });
    if let Some((status, body)) = &shared.refusal {
        return (StatusCode::from_u16(*status).unwrap(), body.clone());
    }
    let deployment = json!({
        "kind": "Deployment", "metadata": { "generation": 3 }, "spec": { "paused": shared.is_paused, "replicas": 1 },
    });
    (StatusCode::OK, deployment.to_string())
}
