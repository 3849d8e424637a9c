//! Where the server's programs are: a setting, PATH, then the folders of Debian, Homebrew and source builds.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use super::error::EmbeddedError;

/// The oldest major version that is tried in the tests; older ones get no more repairs anyway.
const OLDEST_MAJOR: u32 = 15;

/// Folders with one sub-folder per installed version, and what follows it.
const VERSIONED: [(&str, &str, &str); 4] = [
    ("/usr/lib/postgresql", "", "bin"),
    ("/usr", "pgsql-", "bin"),
    ("/opt/homebrew/opt", "postgresql", "bin"),
    ("/usr/local/opt", "postgresql", "bin"),
];

/// One installed server.
#[derive(Debug, Clone)]
pub(super) struct Binaries {
    pub(super) postgres: PathBuf,
    pub(super) initdb: PathBuf,
    pub(super) major: u32,
}

/// Finds the server to use: of the version that made `cluster`, when there is one already.
pub(super) async fn find(cluster: &Path) -> Result<Binaries, EmbeddedError> {
    let wanted = made_by(cluster);
    let mut found = Vec::new();
    for folder in folders(cluster)? {
        if let Some(binaries) = inspect(&folder).await {
            if wanted.is_none_or(|major| major == binaries.major) {
                return Ok(binaries);
            }
            found.push(binaries.major.to_string());
        }
    }
    match wanted {
        Some(wanted) if !found.is_empty() => {
            Err(EmbeddedError::OtherVersion { folder: cluster.to_owned(), wanted, found: found.join(", ") })
        }
        _ => fetch(cluster, wanted).await,
    }
}

/// The major version that made a cluster.
fn made_by(cluster: &Path) -> Option<u32> {
    std::fs::read_to_string(cluster.join("PG_VERSION")).ok()?.trim().parse().ok()
}

/// Every folder worth a look, best first.
fn folders(cluster: &Path) -> Result<Vec<PathBuf>, EmbeddedError> {
    if let Some(setting) = std::env::var_os("TIDEMARK_POSTGRES_BIN").filter(|value| !value.is_empty()) {
        let folder = PathBuf::from(setting);
        let works = folder.join("postgres").is_file() && folder.join("initdb").is_file();
        return if works { Ok(vec![folder]) } else { Err(EmbeddedError::WrongFolder(folder)) };
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    for (parent, prefix, below) in VERSIONED {
        folders.extend(versions(Path::new(parent), prefix).into_iter().map(|folder| folder.join(below)));
    }
    folders.push(PathBuf::from("/usr/local/pgsql/bin"));
    // What was downloaded before.
    let data_dir = cluster.parent().unwrap_or(cluster);
    folders.extend(versions(data_dir, "postgresql-").into_iter().map(|folder| folder.join("bin")));
    Ok(folders)
}

/// The sub-folders named by a prefix and a version, newest first; one without a number comes first.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(parent) else { return Vec::new() };
    let mut found: Vec<(u32, PathBuf)> = entries
        .flatten()
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let version = name.strip_prefix(prefix)?.trim_start_matches('@');
            let major =
                if version.is_empty() { u32::MAX } else { version.split('.').next()?.parse().ok()? };
            Some((major, entry.path()))
        })
        .collect();
    found.sort_by_key(|(major, _)| std::cmp::Reverse(*major));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The server in a folder, if both programs are there, run, and are new enough.
async fn inspect(folder: &Path) -> Option<Binaries> {
    let (postgres, initdb) = (folder.join("postgres"), folder.join("initdb"));
    if !postgres.is_file() || !initdb.is_file() {
        return None;
    }
    let major = major_of(postgres.as_os_str()).await?;
    (major >= OLDEST_MAJOR).then_some(Binaries { postgres, initdb, major })
}

/// Reads `postgres (PostgreSQL) 15.4 (Debian …)` or `… 18beta1`.
async fn major_of(postgres: &OsStr) -> Option<u32> {
    let output = Command::new(postgres).arg("--version").output().await.ok()?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let version = text.split("(PostgreSQL) ").nth(1)?;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// The last resort: a download, in a build that has it.
#[cfg(feature = "download-postgres")]
async fn fetch(cluster: &Path, wanted: Option<u32>) -> Result<Binaries, EmbeddedError> {
    let data_dir = cluster.parent().unwrap_or(cluster);
    let folder = super::download::fetch(data_dir, wanted).await?;
    inspect(&folder).await.ok_or(EmbeddedError::NotInstalled)
}

#[cfg(not(feature = "download-postgres"))]
#[expect(clippy::unused_async, reason = "the other build waits for a download")]
async fn fetch(_cluster: &Path, _wanted: Option<u32>) -> Result<Binaries, EmbeddedError> {
    Err(EmbeddedError::NotInstalled)
}
