//! What can go wrong with the embedded Postgres, each as one sentence for the person at the terminal.

use std::io;
use std::path::{Path, PathBuf};

/// Why the embedded Postgres does not run. No message holds a password.
#[derive(Debug, thiserror::Error)]
pub enum EmbeddedError {
    /// Another process holds the lock on the data folder.
    #[error("another tidemark is using {}; stop it or set TIDEMARK_DATA_DIR to another folder", .0.display())]
    InUse(PathBuf),
    /// No server binaries were found.
    #[error(
        "no PostgreSQL server (15 or newer) was found: install one (Debian, Ubuntu: apt-get install postgresql; macOS: brew \
         install postgresql), name its folder in TIDEMARK_POSTGRES_BIN, or set DATABASE_URL"
    )]
    NotInstalled,
    /// None was found, and none could be downloaded.
    #[cfg(feature = "download-postgres")]
    #[error(
        "no PostgreSQL server is installed and none could be downloaded ({0}): install one (Debian, Ubuntu: apt-get \
         install postgresql; macOS: brew install postgresql), or set DATABASE_URL"
    )]
    NotDownloaded(String),
    /// TIDEMARK_POSTGRES_BIN names a folder without a server.
    #[error("TIDEMARK_POSTGRES_BIN is {}, but there is no working postgres and initdb in it", .0.display())]
    WrongFolder(PathBuf),
    /// The data was written by a major version that is not installed.
    #[error(
        "{} was made by PostgreSQL {wanted}, but only {found} is installed: install version {wanted}, or move the \
         data over with pg_upgrade", folder.display()
    )]
    OtherVersion {
        /// The cluster's folder.
        folder: PathBuf,
        /// The major version that made it.
        wanted: u32,
        /// The versions found, for display.
        found: String,
    },
    /// As root, no unprivileged identity could be used.
    #[error(
        "PostgreSQL refuses to run as root, user namespaces are not allowed here, and no unprivileged user can \
         reach {}: run tidemark as an ordinary user, set TIDEMARK_DATA_DIR to a folder such as /var/lib/tidemark, \
         or set DATABASE_URL", .0.display()
    )]
    Root(PathBuf),
    /// The cluster exists, its password does not.
    #[error("{} is missing although the database beside it exists; put it back from a backup", .0.display())]
    PasswordMissing(PathBuf),
    /// The place of the cluster holds something else.
    #[error("{} is not empty and is not a PostgreSQL folder; move it away", .0.display())]
    NotACluster(PathBuf),
    /// `initdb` failed.
    #[error("initdb could not make a database: {0}")]
    Initdb(String),
    /// The server ended or never answered.
    #[error("PostgreSQL did not start ({reason}); the end of {}: {tail}", log.display())]
    NotStarted {
        /// How it failed.
        reason: String,
        /// The log file.
        log: PathBuf,
        /// Its newest lines.
        tail: String,
    },
    /// An earlier server of the same folder does not end.
    #[error("an earlier PostgreSQL (process {pid}) still runs on {} and does not stop; stop it by hand", folder.display())]
    StillRunning {
        /// Its process id.
        pid: u32,
        /// The cluster's folder.
        folder: PathBuf,
    },
    /// The database refused what was asked of it.
    #[error("the embedded PostgreSQL refused: {0}")]
    Database(#[from] sqlx::Error),
    /// A file or a program could not be used.
    #[error("cannot {what} {}: {source}", path.display())]
    Io {
        /// What was tried, as a verb.
        what: &'static str,
        /// On which file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The task that keeps the server ended too early.
    #[error("the embedded PostgreSQL is being stopped")]
    Stopping,
}

/// Adds to a system's error what was tried, and on which file.
pub(super) trait Tried<T> {
    fn tried(self, what: &'static str, path: &Path) -> Result<T, EmbeddedError>;
}

impl<T> Tried<T> for io::Result<T> {
    fn tried(self, what: &'static str, path: &Path) -> Result<T, EmbeddedError> {
        self.map_err(|source| EmbeddedError::Io { what, path: path.to_owned(), source })
    }
}
