use std::path::Path;

use serde::Deserialize;

use super::DriveError;
use crate::auth::Secret;

/// A service account's file.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Credentials {
    /// Who it is.
    pub(super) client_email: String,
    /// Signs what it asks for.
    pub(super) private_key: Secret,
    /// Which of its keys that is.
    pub(super) private_key_id: Option<String>,
    /// Where tokens are given out.
    pub(super) token_uri: String,
}

impl Credentials {
    /// Reads the file; each new token does, so that a new key needs no restart.
    pub(super) async fn load(path: &Path) -> Result<Self, DriveError> {
        let text = tokio::fs::read(path).await;
        let text = text.map_err(|error| {
            DriveError::Credentials(format!("the file cannot be read ({})", error.kind()))
        })?;
        // Its own words could quote the key.
        serde_json::from_slice(&text)
            .map_err(|_| DriveError::Credentials("the file is not that of a service account".to_owned()))
    }
}
