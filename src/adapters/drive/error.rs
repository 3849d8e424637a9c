use std::time::Duration;

use reqwest::{Response, StatusCode, header};
use serde_json::Value;

use crate::limits;

/// Why Drive did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DriveError {
    /// It has no such file, or does not show it to this account.
    #[error("Google Drive has no such file, or does not share it with the service account")]
    NotFound,
    /// It says no.
    #[error("Google Drive refuses: {0}")]
    Refused(String),
    /// The file is larger than what is read.
    #[error("the file is larger than {0} bytes")]
    TooLarge(usize),
    /// The service account's file cannot be used.
    #[error("the Google credentials cannot be used: {0}")]
    Credentials(String),
    /// Its answer makes no sense.
    #[error("Google Drive cannot be understood: {0}")]
    Broken(String),
    /// Not now.
    #[error("Google Drive does not answer now: {reason}")]
    Later {
        /// What it says.
        reason: String,
        /// How long it asks to wait.
        after: Option<Duration>,
    },
}

impl DriveError {
    /// A stable word for it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::Refused(_) => "refused",
            Self::TooLarge(_) => "too_large",
            Self::Credentials(_) => "credentials",
            Self::Broken(_) => "broken",
            Self::Later { .. } => "unavailable",
        }
    }
}

impl From<reqwest::Error> for DriveError {
    fn from(error: reqwest::Error) -> Self {
        // An address may hold what is secret.
        Self::Later { reason: error.without_url().to_string(), after: None }
    }
}

/// A success, or what Drive says instead.
pub(super) async fn checked(answer: Response) -> Result<Response, DriveError> {
    let status = answer.status();
    if status.is_success() {
        return Ok(answer);
    }
    let after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    let after = after.map(|seconds: u64| Duration::from_secs(seconds.min(limits::DRIVE_WAIT_S)));
    let body = super::read_bytes(answer, limits::DRIVE_ANSWER_BYTES).await.unwrap_or_default();
    let body: Value = serde_json::from_slice(&body).unwrap_or_default();
    let reason = body["error"]["errors"][0]["reason"].as_str().unwrap_or_default();
    let said = body["error"]["message"].as_str().or(body["error_description"].as_str());
    let said: String = said.unwrap_or(status.as_str()).chars().take(200).collect();
    let is_pace = reason.to_ascii_lowercase().contains("ratelimit");
    Err(match status {
        StatusCode::NOT_FOUND => DriveError::NotFound,
        StatusCode::TOO_MANY_REQUESTS => DriveError::Later { reason: said, after },
        _ if status.is_server_error() || is_pace => DriveError::Later { reason: said, after },
        _ => DriveError::Refused(said),
    })
}
