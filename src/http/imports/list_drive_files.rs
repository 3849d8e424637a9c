use axum::extract::State;
use chrono::{DateTime, Utc};
use schemars::JsonSchema;
use serde::Serialize;

use crate::adapters::drive::{Drive, DriveError, DriveFile};
use crate::app::App;
use crate::http::{After, Answer, ApiError, M};

/// A file on the drive.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct DriveFileView {
    /// Its id, for importing it.
    id: String,
    /// What it is called.
    name: String,
    /// What it is.
    mime_type: String,
    /// Bytes; a Google Sheet has none.
    size: Option<i64>,
    /// When it last changed.
    modified_time: Option<String>,
    /// Of its bytes; a Google Sheet has none.
    md5: Option<String>,
}

pub(super) async fn handler(_after: After, State(app): State<App>) -> Result<Answer, ApiError> {
    let drive = app.drive.as_ref().ok_or_else(not_configured)?;
    let files = drive.list().await.map_err(refused)?;
    let total = i64::try_from(files.len()).unwrap_or(i64::MAX);
    let shown: Vec<_> = files.into_iter().map(|file| view(&app, file)).collect();
    Ok(M::ok(shown).total_count(total))
}

fn view(app: &App, file: DriveFile) -> DriveFileView {
    let modified: Option<DateTime<Utc>> = file.modified_time.as_deref().and_then(|text| text.parse().ok());
    DriveFileView {
        id: file.id,
        name: file.name,
        mime_type: file.mime_type,
        size: file.size.and_then(|size| size.parse().ok()),
        modified_time: modified.map(|instant| app.zone().minute(instant)),
        md5: file.md5_checksum,
    }
}

pub(super) fn not_configured() -> ApiError {
    ApiError::failed(Drive::NOT_CONFIGURED, "no credentials")
}

fn refused(error: DriveError) -> ApiError {
    match &error {
        DriveError::Later { .. } => {
            ApiError::unavailable("Google Drive does not answer now: try again", 10).because(error)
        }
        _ => ApiError::failed(error.to_string(), error.code()),
    }
}
