//! Google Drive, read-only, as a service account.
//!
//! The paths are those of Drive v3; a Google Sheet is exported as a workbook. What Drive says no to is an error for
//! good, what it cannot do now is asked again later. Its answers are bounded, its words are shown without addresses.

mod credentials;
mod error;
mod token;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use reqwest::{Client, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use tokio::sync::Mutex;
use url::Url;

pub use error::DriveError;

use crate::config::Config;
use crate::limits;

/// Where Drive is for everybody.
const PUBLIC: &str = "https://www.googleapis.com";
const GOOGLE_SHEET: &str = "application/vnd.google-apps.spreadsheet";
const FOLDER: &str = "application/vnd.google-apps.folder";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const FIELDS: &str = "id,name,mimeType,size,modifiedTime,md5Checksum,headRevisionId";

/// A drive. Cheap to clone.
#[derive(Clone)]
pub struct Drive(Arc<Inner>);

struct Inner {
    credentials: PathBuf,
    folders: Vec<String>,
    base: Url,
    client: Client,
    token: Mutex<Option<token::Token>>,
}

/// A file as Drive tells it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DriveFile {
    /// Its id.
    pub id: String,
    /// What it is called.
    #[serde(default)]
    pub name: String,
    /// What it is.
    #[serde(default)]
    pub mime_type: String,
    /// Bytes, as text; a Google Sheet has none.
    pub size: Option<String>,
    /// When it last changed, RFC 3339.
    pub modified_time: Option<String>,
    /// Of its bytes; a Google Sheet has none.
    pub md5_checksum: Option<String>,
    /// Of its content.
    pub head_revision_id: Option<String>,
}

