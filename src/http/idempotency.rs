//! `Idempotency-Key` on any POST (contract R8): a repeated request gets the stored answer.
//!
//! The key is stored hashed with the append itself, the answer afterwards, sealed with a key made from the
//! client's own, so that a stored answer with a secret in it is of use to nobody else. When a crash loses the
//! answer, the handler runs again and its command is told that it was carried out already.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, Response as HttpResponse, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use chacha20poly1305::aead::Aead;
use chacha20poly1305::{ChaCha20Poly1305, Key, KeyInit, Nonce};
use http_body_util::BodyExt;
use moka::sync::Cache;
use rand::TryRngCore;
use rand::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tokio::sync::Mutex;

use super::write::key_reused;
use super::{ApiError, Caller, RateLimit, RequestContext, body, headers};
use crate::app::App;
use crate::event_store::{IdempotencyKey, Outcome};
use crate::limits;

static KEY: HeaderName = HeaderName::from_static("idempotency-key");
static REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// The POSTs that need no name.
const OPEN_DOORS: [&str; 2] = ["/login", "/api/auth/token"];

/// Takes more than JSON bodies may be (contract R10).
const INTAKE: &str = "/api/listings/observations";

/// Requests of this node with the same key take turns.
static TURNS: LazyLock<Cache<Vec<u8>, Arc<Mutex<()>>>> = LazyLock::new(|| {
    let kept = Duration::from_secs(limits::IDEMPOTENCY_TURN_KEPT_S);
    Cache::builder().max_capacity(limits::IDEMPOTENCY_TURNS).time_to_idle(kept).build()
});

/// Replays the stored answer of a repeated POST, or stores this one's.
pub async fn idempotency(
    State((app, rate_limit)): State<(App, RateLimit)>,
    mut request: Request,
    next: Next,
) -> Response {
    let is_asked = request.method() == Method::POST && request.headers().contains_key(&KEY);
    // Whoever is nobody is turned away by the route, except where one becomes somebody.
    let is_somebody = request.extensions().get::<Caller>().is_some();
    if !is_asked || !(is_somebody || OPEN_DOORS.contains(&request.uri().path())) {
        return next.run(request).await;
    }
    // A replay never comes to its route, and even the question for it costs the database something.
    if let Err(refused) = rate_limit.check_early(request.extensions_mut()) {
        return refused.into_response();
    }
    match replay_or_run(&app, request, next).await {
        Ok(response) => response,
        Err(error) => error.into_response(),
    }
}

async fn replay_or_run(app: &App, request: Request, next: Next) -> Result<Response, ApiError> {
    let (mut parts, body) = request.into_parts();
    let text = headers::idempotency_key(&parts.headers)?.unwrap_or_default().to_owned();
    let mut envelope = Request::new(body);
    *envelope.headers_mut() = parts.headers.clone();
    // The route's own limit of time begins behind this door.
    let boundary = boundary(&parts.headers);
    let is_intake = boundary.is_some() || parts.uri.path() == INTAKE;
    let limit_bytes = if is_intake { limits::UPLOAD_BODY_BYTES } else { limits::JSON_BODY_BYTES };
    let read = body::read_limited(envelope, limit_bytes);
    let body = tokio::time::timeout(limits::REQUEST_TIMEOUT, read).await;
    let body = body.map_err(|_| ApiError::unavailable("the body took too long: try again", 1))??;
    let caller = match (parts.extensions.get::<Caller>(), parts.extensions.get::<RequestContext>()) {
        (Some(caller), _) => format!("user:{}", caller.user_id),
        (None, Some(context)) => format!("address:{}", context.client_ip()),
        (None, None) => "nobody".to_owned(),
    };
    let address = parts.uri.path_and_query().map(|address| address.as_str()).unwrap_or_default();
    let mut key = IdempotencyKey {
        key_hash: hash(&[caller.as_bytes(), text.as_bytes()]),
        request_hash: hash(&content(address.as_bytes(), &body, boundary.as_deref())),
        caller,
        done: None,
    };
    let turn = TURNS.get_with(key.key_hash.clone(), Arc::default);
    let _turn = turn.lock().await;
    let seal = Seal::new(&text, &key.caller);
    match look_up(app, &key).await? {
        Some(found) if found.request_hash != key.request_hash => return Err(key_reused()),
        Some(Found { answer: Some(answer), .. }) => {
            if let Some(stored) = seal.open(&answer) {
                return Ok(stored.respond());
            }
        }
        Some(found) => key.done = found.outcome(),
        None => {}
    }
    parts.extensions.insert(key.clone());
    let response = next.run(Request::from_parts(parts, body.into())).await;
    if !response.status().is_success() && !response.status().is_redirection() {
        return Ok(response);
    }
    keep(app, &key, &seal, response).await
}

/// What separates the parts of an uploaded form.
fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(header::CONTENT_TYPE)?.to_str().ok()?;
    multer::parse_boundary(kind).ok()
}

/// What makes two requests the same. A client that sends a form again draws another boundary, so it does not count.
fn content<'a>(address: &'a [u8], body: &'a [u8], boundary: Option<&'a str>) -> Vec<&'a [u8]> {
    let mut content = vec![address];
    let mut rest = body;
    if let Some(boundary) = boundary.map(str::as_bytes).filter(|boundary| !boundary.is_empty()) {
        while let Some(at) = memchr::memmem::find(rest, boundary) {
            content.push(&rest[..at]);
            rest = &rest[at + boundary.len()..];
        }
    }
    content.push(rest);
    content
}

