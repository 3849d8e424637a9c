use std::io::{IsTerminal, Write};

use anyhow::{Context as _, bail};
use chrono::Utc;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

use super::node::Database;
use crate::app::App;
use crate::auth::bootstrap_admin;
use crate::config::{Config, LogFormat};
use crate::{demo, http, metrics};

/// `tidemark serve`.
pub(super) async fn run(config: Config, demo: bool) -> anyhow::Result<()> {
    start_log(&config)?;
    metrics::install();
    let mut stopped = Stop::new()?;
    let listeners = listen(&config).await?;
    let database = tokio::select! {
        database = Database::for_server(&config) => database?,
        () = stopped.asked() => return Ok(()),
    };
    let started = tokio::select! {
        started = start(config, &database) => started,
        () = stopped.asked() => {
            database.close().await;
            return Ok(());
        }
    };
    let result = match started {
        Ok(app) => answer(app, listeners, demo, stopped).await,
        Err(error) => Err(error),
    };
    database.close().await;
    result
}

async fn start(config: Config, database: &Database) -> anyhow::Result<App> {
    database.migrate_when_there().await?;
    let app = App::start(config, database.options.clone()).await.context("the database does not answer")?;
    let password = app.config.admin_password.clone();
    let username = &app.config.admin_username;
    let made =
        bootstrap_admin(&app.pool, &app.auth.accounts, &app.store, username, password, Utc::now()).await;
    made.context("the first administrator could not be made")?.announce(&mut std::io::stdout())?;
    std::io::stdout().flush()?;
    app.work(database.options.clone());
    Ok(app)
}

async fn answer(app: App, listeners: Vec<TcpListener>, demo: bool, mut stopped: Stop) -> anyhow::Result<()> {
    for listener in &listeners {
        tracing::info!("listening on http://{}", listener.local_addr()?);
    }
    if demo {
        let app = app.clone();
        tokio::spawn(async move { demo::run(app, std::io::stdout()).await });
    }
    let mut lost = app.store.feed().lost();
    let serving = {
        let app = app.clone();
        tokio::spawn(async move { http::serve(&app, listeners).await })
    };
    let was_lost = tokio::select! {
        () = stopped.asked() => false,
        _ = lost.wait_for(|lost| *lost) => true,
    };
    tracing::info!("stopping");
    app.stop.cancel();
    serving.await.context("the server ended badly")?;
    app.shut_down().await;
    if was_lost {
        bail!("the log was replaced by another history: start again");
    }
    tracing::info!("stopped");
    Ok(())
}

async fn listen(config: &Config) -> anyhow::Result<Vec<TcpListener>> {
    let mut listeners = Vec::new();
    for address in &config.listen {
        let listener = TcpListener::bind(address).await;
        listeners.push(listener.with_context(|| format!("cannot listen on {address}"))?);
    }
    Ok(listeners)
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&config.log).context("TIDEMARK_LOG is no filter")?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // Colours are for people, not for files and collectors.
    let log = log.with_ansi(std::io::stderr().is_terminal());
    match config.log_format {
        LogFormat::Text => log.try_init(),
        LogFormat::Json => log.json().flatten_event(true).try_init(),
    }
    .map_err(|error| anyhow::anyhow!("the log does not start: {error}"))
}

/// SIGTERM, or Ctrl-C in a terminal.
struct Stop {
    terminate: tokio::signal::unix::Signal,
    interrupt: tokio::signal::unix::Signal,
}

impl Stop {
    fn new() -> std::io::Result<Self> {
        Ok(Self { terminate: signal(SignalKind::terminate())?, interrupt: signal(SignalKind::interrupt())? })
    }

    async fn asked(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