impl DriveFile {
    /// What changes when its content does.
    pub fn revision(&self) -> Option<String> {
        let known = self.md5_checksum.clone().or_else(|| self.head_revision_id.clone());
        known.or_else(|| self.modified_time.clone())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct FilePage {
    #[serde(default)]
    files: Vec<DriveFile>,
    next_page_token: Option<String>,
}

impl Drive {
    /// What to tell people who ask for a drive that nobody set up.
    pub const NOT_CONFIGURED: &'static str =
        "Google Drive is not configured: set TIDEMARK_GOOGLE_CREDENTIALS";

    /// The configured drive, if there is one.
    pub fn of(config: &Config) -> Option<Self> {
        let settings = &config.drive;
        let credentials = settings.credentials.clone()?;
        let base = settings.url.clone().or_else(|| Url::parse(PUBLIC).ok())?;
        let client = Client::builder()
            .connect_timeout(Duration::from_secs(limits::CONNECT_TIMEOUT_S))
            .timeout(Duration::from_secs(limits::DRIVE_TIMEOUT_S))
            .build()
            .ok()?;
        let folders = settings.folders.clone();
        Some(Self(Arc::new(Inner { credentials, folders, base, client, token: Mutex::new(None) })))
    }

    /// The files in the configured folders, newest first; without folders all that the account may see.
    ///
    /// # Errors
    /// See [`DriveError`].
    pub async fn list(&self) -> Result<Vec<DriveFile>, DriveError> {
        let mut files: Vec<DriveFile> = Vec::new();
        if self.0.folders.is_empty() {
            self.list_where("trashed=false", &mut files).await?;
        }
        for folder in &self.0.folders {
            let escaped = folder.replace('\\', "\\\\").replace('\'', "\\'");
            self.list_where(&format!("'{escaped}' in parents and trashed=false"), &mut files).await?;
        }
        files.retain(|file| file.mime_type != FOLDER);
        files.sort_by(|one, other| other.modified_time.cmp(&one.modified_time));
        files.dedup_by(|one, other| one.id == other.id);
        Ok(files)
    }

    async fn list_where(&self, query: &str, files: &mut Vec<DriveFile>) -> Result<(), DriveError> {
        let mut page_token: Option<String> = None;
        for _ in 0..limits::DRIVE_PAGES {
            let url = self.address(&["files"]);
            let fields = format!("nextPageToken,files({FIELDS})");
            let mut parameters = vec![
                ("q", query.to_owned()),
                ("fields", fields),
                ("pageSize", limits::DRIVE_PAGE_FILES.to_string()),
                ("orderBy", "modifiedTime desc".to_owned()),
                ("supportsAllDrives", "true".to_owned()),
                ("includeItemsFromAllDrives", "true".to_owned()),
            ];
            parameters.extend(page_token.take().map(|token| ("pageToken", token)));
            let answer = self.ask(|| self.0.client.get(url.clone()).query(&parameters)).await?;
            let page: FilePage = read_json(answer).await?;
            files.extend(page.files);
            match page.next_page_token.filter(|token| !token.is_empty()) {
                Some(next) => page_token = Some(next),
                None => break,
            }
        }
        Ok(())
    }

    /// One file.
    ///
    /// # Errors
    /// See [`DriveError`].
    pub async fn find(&self, id: &str) -> Result<DriveFile, DriveError> {
        let url = self.address(&["files", id]);
        let parameters = [("fields", FIELDS), ("supportsAllDrives", "true")];
        let answer = self.ask(|| self.0.client.get(url.clone()).query(&parameters)).await?;
        read_json(answer).await
    }

    /// The bytes of a file; of a Google Sheet those of a workbook.
    ///
    /// # Errors
    /// See [`DriveError`].
    pub async fn download(&self, file: &DriveFile) -> Result<Bytes, DriveError> {
        let answer = if file.mime_type == GOOGLE_SHEET {
            let url = self.address(&["files", &file.id, "export"]);
            self.ask(|| self.0.client.get(url.clone()).query(&[("mimeType", WORKBOOK)])).await?
        } else {
            let url = self.address(&["files", &file.id]);
            let parameters = [("alt", "media"), ("supportsAllDrives", "true")];
            self.ask(|| self.0.client.get(url.clone()).query(&parameters)).await?
        };
        read_bytes(answer, limits::UPLOAD_BODY_BYTES).await
    }

    fn address(&self, parts: &[&str]) -> Url {
        let mut url = self.0.base.clone();
        if let Ok(mut path) = url.path_segments_mut() {
            path.pop_if_empty().extend(["drive", "v3"]).extend(parts);
        }
        url
    }

    /// Sends a request with a token; with a new one when Drive does not take the old one any more.
    async fn ask(&self, request: impl Fn() -> RequestBuilder) -> Result<Response, DriveError> {
        let token = self.token().await?;
        let answer = request().bearer_auth(&token).send().await.map_err(DriveError::from)?;
        if answer.status() != StatusCode::UNAUTHORIZED {
            return error::checked(answer).await;
        }
        *self.0.token.lock().await = None;
        let token = self.token().await?;
        let answer = request().bearer_auth(&token).send().await.map_err(DriveError::from)?;
        error::checked(answer).await
    }

    async fn token(&self) -> Result<String, DriveError> {
        let mut held = self.0.token.lock().await;
        if let Some(token) = held.as_ref().filter(|token| token.is_good()) {
            return Ok(token.text().to_owned());
        }
        let credentials = credentials::Credentials::load(&self.0.credentials).await?;
        let token = token::Token::fetch(&self.0.client, &credentials).await?;
        let text = token.text().to_owned();
        *held = Some(token);
        Ok(text)
    }
}

async fn read_json<T: serde::de::DeserializeOwned>(answer: Response) -> Result<T, DriveError> {
    let bytes = read_bytes(answer, limits::DRIVE_ANSWER_BYTES).await?;
    serde_json::from_slice(&bytes)
        .map_err(|_| DriveError::Broken("its answer is not what Drive promises".to_owned()))
}

async fn read_bytes(answer: Response, most: usize) -> Result<Bytes, DriveError> {
    let mut bytes = BytesMut::new();
    let mut chunks = answer.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(DriveError::from)?;
        if bytes.len() + chunk.len() > most {
            return Err(DriveError::TooLarge(most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes.freeze())
}
