//! A Telegram that keeps what it gets, and answers as the Bot API documents.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::post;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::wait::eventually;

/// The token that it knows.
pub(crate) const TOKEN: &str = "12345:a-token-that-is-a-secret";

#[derive(Default)]
struct Kept {
    messages: Mutex<Vec<Value>>,
    photos: Mutex<Vec<Vec<u8>>>,
    script: Mutex<VecDeque<(u16, Value)>>,
}

/// The server.
pub(crate) struct FakeTelegram {
    address: std::net::SocketAddr,
    kept: Arc<Kept>,
}

impl FakeTelegram {
    pub(crate) async fn start() -> Self {
        let kept = Arc::<Kept>::default();
        let router = Router::new()
            .route("/{bot}/sendMessage", post(send_message))
            .route("/{bot}/sendPhoto", post(send_photo))
            .with_state(kept.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, kept }
    }

    /// For TIDEMARK_TELEGRAM_API_URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// What it answers next instead of taking the message.
    pub(crate) fn plans(&self, status: u16, answer: Value) {
        self.kept.script.lock().unwrap().push_back((status, answer));
    }

    /// It will say that the bot was blocked.
    pub(crate) fn blocks(&self) {
        self.plans(403, json!({ "ok": false, "error_code": 403, "description": "Forbidden: bot was blocked by the user" }));
    }

    /// It will ask for patience.
    pub(crate) fn slows_down(&self, seconds: u64) {
        let description = format!("Too Many Requests: retry after {seconds}");
        let parameters = json!({ "retry_after": seconds });
        self.plans(
            429,
            json!({ "ok": false, "error_code": 429, "description": description, "parameters": parameters }),
        );
    }

    /// The bodies of the messages that it took.
    pub(crate) fn messages(&self) -> Vec<Value> {
        self.kept.messages.lock().unwrap().clone()
    }

    /// The pictures that it took.
    pub(crate) fn photos(&self) -> Vec<Vec<u8>> {
        self.kept.photos.lock().unwrap().clone()
    }

    /// The texts that it took.
    pub(crate) fn texts(&self) -> Vec<String> {
        self.messages()
            .iter()
            .map(|message| message["text"].as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// Waits until it has so many messages.
    pub(crate) async fn receives(&self, count: usize) -> Vec<Value> {
        let enough = |messages: &Vec<Value>| messages.len() >= count;
        eventually("the messages came", || async { Some(self.messages()).filter(enough) }).await
    }
}

fn answer(status: u16, body: &Value) -> Response {
    let status = StatusCode::from_u16(status).expect("a status");
    (status, [("content-type", "application/json")], body.to_string()).into_response()
}

async fn send_message(State(kept): State<Arc<Kept>>, Path(bot): Path<String>, body: Bytes) -> Response {
    if bot != format!("bot{TOKEN}") {
        return answer(401, &json!({ "ok": false, "error_code": 401, "description": "Unauthorized" }));
    }
    if let Some((status, planned)) = kept.script.lock().unwrap().pop_front() {
        return answer(status, &planned);
    }
    let body: Value = serde_json::from_slice(&body).expect("JSON");
    let text = body["text"].as_str().unwrap_or_default();
    if text.encode_utf16().count() > 4_096 || text.is_empty() {
        let description = "Bad Request: message is too long";
        return answer(400, &json!({ "ok": false, "error_code": 400, "description": description }));
    }
    let mut messages = kept.messages.lock().unwrap();
    messages.push(body.clone());
    let chat = json!({ "id": body["chat_id"], "type": "private" });
    let result = json!({ "message_id": messages.len(), "date": 1, "chat": chat, "text": text });
    answer(200, &json!({ "ok": true, "result": result }))
}

async fn send_photo(State(kept): State<Arc<Kept>>, body: Bytes) -> Response {
    kept.photos.lock().unwrap().push(body.to_vec());
    answer(200, &json!({ "ok": true, "result": { "message_id": 1 } }))
}