fn hash(parts: &[&[u8]]) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().to_vec()
}

#[derive(sqlx::FromRow)]
struct Found {
    request_hash: Vec<u8>,
    aggregate_id: Option<String>,
    position: Option<i64>,
    answer: Option<Vec<u8>>,
}

impl Found {
    fn outcome(self) -> Option<Outcome> {
        let (aggregate_id, position) = (self.aggregate_id?, self.position?);
        Some(Outcome { aggregate_id, position, appended: 0 })
    }
}

async fn look_up(app: &App, key: &IdempotencyKey) -> Result<Option<Found>, ApiError> {
    sqlx::query(
        "DELETE FROM idempotency_keys WHERE caller = $1 AND key_hash = $2 \
           AND recorded_at < clock_timestamp() - make_interval(secs => $3)",
    )
    .bind(&key.caller)
    .bind(&key.key_hash)
    .bind(limits::IDEMPOTENCY_KEPT_S)
    .execute(&app.pool)
    .await?;
    let found = sqlx::query_as(
        "SELECT request_hash, aggregate_id, position, answer FROM idempotency_keys WHERE caller = $1 AND key_hash = $2",
    );
    Ok(found.bind(&key.caller).bind(&key.key_hash).fetch_optional(&app.pool).await?)
}

async fn keep(
    app: &App,
    key: &IdempotencyKey,
    seal: &Seal,
    response: Response,
) -> Result<Response, ApiError> {
    let (parts, body) = response.into_parts();
    let body = body.collect().await.map_err(ApiError::internal)?.to_bytes();
    let stored = Stored::of(parts.status, &parts.headers, &body);
    if let Some(answer) = seal.close(&stored) {
        let kept = sqlx::query(
            "INSERT INTO idempotency_keys (caller, key_hash, request_hash, answer) VALUES ($1, $2, $3, $4) \
             ON CONFLICT (caller, key_hash) DO UPDATE SET answer = excluded.answer \
             WHERE idempotency_keys.request_hash = excluded.request_hash AND idempotency_keys.answer IS NULL",
        )
        .bind(&key.caller)
        .bind(&key.key_hash)
        .bind(&key.request_hash)
        .bind(answer)
        .execute(&app.pool)
        .await;
        if let Err(error) = kept {
            tracing::warn!(%error, "the answer to an idempotent request could not be kept");
        }
    }
    Ok(HttpResponse::from_parts(parts, body.into()))
}

/// An answer as it is stored.
#[derive(Serialize, Deserialize)]
struct Stored {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Stored {
    fn of(status: StatusCode, headers: &HeaderMap, body: &Bytes) -> Self {
        let kept = [header::CONTENT_TYPE, header::ETAG, header::LOCATION, header::SET_COOKIE];
        let is_kept = |name: &HeaderName| kept.contains(name) || name.as_str() == "tidemark-position";
        let headers = headers.iter().filter(|(name, _)| is_kept(name));
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().to_owned();
        let headers = headers.map(|(name, value)| (name.to_string(), text(value))).collect();
        Self { status: status.as_u16(), headers, body: body.to_vec() }
    }

    fn respond(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        let mut response = (status, self.body).into_response();
        response.headers_mut().remove(header::CONTENT_TYPE);
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response.headers_mut().insert(REPLAYED.clone(), HeaderValue::from_static("true"));
        response
    }
}

/// A sealed answer begins with its nonce.
const NONCE_BYTES: usize = 12;

/// Seals answers with a key that only the client's own key gives.
struct Seal(ChaCha20Poly1305);

impl Seal {
    fn new(key: &str, caller: &str) -> Self {
        let secret = hash(&[b"idempotency answer", caller.as_bytes(), key.as_bytes()]);
        Self(ChaCha20Poly1305::new(Key::from_slice(&secret)))
    }

    fn close(&self, stored: &Stored) -> Option<Vec<u8>> {
        let plain = serde_json::to_vec(stored).ok()?;
        let mut sealed = vec![0; NONCE_BYTES];
        OsRng.try_fill_bytes(&mut sealed).ok()?;
        let secret = self.0.encrypt(Nonce::from_slice(&sealed), plain.as_slice()).ok()?;
        sealed.extend(secret);
        Some(sealed)
    }

    fn open(&self, sealed: &[u8]) -> Option<Stored> {
        let (nonce, secret) = sealed.split_at_checked(NONCE_BYTES)?;
        let plain = self.0.decrypt(Nonce::from_slice(nonce), secret).ok()?;
        serde_json::from_slice(&plain).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_boundary_is_the_same_form_and_another_file_is_not() {
        let form =
            |boundary: &str, file: &str| format!("--{boundary}\r\nfile\r\n{file}\r\n--{boundary}--\r\n");
        let hash_of = |boundary: &str, file: &str| {
            hash(&content(b"/api/import/files", form(boundary, file).as_bytes(), Some(boundary)))
        };
        assert_eq!(hash_of("one", "rows"), hash_of("another", "rows"));
        assert_ne!(hash_of("one", "rows"), hash_of("one", "other rows"));
        assert_ne!(content(b"/a", b"x", None), content(b"/a", b"y", None));
    }
}
