//! One request and what it follows: redirects each checked anew, a body within bounds.

use std::error::Error as _;
use std::time::Duration;

use reqwest::header::{self, HeaderMap, HeaderName};
use reqwest::{Client, Response, StatusCode};
use url::Url;

use super::addresses::{self, NotPublic};
use crate::limits;

/// Why there is no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// It may not or cannot be asked for: a private address, a rule of robots.txt, redirects without an end.
    Refused(String),
    /// The shop does not answer as it should.
    Outage(String),
    /// It is not asked at present.
    Resting(String),
    /// The shop wants us to wait.
    Pause(String, Option<Duration>),
    /// The answer is larger than a page can be.
    TooLarge,
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(why) | Self::Outage(why) | Self::Resting(why) | Self::Pause(why, _) => {
                formatter.write_str(why)
            }
            Self::TooLarge => write!(formatter, "the page is larger than {} bytes", limits::CRAWL_PAGE_BYTES),
        }
    }
}

/// What names a state of a page, so that a shop can say that it is still the same.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// Its ETag.
    pub etag: Option<String>,
    /// When it was changed, as the shop writes it.
    pub last_modified: Option<String>,
}

/// A complete answer.
#[derive(Debug)]
pub(super) struct Fetched {
    pub(super) url: Url,
    pub(super) status: u16,
    pub(super) content_type: Option<String>,
    pub(super) validators: Validators,
    pub(super) body: Vec<u8>,
}

/// A redirect to follow, or an answer.
pub(super) enum Step {
    Redirect(Url),
    Answer(Response),
}

/// Sends one request.
pub(super) async fn step(
    client: &Client,
    url: &Url,
    known: &Validators,
    allows_private: bool,
) -> Result<Step, Trouble> {
    addresses::check(url, allows_private).map_err(Trouble::Refused)?;
    let mut request = client.get(url.clone());
    if let Some(etag) = &known.etag {
        request = request.header(header::IF_NONE_MATCH, etag);
    }
    if let Some(since) = &known.last_modified {
        request = request.header(header::IF_MODIFIED_SINCE, since);
    }
    let response = request.send().await.map_err(|error| trouble(&error))?;
    let is_redirect = matches!(response.status().as_u16(), 301 | 302 | 303 | 307 | 308);
    match text(response.headers(), header::LOCATION) {
        Some(location) if is_redirect => {
            let target =
                url.join(&location).map_err(|_| Trouble::Refused("a redirect leads nowhere".to_owned()))?;
            Ok(Step::Redirect(target))
        }
        _ => Ok(Step::Answer(response)),
    }
}

/// Reads an answer to its end, unless there is none.
pub(super) async fn read(url: Url, mut response: Response, most: usize) -> Result<Fetched, Trouble> {
    let status = response.status();
    if status == StatusCode::TOO_MANY_REQUESTS || status == StatusCode::SERVICE_UNAVAILABLE {
        let wait = text(response.headers(), header::RETRY_AFTER).and_then(|text| text.trim().parse().ok());
        let why = format!("the shop answers {}", status.as_u16());
        return Err(Trouble::Pause(why, wait.map(Duration::from_secs)));
    }
    if status.is_server_error() {
        return Err(Trouble::Outage(format!("the shop answers {}", status.as_u16())));
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(|error| trouble(&error))? {
        if body.len() + part.len() > most {
            return Err(Trouble::TooLarge);
        }
        body.extend_from_slice(&part);
    }
    let headers = response.headers();
    Ok(Fetched {
        url,
        status: status.as_u16(),
        content_type: text(headers, header::CONTENT_TYPE),
        validators: Validators {
            etag: text(headers, header::ETAG),
            last_modified: text(headers, header::LAST_MODIFIED),
        },
        body,
    })
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= limits::CRAWL_HEADER_BYTES).then(|| value.to_owned())
}

/// What an error of the client means. The address is not repeated: whoever reads it knows it.
fn trouble(error: &reqwest::Error) -> Trouble {
    let mut cause = error.source();
    while let Some(inner) = cause {
        if inner.is::<NotPublic>() {
            return Trouble::Refused(NotPublic.to_string());
        }
        cause = inner.source();
    }
    let why = if error.is_timeout() {
        "the shop takes too long"
    } else if error.is_connect() {
        "the shop cannot be reached"
    } else if error.is_decode() {
        "the answer cannot be unpacked"
    } else {
        "the answer broke off"
    };
    Trouble::Outage(why.to_owned())
}
