//! One run of the server: started through a small shell that outlives us, waited for, stopped.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{Read, Seek, SeekFrom};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
use tokio::process::{Child, ChildStdin};
use tokio::time::{Instant, sleep, timeout};

use super::account::Account;
use super::binaries::Binaries;
use super::cluster::{Layout, NAME};
use super::error::{EmbeddedError, Tried};
use super::postmaster::{self, Note, Predecessor};

/// How long a server may give no answer at all after its start.
const SILENCE: Duration = Duration::from_secs(60);
/// How long it may say that it recovers from a crash.
const RECOVERY: Duration = Duration::from_secs(600);
/// How long a fast shutdown may take, then an immediate one.
const SHUTDOWN: Duration = Duration::from_secs(30);
/// A log larger than this is put aside at a start.
const LOG_BYTES_MAX: u64 = 8 * 1024 * 1024;

const SUPERVISOR: &str = include_str!("supervise.sh");

/// All that a run needs to know; each run of one `Launcher` uses the same port.
#[derive(Debug, Clone)]
pub(super) struct Launcher {
    pub(super) layout: Layout,
    pub(super) binaries: Binaries,
    pub(super) account: Account,
    pub(super) password: String,
    pub(super) durable: bool,
    pub(super) max_connections: u32,
    pub(super) port: u16,
}

/// A server that runs, or ran.
#[derive(Debug)]
pub(super) struct Run {
    /// The shell around the server.
    child: Box<Child>,
    /// The pipe whose end is the server's end. Not left in `child`, whose `wait` would close it.
    leash: Option<ChildStdin>,
}

/// How to reach a server on a port of this machine.
pub(super) fn options(port: u16, password: &str, database: &str) -> PgConnectOptions {
    PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username(NAME)
        .password(password)
        .database(database)
        .ssl_mode(PgSslMode::Disable)
}

/// A port that is free now.
pub(super) fn free_port() -> Result<u16, EmbeddedError> {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0));
    let address = listener.and_then(|listener| listener.local_addr());
    address.map(|address| address.port()).tried("find a free port on", Path::new("127.0.0.1"))
}

impl Launcher {
    /// Starts the server and waits until it answers.
    pub(super) async fn launch(&self) -> Result<Run, EmbeddedError> {
        let predecessor = postmaster::outlive(&self.layout.cluster).await?;
        let log_start = self.tidy_log();
        let mut run = self.spawn(predecessor)?;
        match self.wait_until_ready(&mut run).await {
            Ok(()) => Ok(run),
            Err(reason) => {
                run.stop(&self.layout.cluster).await;
                let tail = tail(&self.layout.log, log_start);
                Err(EmbeddedError::NotStarted { reason, log: self.layout.log.clone(), tail })
            }
        }
    }

    fn spawn(&self, predecessor: Predecessor) -> Result<Run, EmbeddedError> {
        let path = &self.layout.log;
        let mut open = OpenOptions::new();
        let log = open.create(true).append(true).mode(0o600).open(path).tried("write", path)?;
        let copy = log.try_clone().tried("write", path)?;
        let mut command = self.account.command("/bin/sh".as_ref());
        command.args(["-c", SUPERVISOR, "tidemark-postgres"]);
        let data_dir = &self.layout.data_dir;
        command.args(self.account.wrap(&self.account.sees(data_dir, &self.binaries.postgres)));
        command.arg("-D").arg(self.account.sees(data_dir, &self.layout.cluster)).args(self.settings());
        if let Predecessor::Renumbered(pid) = predecessor {
            command.env("PG_GRANDPARENT_PID", pid.to_string());
        }
        command.process_group(0).stdin(Stdio::piped()).stderr(copy);
        command.stdout(self.account.stdout(data_dir, log.into())?);
        let mut child = command.spawn().tried("run", Path::new("/bin/sh"))?;
        Ok(Run { leash: child.stdin.take(), child: Box::new(child) })
    }

