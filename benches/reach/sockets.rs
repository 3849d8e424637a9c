//! Thousands of sockets on one campaign: how long until each has a change, and what a socket costs.

use std::rc::Rc;

use anyhow::Context;
use chrono::{DateTime, Utc};
use tokio::task::LocalSet;

use crate::Plan;
use crate::cluster::Cluster;
use crate::http::Connection;
use crate::process::{Bare, Tidemark};
use crate::report::{Report, Target};
use crate::rounds::{Rounds, quantile};
use crate::serving::Shop;
use crate::watcher::{self, Arrivals};

const SOCKETS: usize = 5_000;
/// File descriptors kept for everything else.
const SPARE_FILES: usize = 300;

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let shop = Shop::open(cluster, "sockets").await?;
    let server = Tidemark::start(cluster, &shop.database).await?;
    let bare = Bare::start("sockets", None).await?;
    let sockets = SOCKETS.min(file_limit()?.saturating_sub(SPARE_FILES) / 2);
    let watch = move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let local = LocalSet::new();
        local.block_on(&runtime, measure(&shop, server, bare, plan, sockets))
    };
    let measured = tokio::task::spawn_blocking(watch).await??;
    let what = format!("{sockets} sockets, from commit to receipt");
    let beside = "a bare tokio-tungstenite broadcast";
    report.ratio(&format!("{what}, median"), "ms", beside, &measured.medians, Target::AtMost(1.5));
    report.ratio(&format!("{what}, p99"), "ms", beside, &measured.slowest, Target::AtMost(1.5));
    report.figure("memory of the server a socket", measured.socket_kib, "KiB", "", Target::AtMost(40.0));
    Ok(())
}

struct Measured {
    medians: Rounds,
    slowest: Rounds,
    socket_kib: f64,
}

async fn measure(
    shop: &Shop,
    server: Tidemark,
    mut bare: Bare,
    plan: Plan,
    sockets: usize,
) -> anyhow::Result<Measured> {
    let mut writer =
        Writer { shop, server: &server, asking: Connection::open(server.address).await?, count: 0 };
    for _ in 0..200 {
        writer.change().await?;
    }
    let before_kib = server.memory()?.0;
    let path = format!("/ws/campaigns/{}/status/?token={}", shop.campaign, server.token);
    let (ours, theirs) = (Arrivals::of(sockets), Arrivals::of(sockets));
    watcher::connect(&ours, server.address, &path).await?;
    ours.all().await?;
    for _ in 0..5 {
        writer.show(&ours).await?;
    }
    let socket_kib = (server.memory()?.0 - before_kib) / sockets as f64;
    watcher::connect(&theirs, bare.address, "/").await?;
    let (mut medians, mut slowest) = (Rounds::default(), Rounds::default());
    let changes = if plan.is_quick { 5 } else { 20 };
    for _ in 0..plan.rounds {
        let (mut taken, mut frame) = (Vec::new(), Vec::new());
        for _ in 0..changes {
            let (arrived, shown) = writer.show(&ours).await?;
            taken.extend(arrived);
            frame = shown;
        }
        medians.ours(quantile(&taken, 0.5));
        slowest.ours(quantile(&taken, 0.99));
        taken.clear();
        for _ in 0..changes {
            taken.extend(broadcast(&mut bare, &theirs, &frame).await?);
        }
        medians.bare(quantile(&taken, 0.5));
        slowest.bare(quantile(&taken, 0.99));
    }
    bare.stop().await?;
    server.stop().await?;
    Ok(Measured { medians, slowest, socket_kib })
}

/// One change of the bare broadcast: milliseconds from just before the first send.
async fn broadcast(bare: &mut Bare, theirs: &Rc<Arrivals>, frame: &[u8]) -> anyhow::Result<Vec<f64>> {
    theirs.begin();
    let (began, arrived) = tokio::join!(bare.tell(std::str::from_utf8(frame)?), theirs.all());
    let began: f64 = began?.parse()?;
    Ok(arrived?.0.into_iter().map(|at| (at - began) * 1e3).collect())
}

/// Changes the campaign over HTTP.
struct Writer<'a> {
    shop: &'a Shop,
    server: &'a Tidemark,
    asking: Connection,
    count: usize,
}

impl Writer<'_> {
    async fn change(&mut self) -> anyhow::Result<()> {
        self.count += 1;
        self.asking.ask_well(&self.shop.change(self.server, self.count)).await?;
        Ok(())
    }

    /// One change: milliseconds from the moment that the log recorded, which lies just before the commit, and the
    /// frame.
    async fn show(&mut self, ours: &Rc<Arrivals>) -> anyhow::Result<(Vec<f64>, Vec<u8>)> {
        ours.begin();
        let (changed, arrived) = tokio::join!(self.change(), ours.all());
        changed?;
        let (times, frame) = arrived?;
        let began = recorded_at(&frame).context("a frame does not say when")?;
        Ok((times.into_iter().map(|at| (at - began) * 1e3).collect(), frame))
    }
}

fn recorded_at(frame: &[u8]) -> Option<f64> {
    let frame: serde_json::Value = serde_json::from_slice(frame).ok()?;
    let at: DateTime<Utc> = frame.get("ts")?.as_str()?.parse().ok()?;
    Some(at.timestamp_micros() as f64 / 1e6)
}

fn file_limit() -> anyhow::Result<usize> {
    let limits = std::fs::read_to_string("/proc/self/limits")?;
    let line = limits.lines().find(|line| line.starts_with("Max open files")).context("no limit of files")?;
    Ok(line.split_whitespace().nth(3).and_then(|limit| limit.parse().ok()).unwrap_or(usize::MAX))
}
