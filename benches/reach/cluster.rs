use std::path::{Path, PathBuf};

use anyhow::Context;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use tempfile::TempDir;
use tidemark::embedded::EmbeddedPostgres;
use url::Url;

/// The repository's own embedded Postgres with its durable settings, in a folder that goes away.
pub(crate) struct Cluster {
    embedded: EmbeddedPostgres,
    folder: TempDir,
}

/// A migrated database of its own.
pub(crate) struct Database {
    pub(crate) options: PgConnectOptions,
    /// Holds the password: for the environment of child processes only.
    pub(crate) url: Url,
}

impl Cluster {
    pub(crate) async fn start() -> anyhow::Result<Self> {
        // Below target, since /tmp may be memory, where a flush costs nothing.
        let folder = tempfile::Builder::new().prefix("reach").tempdir_in(env!("CARGO_TARGET_TMPDIR"))?;
        let builder = EmbeddedPostgres::builder(folder.path()).max_connections(300);
        Ok(Self { embedded: builder.start().await?, folder })
    }

    pub(crate) async fn database(&self, name: &str) -> anyhow::Result<Database> {
        let mut connection = self.embedded.options().connect().await?;
        connection.execute(format!("CREATE DATABASE {name}").as_str()).await?;
        connection.close().await?;
        let options = self.embedded.options().database(name);
        tidemark::database::migrate(&options).await?;
        let mut url = Url::parse(&self.embedded.url())?;
        url.set_path(name);
        Ok(Database { options, url })
    }

    pub(crate) async fn version(&self) -> anyhow::Result<String> {
        let mut connection = self.embedded.options().connect().await?;
        Ok(sqlx::query_scalar("SHOW server_version").fetch_one(&mut connection).await?)
    }

    pub(crate) async fn stop(self) {
        self.embedded.stop().await;
    }

    /// For the logs of child processes.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Database {
    pub(crate) async fn connect(&self) -> anyhow::Result<PgConnection> {
        self.options.connect().await.context("the database does not answer")
    }
}

/// The server package's load driver, if it is installed.
pub(crate) fn pgbench() -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH").iter().flat_map(std::env::split_paths).collect();
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    folders.into_iter().map(|folder| folder.join("pgbench")).find(|path| path.is_file())
}
