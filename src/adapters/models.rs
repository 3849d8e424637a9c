//! What Ollama and Gemini have in common: one request, one retry where it is safe, one answer within bounds.

pub mod gemini;
pub mod ollama;

use std::time::{Duration, Instant};

use reqwest::{RequestBuilder, StatusCode};
use serde_json::Value;
use url::Url;

use crate::limits;

/// What a model answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Answered<T> {
    /// Which model, as it calls itself.
    pub model: String,
    /// What it said.
    pub content: T,
    /// What it read.
    pub input_tokens: i64,
    /// What it wrote, thinking included.
    pub output_tokens: i64,
    /// How long it took as it counts itself.
    pub duration: Option<Duration>,
}

/// Why there is no answer, in words for the one who asked: without an address or a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ModelError {
    /// It is not set up.
    #[error("{0} is not set: this provider is not configured")]
    NotConfigured(&'static str),
    /// Nobody answers.
    #[error("it does not answer")]
    Unreachable,
    /// It took longer than it may.
    #[error("it took longer than {0} s")]
    TookTooLong(u64),
    /// It refuses.
    #[error("it answers {status}: {message}")]
    Refused {
        /// The status.
        status: u16,
        /// Its own words, shortened.
        message: String,
    },
    /// It answered, but not in a way that can be used.
    #[error("its answer {0}")]
    Broken(String),
}

/// Follows nobody elsewhere, and uses no proxy for a machine of one's own.
#[derive(Clone)]
pub struct Client(Result<(reqwest::Client, reqwest::Client), String>);

impl Client {
    /// A new one; should there be no TLS to be had, each request says so.
    pub fn new() -> Self {
        let builder = || {
            let connect = Duration::from_secs(limits::MODEL_CONNECT_S);
            reqwest::Client::builder().connect_timeout(connect).redirect(reqwest::redirect::Policy::none())
        };
        let both = builder().build().and_then(|far| Ok((builder().no_proxy().build()?, far)));
        Self(both.map_err(|error| error.to_string()))
    }

    /// The client for an address.
    pub(crate) fn towards(&self, address: &Url) -> Result<&reqwest::Client, ModelError> {
        let (near, far) = self.0.as_ref().map_err(|error| ModelError::Broken(error.clone()))?;
        let is_near = match address.host() {
            Some(url::Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private(),
            Some(url::Host::Ipv6(ip)) => ip.is_loopback() || ip.is_unique_local(),
            Some(url::Host::Domain(name)) => name == "localhost" || !name.contains('.'),
            None => true,
        };
        Ok(if is_near { near } else { far })
    }
}

impl Default for Client {
    fn default() -> Self {
        Self::new()
    }
}

/// Sends `make()`'s request and reads its answer, both within `timeout`. It is sent a second time only where the first
/// cannot have been worked on: nobody was there, or the way to the provider was blocked (502, 503).
async fn ask(make: impl Fn() -> RequestBuilder, timeout: Duration) -> Result<Vec<u8>, ModelError> {
    let until = Instant::now() + timeout;
    let took_too_long = || ModelError::TookTooLong(timeout.as_secs().max(1));
    let mut is_second = false;
    loop {
        let left = until.saturating_duration_since(Instant::now());
        let again = match make().timeout(left).send().await {
            Err(error) if error.is_timeout() => return Err(took_too_long()),
            Err(error) if error.is_connect() => ModelError::Unreachable,
            Err(_) => return Err(ModelError::Broken("broke off before it began".to_owned())),
            Ok(response) => {
                let status = response.status();
                let body = read(response).await.map_err(|error| error.unwrap_or_else(took_too_long))?;
                if status.is_success() {
                    return Ok(body);
                }
                let refused = ModelError::Refused { status: status.as_u16(), message: words(status, &body) };
                if !matches!(status, StatusCode::BAD_GATEWAY | StatusCode::SERVICE_UNAVAILABLE) {
                    return Err(refused);
                }
                refused
            }
        };
        let pause = Duration::from_millis(limits::MODEL_RETRY_PAUSE_MS);
        if is_second || until.saturating_duration_since(Instant::now()) <= pause {
            return Err(again);
        }
        is_second = true;
        tokio::time::sleep(pause).await;
    }
}

/// The whole body; none as the error: it took too long.
async fn read(mut response: reqwest::Response) -> Result<Vec<u8>, Option<ModelError>> {
    let mut body = Vec::new();
    loop {
        let part = response.chunk().await.map_err(|error| {
            (!error.is_timeout()).then(|| ModelError::Broken("broke off in the middle".to_owned()))
        })?;
        let Some(part) = part else { return Ok(body) };
        if body.len() + part.len() > limits::MODEL_ANSWER_BYTES {
            return Err(Some(ModelError::Broken(format!(
                "is larger than {} bytes",
                limits::MODEL_ANSWER_BYTES
            ))));
        }
        body.extend_from_slice(&part);
    }
}

/// `{"error":"text"}` or `{"error":{"message"}}`, or just the status.
fn words(status: StatusCode, body: &[u8]) -> String {
    let json: Value = serde_json::from_slice(body).unwrap_or_default();
    let message = json["error"].as_str().or_else(|| json["error"]["message"].as_str());
    shortened(
        message
            .filter(|message| !message.is_empty())
            .unwrap_or_else(|| status.canonical_reason().unwrap_or("an unknown status")),
    )
}

/// Words of another service: short, in one line.
fn shortened(message: &str) -> String {
    let one_line = message.chars().map(|character| if character.is_control() { ' ' } else { character });
    one_line.take(limits::OUTSIDE_MESSAGE_CHARS).collect()
}

/// What a model wrote, as it can be kept: no control characters but tabs and ends of lines.
///
/// # Errors
/// When nothing is left.
fn text(content: &str) -> Result<String, ModelError> {
    let kept: String = content
        .chars()
        .filter(|character| matches!(character, '\n' | '\t') || !character.is_control())
        .collect();
    let kept = kept.trim();
    if kept.is_empty() { Err(ModelError::Broken("is empty".to_owned())) } else { Ok(kept.to_owned()) }
}

/// A count of tokens, absent where a provider does not tell.
fn count(value: &Value) -> i64 {
    value.as_i64().filter(|count| *count >= 0).unwrap_or(0)
}
