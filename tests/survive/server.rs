//! The program itself, as a process on a folder of its own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::support::Actor;
use crate::support::actors;
use crate::support::wait::PATIENCE;

const PASSWORD: &str = "a password of tests";

/// A data folder, or the database that several servers share.
pub(super) struct House {
    folder: TempDir,
    settings: Vec<(String, String)>,
}

impl House {
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), settings: Vec::new() }
    }

    pub(super) fn with(mut self, setting: &str, value: &str) -> Self {
        self.settings.push((setting.to_owned(), value.to_owned()));
        self
    }

    pub(super) fn data_dir(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A call of the program with these settings.
    pub(super) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true).env_remove("DATABASE_URL");
        let data_dir = self.data_dir();
        command.env("TIDEMARK_DATA_DIR", &data_dir).env("TIDEMARK_LISTEN", "127.0.0.1:0");
        command.env("TIDEMARK_ADMIN_PASSWORD", PASSWORD).env("TIDEMARK_RATE_LIMIT_PER_S", "0");
        command.envs(self.settings.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What a call prints, once it has ended well.
    pub(super) async fn prints(&self, arguments: &[&str]) -> String {
        let output = timeout(PATIENCE, self.command(arguments).output()).await.expect("it ends").unwrap();
        let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{arguments:?}: {err}");
        out.into_owned()
    }

    /// Starts the server, which may take a while to listen.
    pub(super) fn spawn(&self) -> Server {
        let mut command = self.command(&["serve"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let log = Log::default();
        log.keep(child.stdout.take().unwrap());
        log.keep(child.stderr.take().unwrap());
        Server { child, log, address: None }
    }

    /// Starts the server and waits until it listens.
    pub(super) async fn serve(&self) -> Server {
        let mut server = self.spawn();
        server.listens().await;
        server
    }

    /// The administrator, with a token that lasts as long as the data.
    pub(super) async fn admin(&self, server: &Server) -> Actor {
        let token = self.prints(&["token", "create", "--user", "admin"]).await;
        server.receives(&actors::holder_of(&format!("Token {}", token.trim())))
    }
}

/// A running server.
pub(super) struct Server {
    child: Child,
    log: Log,
    address: Option<SocketAddr>,
}

impl Server {
    pub(super) async fn listens(&mut self) {
        let line = self.log.says("listening on http://").await;
        let address = line.split("http://").nth(1).unwrap().trim().parse();
        self.address = Some(address.unwrap());
    }

    pub(super) fn host(&self) -> String {
        self.address.expect("it listens").to_string()
    }

    /// The same person at this server.
    pub(super) fn receives(&self, actor: &Actor) -> Actor {
        actor.at(&self.host())
    }

    pub(super) fn log(&self) -> &Log {
        &self.log
    }

    /// kill -9: nothing of it runs on.
    pub(super) async fn dies(mut self) {
        self.child.start_kill().unwrap();
        self.child.wait().await.unwrap();
    }

    pub(super) fn is_sent(&self, signal: &str) {
        send(signal, self.child.id().expect("it runs"));
    }

    /// Waits for its end.
    pub(super) async fn ends(&mut self) -> ExitStatus {
        timeout(PATIENCE, self.child.wait()).await.unwrap_or_else(|_| panic!("{}", self.log.whole())).unwrap()
    }

    /// Stops it in good order.
    pub(super) async fn stops(mut self) {
        self.is_sent("TERM");
        let status = self.ends().await;
        assert!(status.success(), "{status}: {}", self.log.whole());
    }
}

/// What a server has said so far.
#[derive(Clone)]
pub(super) struct Log {
    lines: Arc<Mutex<Vec<String>>>,
    count: watch::Sender<usize>,
}

impl Default for Log {
    fn default() -> Self {
        Self { lines: Arc::default(), count: watch::Sender::new(0) }
    }
}

impl Log {
    fn keep(&self, stream: impl AsyncRead + Unpin + Send + 'static) {
        let (log, mut lines) = (self.clone(), BufReader::new(stream).lines());
        tokio::spawn(async move {
            while let Ok(Some(line)) = lines.next_line().await {
                log.lines.lock().unwrap().push(line);
                log.count.send_modify(|count| *count += 1);
            }
        });
    }

    /// Waits for a line with these words in it.
    pub(super) async fn says(&self, words: &str) -> String {
        let mut lines = self.says_often(words, 1).await;
        lines.swap_remove(0)
    }

    /// Waits until this many lines have these words in them.
    pub(super) async fn says_often(&self, words: &str, times: usize) -> Vec<String> {
        let mut count = self.count.subscribe();
        let found = async {
            loop {
                count.borrow_and_update();
                let lines = self.lines.lock().unwrap().clone();
                let found: Vec<_> = lines.into_iter().filter(|line| line.contains(words)).collect();
                if found.len() >= times {
                    return found;
                }
                count.changed().await.unwrap();
            }
        };
        let found = timeout(PATIENCE, found).await;
        found.unwrap_or_else(|_| panic!("it never said {words:?}: {}", self.whole()))
    }

    pub(super) fn whole(&self) -> String {
        self.lines.lock().unwrap().join("\n")
    }
}

/// Sends a signal to a process.
pub(super) fn send(signal: &str, pid: u32) {
    let sent = std::process::Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]).status();
    assert!(sent.unwrap().success(), "process {pid} gets the signal {signal}");
}

/// The embedded database's processes: the first of them, and those that it started.
pub(super) fn postgres_of(data_dir: &Path) -> Vec<u32> {
    let note = std::fs::read_to_string(data_dir.join("postgres/postmaster.pid")).unwrap();
    let postmaster: u32 = note.lines().next().unwrap().parse().unwrap();
    let children = std::fs::read_dir("/proc").unwrap().flatten().filter_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let status = std::fs::read_to_string(entry.path().join("status")).ok()?;
        let parent = status.lines().find_map(|line| line.strip_prefix("PPid:"))?;
        (parent.trim().parse() == Ok(postmaster)).then_some(pid)
    });
    [postmaster].into_iter().chain(children).collect()
}
