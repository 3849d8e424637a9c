use std::time::Duration;

use reqwest::multipart::{Form, Part};
use serde::Deserialize;
use serde_json::json;

use crate::auth::Secret;
use crate::config::TelegramConfig;
use crate::limits;

/// Why a message did not go out.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TelegramError {
    /// Too many messages: not before so long.
    #[error("{reason}")]
    SlowDown {
        /// How long Telegram wants us to wait.
        after: Duration,
        /// Its words.
        reason: String,
    },
    /// The chat will take none: the bot was blocked or thrown out, or there is no such chat.
    #[error("{0}")]
    ChatGone(String),
    /// The group became a supergroup with another id.
    #[error("the chat moved to {to}")]
    Moved {
        /// The new id.
        to: i64,
    },
    /// Never like this.
    #[error("{0}")]
    Refused(String),
    /// Not now.
    #[error("{0}")]
    NotNow(String),
}

/// A bot.
#[derive(Clone)]
pub struct Telegram {
    client: reqwest::Client,
    base: String,
    token: Secret,
}

#[derive(Deserialize)]
struct Reply {
    #[serde(default)]
    ok: bool,
    result: Option<serde_json::Value>,
    error_code: Option<u16>,
    description: Option<String>,
    #[serde(default)]
    parameters: Parameters,
}

#[derive(Default, Deserialize)]
struct Parameters {
    retry_after: Option<u64>,
    migrate_to_chat_id: Option<i64>,
}

impl Telegram {
    /// None: no token is configured.
    pub fn of(config: &TelegramConfig) -> Option<Self> {
        let token = config.token.clone()?;
        let client = reqwest::Client::builder()
            .timeout(Duration::from_secs(limits::TELEGRAM_TIMEOUT_S))
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Some(Self { client: client.ok()?, base: config.api_url.clone(), token })
    }

    /// Sends a text of at most 4,096 UTF-16 units; gives the message's id.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn send_message(&self, chat: &str, text: &str) -> Result<i64, TelegramError> {
        let body = json!({
            "chat_id": chat_id(chat),
            "text": text,
            "link_preview_options": { "is_disabled": true },
        });
        self.call(self.client.post(self.method("sendMessage")).json(&body)).await
    }

    /// Sends a picture with a caption; gives the message's id.
    ///
    /// # Errors
    /// See [`TelegramError`].
    pub async fn send_photo(&self, chat: &str, png: Vec<u8>, caption: &str) -> Result<i64, TelegramError> {
        let picture = Part::bytes(png).file_name("chart.png").mime_str("image/png");
        let picture = picture.map_err(|_| TelegramError::Refused("no picture".to_owned()))?;
        let form = Form::new()
            .text("chat_id", chat.to_owned())
            .text("caption", caption.to_owned())
            .part("photo", picture);
        self.call(self.client.post(self.method("sendPhoto")).multipart(form)).await
    }

    fn method(&self, name: &str) -> String {
        format!("{}/bot{}/{name}", self.base, self.token.expose())
    }

    async fn call(&self, request: reqwest::RequestBuilder) -> Result<i64, TelegramError> {
        let line = |error: reqwest::Error| {
            TelegramError::NotNow(format!("Telegram cannot be reached: {}", error.without_url()))
        };
        let mut response = request.send().await.map_err(line)?;
        let status = response.status();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(line)? {
            if body.len() + chunk.len() > limits::TELEGRAM_ANSWER_BYTES {
                return Err(TelegramError::NotNow("Telegram's answer is too long".to_owned()));
            }
            body.extend_from_slice(&chunk);
        }
        match serde_json::from_slice::<Reply>(&body) {
            Ok(reply) => read(status.as_u16(), reply),
            Err(_) => Err(TelegramError::NotNow(format!("Telegram answered {status} with something else"))),
        }
    }
}

/// A number travels as one; a public name as text.
fn chat_id(chat: &str) -> serde_json::Value {
    chat.parse::<i64>().map_or_else(|_| json!(chat), |number| json!(number))
}

fn read(status: u16, reply: Reply) -> Result<i64, TelegramError> {
    if reply.ok {
        let id = reply.result.as_ref().and_then(|result| result["message_id"].as_i64());
        return Ok(id.unwrap_or_default());
    }
    let code = reply.error_code.unwrap_or(status);
    let description = reply.description.unwrap_or_else(|| "no reason given".to_owned());
    let reason = format!("{code} {description}");
    if let Some(seconds) = reply.parameters.retry_after {
        let after = Duration::from_secs(seconds.min(limits::TELEGRAM_RETRY_AFTER_MAX_S));
        return Err(TelegramError::SlowDown { after, reason });
    }
    if let Some(to) = reply.parameters.migrate_to_chat_id {
        return Err(TelegramError::Moved { to });
    }
    let is_gone = code == 403 || (code == 400 && description.to_lowercase().contains("chat not found"));
    Err(match code {
        _ if is_gone => TelegramError::ChatGone(reason),
        429 => TelegramError::SlowDown { after: Duration::from_secs(limits::TELEGRAM_RETRY_AFTER_S), reason },
        // A wrong token is the house's trouble and not the message's.
        401 | 404 => TelegramError::NotNow(format!("{reason}: is TIDEMARK_TELEGRAM_TOKEN right?")),
        500.. => TelegramError::NotNow(reason),
        _ => TelegramError::Refused(reason),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, body: &str) -> Result<i64, TelegramError> {
        read(status, serde_json::from_str(body).unwrap())
    }

    #[test]
    fn reads_what_telegram_answers() {
        assert_eq!(answered(200, r#"{"ok":true,"result":{"message_id":7}}"#), Ok(7));
        let slow = r#"{"ok":false,"error_code":429,"description":"Too Many Requests: retry after 5","parameters":{"retry_after":5}}"#;
        assert!(
            matches!(answered(429, slow), Err(TelegramError::SlowDown { after, .. }) if after.as_secs() == 5)
        );
        let blocked =
            r#"{"ok":false,"error_code":403,"description":"Forbidden: bot was blocked by the user"}"#;
        assert!(matches!(answered(403, blocked), Err(TelegramError::ChatGone(_))));
        let moved =
            r#"{"ok":false,"error_code":400,"description":"x","parameters":{"migrate_to_chat_id":-1001}}"#;
        assert_eq!(answered(400, moved), Err(TelegramError::Moved { to: -1001 }));
        assert!(matches!(answered(502, r#"{"ok":false}"#), Err(TelegramError::NotNow(_))));
        assert!(matches!(answered(401, r#"{"ok":false,"error_code":401}"#), Err(TelegramError::NotNow(_))));
        let empty = r#"{"ok":false,"error_code":400,"description":"Bad Request: message text is empty"}"#;
        assert!(matches!(answered(400, empty), Err(TelegramError::Refused(_))));
    }
}
