//! The note that a running server leaves in its folder (`postmaster.pid`), and what to make of an old one.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::{Instant, sleep};

use super::error::EmbeddedError;

/// How long a server that lost its tidemark may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it may take after that, being asked each second.
const BOUND: Duration = Duration::from_secs(60);

/// What the file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Note {
    pub(super) pid: u32,
    pub(super) port: Option<u16>,
    pub(super) ready: bool,
}

impl Note {
    /// Reads the note in a cluster's folder; none, if none or no sense is there.
    pub(super) fn read(cluster: &Path) -> Option<Note> {
        let text = std::fs::read_to_string(cluster.join("postmaster.pid")).ok()?;
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        Some(Note {
            pid: lines.first()?.parse().ok()?,
            port: lines.get(3).and_then(|line| line.parse().ok()),
            ready: lines.get(7) == Some(&"ready"),
        })
    }

    /// Whether its process is a server of this folder: numbers of processes are used again, above all in
    /// containers, where a restart counts from 1.
    pub(super) async fn is_server_of(&self, cluster: &Path) -> bool {
        let Some(line) = command_line(self.pid).await else { return false };
        let program = line.split(['\0', ' ']).next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or_default();
        if !matches!(name, "postgres" | "postmaster") {
            return false;
        }
        let works_in: Option<PathBuf> = std::fs::read_link(format!("/proc/{}/cwd", self.pid)).ok();
        works_in.as_deref() == Some(cluster) || line.contains(&*cluster.to_string_lossy())
    }

    /// Sends its process a signal, by name.
    pub(super) async fn signal(&self, name: &str) {
        let _ = Command::new("/bin/sh")
            .args(["-c", "kill -\"$1\" \"$2\"", "sh", name, &self.pid.to_string()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .await;
    }
}

/// What an old note means for a new server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Predecessor {
    /// There is none, or its process is gone; Postgres sees to the rest.
    Gone,
    /// Its number belongs to somebody else now. Postgres must be told so, or it refuses to start.
    Renumbered(u32),
}

/// Waits until no server of this folder runs, and in the end makes it stop.
pub(super) async fn outlive(cluster: &Path) -> Result<Predecessor, EmbeddedError> {
    let began = Instant::now();
    let mut asked_s = 0;
    loop {
        let Some(note) = Note::read(cluster) else { return Ok(Predecessor::Gone) };
        if !note.is_server_of(cluster).await {
            let alive = command_line(note.pid).await.is_some();
            return Ok(if alive { Predecessor::Renumbered(note.pid) } else { Predecessor::Gone });
        }
        let waited = began.elapsed();
        if waited > BOUND {
            return Err(EmbeddedError::StillRunning { pid: note.pid, folder: cluster.to_owned() });
        }
        if waited > PATIENCE && waited.as_secs() > asked_s {
            asked_s = waited.as_secs();
            tracing::warn!(pid = note.pid, "asking an earlier PostgreSQL of this folder to stop");
            note.signal("INT").await;
        }
        sleep(Duration::from_millis(50)).await;
    }
}

/// The command line of a live process, from /proc where there is one, else from `ps`.
async fn command_line(pid: u32) -> Option<String> {
    let line = if Path::new("/proc/self/cmdline").exists() {
        std::fs::read(format!("/proc/{pid}/cmdline")).ok()?
    } else {
        let ps = Command::new("ps").args(["-o", "command=", "-p", &pid.to_string()]).output().await;
        ps.ok()?.stdout
    };
    let text = String::from_utf8_lossy(&line).trim().to_owned();
    (!text.is_empty()).then_some(text)
}
