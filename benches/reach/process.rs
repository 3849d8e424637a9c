//! Servers as processes of their own: ours as it is shipped, and bare ones.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use uuid::Uuid;

use crate::bare;
use crate::cluster::{Cluster, Database};
use crate::http;

/// `tidemark serve`.
pub(crate) struct Tidemark {
    process: Child,
    pub(crate) address: SocketAddr,
    /// An administrator's.
    pub(crate) token: String,
}

/// A bare server: this program in another role.
pub(crate) struct Bare {
    process: Child,
    input: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
    pub(crate) address: SocketAddr,
}

impl Tidemark {
    pub(crate) async fn start(cluster: &Cluster, database: &Database) -> anyhow::Result<Self> {
        Self::with(cluster, database, &[]).await
    }

    /// With settings of its own.
    pub(crate) async fn with(
        cluster: &Cluster,
        database: &Database,
        settings: &[(&str, &str)],
    ) -> anyhow::Result<Self> {
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let log = std::fs::File::create(cluster.folder().join(format!("server-{}.log", address.port())))?;
        let mut command = command(database);
        command
            .arg("serve")
            .env("TIDEMARK_LISTEN", address.to_string())
            .env("TIDEMARK_RATE_LIMIT_PER_S", "0")
            .envs(settings.iter().copied());
        command.env("TIDEMARK_ADMIN_PASSWORD", Uuid::new_v4().to_string()).stdout(Stdio::null()).stderr(log);
        let process = command.spawn()?;
        wait_until_ready(address).await?;
        let output =
            self::command(database).args(["token", "create", "--user", "admin", "--ttl", "1d"]).output();
        let output = output.await?;
        if !output.status.success() {
            bail!("no token: {}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(Self { process, address, token: String::from_utf8(output.stdout)?.trim().to_owned() })
    }

    /// Its resident memory in KiB: now, and at most so far.
    pub(crate) fn memory(&self) -> anyhow::Result<(f64, f64)> {
        let id = self.process.id().context("the server is gone")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let read = |name: &str| {
            let line = status.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1)?.parse::<f64>().ok()
        };
        Ok((read("VmRSS:").context("no VmRSS")?, read("VmHWM:").context("no VmHWM")?))
    }

    /// Seconds of processor time that it has used so far.
    pub(crate) fn processor_s(&self) -> anyhow::Result<f64> {
        let id = self.process.id().context("the server is gone")?;
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // The name in brackets may hold blanks: fields are counted behind it. Times are in ticks, 100 a second.
        let fields = stat.rsplit_once(") ").context("no stat")?.1;
        let ticks = fields.split_whitespace().skip(11).take(2).map(str::parse::<f64>);
        Ok(ticks.sum::<Result<f64, _>>()? / 100.0)
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.process.kill().await?)
    }
}

/// A program of ours on `database`, nothing else from our own environment set.
fn command(database: &Database) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tidemark"));
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("TIDEMARK_")) {
        command.env_remove(name);
    }
    command.env("DATABASE_URL", database.url.as_str()).stdin(Stdio::null()).kill_on_drop(true);
    command
}

async fn wait_until_ready(address: SocketAddr) -> anyhow::Result<()> {
    let request = http::get("/ready", "");
    for _ in 0..600 {
        if let Ok(mut connection) = http::Connection::open(address).await
            && connection.ask(&request).await.is_ok_and(|answer| answer.status == 200)
        {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the server did not become ready");
}

impl Bare {
    pub(crate) async fn start(role: &str, database: Option<&Database>) -> anyhow::Result<Self> {
        let mut command = Command::new(std::env::current_exe()?);
        command.env(bare::CHILD, role).stdin(Stdio::piped()).stdout(Stdio::piped()).kill_on_drop(true);
        if let Some(database) = database {
            command.env("DATABASE_URL", database.url.as_str());
        }
        let mut process = command.spawn()?;
        let input = process.stdin.take().context("no input")?;
        let mut output = BufReader::new(process.stdout.take().context("no output")?).lines();
        let address = output.next_line().await?.context("a bare server did not start")?.parse()?;
        Ok(Self { process, input, output, address })
    }

    /// Sends a line and waits for one.
    pub(crate) async fn tell(&mut self, line: &str) -> anyhow::Result<String> {
        self.input.write_all(format!("{line}\n").as_bytes()).await?;
        self.output.next_line().await?.context("a bare server is gone")
    }

    pub(crate) async fn stop(mut self) -> anyhow::Result<()> {
        Ok(self.process.kill().await?)
    }
}