    /// Our settings, on the command line so that no file in the folder overrules them.
    fn settings(&self) -> Vec<OsString> {
        let mut settings = vec![
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={}", self.port),
            "unix_socket_directories=".to_owned(),
            "ssl=off".to_owned(),
            format!("max_connections={}", self.max_connections),
            "shared_buffers=256MB".to_owned(),
            "max_wal_size=2GB".to_owned(),
            "wal_compression=on".to_owned(),
            "jit=off".to_owned(),
            "cluster_name=tidemark".to_owned(),
            "logging_collector=off".to_owned(),
            "log_destination=stderr".to_owned(),
            "log_checkpoints=off".to_owned(),
            // Starts, ends and crashes are of use; statements and rows that were refused hold people's data.
            "log_min_messages=log".to_owned(),
            "log_min_error_statement=panic".to_owned(),
            "log_error_verbosity=terse".to_owned(),
        ];
        let safety = if self.durable { "on" } else { "off" };
        for name in ["fsync", "synchronous_commit", "full_page_writes"] {
            settings.push(format!("{name}={safety}"));
        }
        settings.into_iter().flat_map(|setting| ["-c".into(), OsString::from(setting)]).collect()
    }

    async fn wait_until_ready(&self, run: &mut Run) -> Result<(), String> {
        let began = Instant::now();
        let mut answered = began;
        loop {
            if let Ok(Some(status)) = run.child.try_wait() {
                return Err(format!("it ended at once, {status}"));
            }
            let options = options(self.port, &self.password, "postgres");
            match timeout(Duration::from_secs(5), PgConnection::connect_with(&options)).await {
                Ok(Ok(mut connection)) => {
                    return create_database(&mut connection).await.map_err(|e| e.to_string());
                }
                Ok(Err(error)) if is_starting(&error) => answered = Instant::now(),
                _ => {}
            }
            if answered.elapsed() > SILENCE || began.elapsed() > RECOVERY {
                return Err(format!("no answer for {} s", began.elapsed().as_secs()));
            }
            sleep(Duration::from_millis(30)).await;
        }
    }

    /// Puts a large log aside; answers where the lines of the next run begin.
    fn tidy_log(&self) -> u64 {
        let length = std::fs::metadata(&self.layout.log).map_or(0, |found| found.len());
        if length <= LOG_BYTES_MAX {
            return length;
        }
        // A log that stays in its place only grows on.
        match std::fs::rename(&self.layout.log, self.layout.log.with_extension("log.old")) {
            Ok(()) => 0,
            Err(_) => length,
        }
    }
}

impl Run {
    /// Waits for its end.
    pub(super) async fn ended(&mut self) -> Option<ExitStatus> {
        self.child.wait().await.ok()
    }

    /// Stops it: fast, and if that hangs at once.
    pub(super) async fn stop(mut self, cluster: &Path) {
        drop(self.leash.take());
        if timeout(SHUTDOWN, self.ended()).await.is_ok() {
            return;
        }
        tracing::warn!(
            "the embedded PostgreSQL does not stop; it is cut off and will recover at the next start"
        );
        if let Some(note) = Note::read(cluster)
            && note.is_server_of(cluster).await
        {
            note.signal("QUIT").await;
        }
        if timeout(SHUTDOWN, self.ended()).await.is_err() {
            tracing::error!("the embedded PostgreSQL still runs");
        }
    }
}

/// SQLSTATE 57P03: it lives, and recovers or shuts down.
fn is_starting(error: &sqlx::Error) -> bool {
    error.as_database_error().is_some_and(|error| error.code().as_deref() == Some("57P03"))
}

async fn create_database(connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let exists: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = 'tidemark'")
        .fetch_optional(&mut *connection)
        .await?;
    if exists.is_none() {
        sqlx::query("CREATE DATABASE tidemark").execute(&mut *connection).await?;
    }
    Ok(())
}

/// The newest lines that one run wrote, on one line.
fn tail(log: &Path, from: u64) -> String {
    let mut text = String::new();
    let read = std::fs::File::open(log).and_then(|mut file| {
        file.seek(SeekFrom::Start(from))?;
        file.take(64 * 1024).read_to_string(&mut text)
    });
    if read.is_err() || text.trim().is_empty() {
        return "(nothing)".to_owned();
    }
    let lines: Vec<&str> = text.trim().lines().collect();
    lines[lines.len().saturating_sub(12)..].join("; ")
}
