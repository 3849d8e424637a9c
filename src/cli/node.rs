use std::time::Duration;

use anyhow::Context as _;
use sqlx::postgres::PgConnectOptions;

use crate::app::App;
use crate::config::Config;
use crate::database;
use crate::embedded::EmbeddedPostgres;
use crate::limits;

/// The database of this call: named by DATABASE_URL, a running server's embedded one, or one of our own.
pub(super) struct Database {
    pub(super) options: PgConnectOptions,
    embedded: Option<EmbeddedPostgres>,
}

impl Database {
    /// For a server: an embedded Postgres is its own, and nobody else may have the folder.
    pub(super) async fn for_server(config: &Config) -> anyhow::Result<Self> {
        match &config.database_url {
            Some(url) => Self::named(url.expose()),
            None => Self::embedded(config).await,
        }
    }

    /// For a sub-command, beside a running server or without one.
    pub(super) async fn for_command(config: &Config) -> anyhow::Result<Self> {
        if let Some(url) = &config.database_url {
            return Self::named(url.expose());
        }
        match EmbeddedPostgres::attach(&config.data_dir).await? {
            Some(options) => Ok(Self { options, embedded: None }),
            None => Self::embedded(config).await,
        }
    }

    fn named(url: &str) -> anyhow::Result<Self> {
        // The parser's own words could repeat the password.
        let options = url.parse().map_err(|_| anyhow::anyhow!("DATABASE_URL is no Postgres address"))?;
        Ok(Self { options, embedded: None })
    }

    async fn embedded(config: &Config) -> anyhow::Result<Self> {
        let embedded = EmbeddedPostgres::start(&config.data_dir).await?;
        Ok(Self { options: embedded.options(), embedded: Some(embedded) })
    }

    /// Brings the schema up to this build, however long it takes until the database answers.
    pub(super) async fn migrate_when_there(&self) -> anyhow::Result<()> {
        loop {
            match database::migrate(&self.options).await {
                Ok(()) => return Ok(()),
                Err(sqlx::migrate::MigrateError::Execute(error)) if is_away(&error) => {
                    tracing::warn!(%error, "the database does not answer yet: trying again in a second");
                }
                Err(error) => {
                    return Err(error).context("the database could not be brought up to this build");
                }
            }
            tokio::time::sleep(Duration::from_millis(limits::DATABASE_RETRY_MS)).await;
        }
    }

    /// Stops the embedded Postgres, if it is ours.
    pub(super) async fn close(self) {
        if let Some(embedded) = self.embedded {
            embedded.stop().await;
        }
    }
}

fn is_away(error: &sqlx::Error) -> bool {
    matches!(crate::event_store::append::describe(error), crate::event_store::AppendError::Unavailable(_))
}

/// A node for the time of one sub-command.
pub(super) struct Node {
    pub(super) app: App,
    database: Database,
}

impl Node {
    pub(super) async fn open(config: Config) -> anyhow::Result<Self> {
        let database = Database::for_command(&config).await?;
        database::migrate(&database.options)
            .await
            .context("the database could not be brought up to this build")?;
        let app =
            App::start(config, database.options.clone()).await.context("the database does not answer")?;
        Ok(Self { app, database })
    }

    pub(super) async fn close(self) {
        self.app.shut_down().await;
        self.database.close().await;
    }
}

/// `tidemark migrate`.
pub(super) async fn migrate(config: &Config) -> anyhow::Result<()> {
    let database = Database::for_command(config).await?;
    let migrated = database::migrate(&database.options).await;
    database.close().await;
    migrated.context("the database could not be brought up to this build")?;
    println!("the database is up to this build");
    Ok(())
}
