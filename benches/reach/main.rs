//! The load driver behind docs/performance.md: each promise of speed beside a baseline of the same minute.
//!
//! Baselines are bare programs on the same server and the same cores. Ours and theirs take turns, round by
//! round, and ratios count, since a machine drifts. `script/bench` runs it; names after it run a part.

mod bare;
mod bulk;
mod cluster;
mod crawl;
mod goods;
mod history;
mod http;
mod insert;
mod latency;
mod logins;
mod process;
mod reads;
mod rebuild;
mod report;
mod rounds;
mod sales;
mod serving;
mod sockets;
mod stock;
mod watcher;
mod writers;

use std::process::ExitCode;
use std::time::Duration;

use anyhow::bail;

use cluster::Cluster;
use mimalloc::MiMalloc;
use report::Report;

/// The server's, for both sides of what is measured in process.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// How long and how often things are measured.
#[derive(Clone, Copy)]
struct Plan {
    rounds: usize,
    /// Of one side of a round.
    span: Duration,
    is_quick: bool,
}

const NAMES: [&str; 12] = [
    "writers",
    "latency",
    "bulk",
    "rebuild",
    "sockets",
    "reads",
    "writes",
    "observations",
    "board",
    "sales",
    "logins",
    "crawl",
];

fn main() -> ExitCode {
    let result = match std::env::var(bare::CHILD) {
        Ok(role) => bare::run(&role),
        Err(_) => runtime().and_then(|runtime| runtime.block_on(run())),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// What `tidemark serve` runs on.
fn runtime() -> anyhow::Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

async fn run() -> anyhow::Result<()> {
    let (plan, names) = arguments()?;
    let cluster = Cluster::start().await?;
    let mut report = Report::default();
    for name in names {
        eprintln!("measuring {name} …");
        match name.as_str() {
            "writers" => writers::run(&cluster, plan, &mut report).await?,
            "latency" => latency::run(&cluster, plan, &mut report).await?,
            "bulk" => bulk::run(&cluster, plan, &mut report).await?,
            "rebuild" => rebuild::run(&cluster, plan, &mut report).await?,
            "sockets" => sockets::run(&cluster, plan, &mut report).await?,
            "observations" => goods::observations(&cluster, plan, &mut report).await?,
            "board" => goods::board(&cluster, plan, &mut report).await?,
            "sales" => sales::run(&cluster, plan, &mut report).await?,
            "logins" => logins::run(&cluster, plan, &mut report).await?,
            "crawl" => crawl::run(&cluster, plan, &mut report).await?,
            "reads" => reads::run(&cluster, plan, &mut report).await?,
            _ => serving::run(&cluster, plan, &mut report).await?,
        }
    }
    report.print(&cluster.version().await?);
    cluster.stop().await;
    Ok(())
}

fn arguments() -> anyhow::Result<(Plan, Vec<String>)> {
    let mut plan = Plan { rounds: 3, span: Duration::from_secs(3), is_quick: false };
    let mut names = Vec::new();
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--quick" => plan = Plan { rounds: 1, span: Duration::from_secs(1), is_quick: true },
            // `cargo bench` says so to every bench.
            "--bench" => {}
            name if NAMES.contains(&name) => names.push(name.to_owned()),
            other => bail!("{other} is none of: --quick {}", NAMES.join(" ")),
        }
    }
    if names.is_empty() {
        names = NAMES.map(str::to_owned).to_vec();
    }
    Ok((plan, names))
}
