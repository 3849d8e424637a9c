use std::time::Duration;

use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::node::Node;
use crate::config::Config;
use crate::limits;
use crate::projector::{Job, JobKind};

/// `tidemark projections list`.
pub(super) async fn list(config: Config) -> anyhow::Result<()> {
    let node = Node::open(config).await?;
    let status = node.app.projector.status().await;
    node.close().await;
    println!("{:<20} {:>7} {:>12} {:>8} {:>7}  state", "name", "version", "position", "lag", "parked");
    for line in status.context("the projections cannot be read")? {
        let error = line.last_error.map(|error| format!("  {error}")).unwrap_or_default();
        println!(
            "{:<20} {:>7} {:>12} {:>8} {:>7}  {}{error}",
            line.name, line.version, line.position, line.lag, line.parked, line.state
        );
    }
    Ok(())
}

/// `tidemark projections rebuild NAME`: carried out by whoever leads, mostly a running server.
pub(super) async fn rebuild(config: Config, name: &str) -> anyhow::Result<()> {
    let node = Node::open(config).await?;
    let job = follow(&node, name, JobKind::Rebuild).await;
    node.close().await;
    job?;
    println!("{name} is rebuilt");
    Ok(())
}

/// `tidemark projections verify NAME`: fails when rows differ.
pub(super) async fn verify(config: Config, name: &str) -> anyhow::Result<()> {
    let node = Node::open(config).await?;
    let job = follow(&node, name, JobKind::Verify).await;
    node.close().await;
    let found = job?.result.unwrap_or_default();
    println!("{}", serde_json::to_string_pretty(&found)?);
    match found["differing"].as_i64() {
        Some(0) => Ok(()),
        _ => bail!("{name} differs from a fresh replay"),
    }
}

async fn follow(node: &Node, name: &str, kind: JobKind) -> anyhow::Result<Job> {
    let asked = node.app.projector.ask(name, kind).await.context("the job could not be asked for")?;
    let asked = asked.with_context(|| format!("there is no projection {name}"))?;
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} events, {per_sec}, {eta} left") {
        bar.set_style(style);
    }
    let mut told = String::new();
    loop {
        let job = node.app.projector.job(asked.job_id).await.context("the job cannot be read")?;
        let job = job.context("the job has vanished")?;
        bar.set_length(job.target.max(0).unsigned_abs());
        bar.set_position(job.position.max(0).unsigned_abs());
        // Without a terminal the bar is silent: plain lines then.
        let line = format!("{name}: {}, {} of {} events", job.state, job.position, job.target);
        if bar.is_hidden() && line != told {
            println!("{line}");
            told = line;
        }
        if job.is_over() {
            bar.finish_and_clear();
            return match job.state.as_str() {
                "done" => Ok(job),
                "cancelled" => bail!("the job was cancelled"),
                _ => bail!("the job failed: {}", job.error.unwrap_or_default()),
            };
        }
        tokio::time::sleep(Duration::from_millis(limits::VERIFY_LOOK_MS)).await;
    }
}
