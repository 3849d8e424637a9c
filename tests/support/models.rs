//! Ollama, Gemini and a fetcher of what is talked about, with answers that a test sets.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use futures::StreamExt;
use serde_json::{Value, json};
use tidemark::auth::Secret;
use tidemark::config::Config;

/// The fake.
pub(crate) struct Models {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
}

/// How it answers.
#[derive(Clone)]
pub(crate) enum Manner {
    /// With this status and body.
    Says(u16, String),
    /// With a part of a body whose connection then breaks.
    BreaksOff(String),
    /// Not at all.
    IsSilent,
}

struct Shared {
    manner: Manner,
    /// What it answers before that, one request each.
    first: Vec<Manner>,
    asked: Vec<Asked>,
}

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
}

impl Models {
    pub(crate) async fn start() -> Self {
        let manner = Manner::Says(200, ollama("水嫩一整天！").to_string());
        let shared = Arc::new(Mutex::new(Shared { manner, first: Vec::new(), asked: Vec::new() }));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let router = Router::new().fallback(answer).with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, shared }
    }

    /// Settings that ask it for everything.
    pub(crate) fn are_asked(&self) -> impl FnOnce(&mut Config) + use<> {
        let url = format!("http://{}", self.address);
        move |config| {
            config.models.ollama_url = Some(url.parse().unwrap());
            config.models.gemini_url = Some(url.parse().unwrap());
            config.models.gemini_key = Some(Secret::new("gemini-key"));
            let fetcher = Secret::new(format!("{url}/trending?key=fetcher-key&category={{category}}"));
            config.models.trending = vec![("cosme", fetcher)];
        }
    }

    /// From now on it answers so.
    pub(crate) fn answer(&self, manner: Manner) {
        self.shared.lock().unwrap().manner = manner;
    }

    pub(crate) fn say(&self, status: u16, body: &Value) {
        self.answer(Manner::Says(status, body.to_string()));
    }

    /// It answers the next request so, and the ones after it as before.
    pub(crate) fn answer_once(&self, manner: Manner) {
        self.shared.lock().unwrap().first.push(manner);
    }

    /// What models were asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.all_asked().into_iter().filter(|asked| !asked.path.starts_with("/trending")).collect()
    }

    /// The same, and what was fetched beside, which happens at any time.
    pub(crate) fn all_asked(&self) -> Vec<Asked> {
        self.shared.lock().unwrap().asked.clone()
    }
}

/// What Ollama answers.
pub(crate) fn ollama(content: &str) -> Value {
    json!({
        "model": "llama3:70b", "created_at": "2026-01-01T00:00:00Z", "response": content, "done": true,
        "done_reason": "stop", "context": [1], "total_duration": 5_200_000_000_u64, "load_duration": 1,
        "prompt_eval_count": 120, "prompt_eval_duration": 1, "eval_count": 85, "eval_duration": 1,
    })
}

/// What Gemini answers.
pub(crate) fn gemini(content: &str) -> Value {
    json!({
        "candidates": [{
            "content": { "parts": [{ "text": content }], "role": "model" }, "finishReason": "STOP",
            "groundingMetadata": {
                "searchEntryPoint": { "renderedContent": "<div class=\"g\">x</div>" },
                "groundingChunks": [{ "web": { "uri": "https://a.example/x", "title": "a.example" } }],
                "groundingSupports": [{
                    "segment": { "startIndex": 0, "endIndex": content.len(), "text": content },
                    "groundingChunkIndices": [0], "confidenceScores": [0.9],
                }],
                "webSearchQueries": ["防曬 推薦"],
            },
        }],
        "usageMetadata": {
            "promptTokenCount": 10, "candidatesTokenCount": 20, "thoughtsTokenCount": 5,
            "toolUsePromptTokenCount": 3, "totalTokenCount": 38,
        },
        "modelVersion": "gemini-2.5-flash",
    })
}

async fn answer(State(shared): State<Arc<Mutex<Shared>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.expect("a whole body");
    let manner = {
        let mut shared = shared.lock().unwrap();
        shared.asked.push(Asked {
            path: parts.uri.to_string(),
            headers: parts.headers,
            body: serde_json::from_slice(&body).unwrap_or_default(),
        });
        if shared.first.is_empty() { shared.manner.clone() } else { shared.first.remove(0) }
    };
    let response = Response::builder().header("content-type", "application/json");
    match manner {
        Manner::Says(status, body) => {
            response.status(StatusCode::from_u16(status).unwrap()).body(body.into())
        }
        Manner::BreaksOff(part) => {
            let broken = futures::stream::iter([
                Ok(Bytes::from(part)),
                Err(std::io::Error::other("the connection breaks")),
            ]);
            response.body(Body::from_stream(broken))
        }
        Manner::IsSilent => {
            response.body(Body::from_stream(futures::stream::pending::<std::io::Result<Bytes>>().boxed()))
        }
    }
    .unwrap()
}
