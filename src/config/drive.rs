//! Google Drive, where sheets are imported from.

use std::path::PathBuf;

use url::Url;

use super::{Reader, base_url};

/// The settings of Google Drive.
#[derive(Clone, Debug, Default)]
pub struct DriveSettings {
    /// A service account's file; none: there is no drive.
    pub credentials: Option<PathBuf>,
    /// The folders whose files are listed; none: all that the account may see.
    pub folders: Vec<String>,
    /// Scheme and host of Drive; none: the public one.
    pub url: Option<Url>,
}

impl DriveSettings {
    pub(super) fn read<V: Fn(&str) -> Option<String>>(reader: &mut Reader<V>) -> Self {
        let list = reader.text("TIDEMARK_DRIVE_FOLDERS").unwrap_or_default();
        let folders = list.split(',').map(str::trim).filter(|folder| !folder.is_empty());
        Self {
            credentials: reader.text("TIDEMARK_GOOGLE_CREDENTIALS").map(PathBuf::from),
            folders: folders.map(str::to_owned).collect(),
            url: base_url::read(reader, "TIDEMARK_DRIVE_URL"),
        }
    }
}
