//! `tidemark import FILE --type T`: the same import as an upload's, beside a running server or without one.
//!
//! The order promises the work to whichever server runs; this call does it too, since there may be none. A chunk
//! counts once, so both together store nothing twice.

use std::io::IsTerminal;
use std::path::Path;
use std::time::Duration;

use aggregates::imports::{Import, ImportOrder, ImportState, JobType};
use anyhow::{Context as _, bail};
use indicatif::{ProgressBar, ProgressStyle};
use uuid::Uuid;

use super::node::Node;
use crate::app::App;
use crate::config::Config;
use crate::event_store::Context;
use crate::imports::{carry_out, order};
use crate::jobs::Stop;
use crate::limits;

/// What was typed.
pub(super) struct Asked {
    pub(super) job_type: JobType,
    pub(super) reject_everything: bool,
    pub(super) dry_run: bool,
}

/// Imports a file and waits for the end.
pub(super) async fn run(config: Config, file: &Path, asked: Asked) -> anyhow::Result<()> {
    let name = file.display();
    let size = std::fs::metadata(file).with_context(|| format!("{name} cannot be read"))?.len();
    if size > limits::UPLOAD_BODY_BYTES as u64 {
        bail!("{name} is larger than {} bytes", limits::UPLOAD_BODY_BYTES);
    }
    let bytes = std::fs::read(file).with_context(|| format!("{name} cannot be read"))?;
    let node = Node::open(config).await?;
    let imported = import(&node.app, file, &bytes, asked).await;
    node.close().await;
    imported
}

async fn import(app: &App, file: &Path, bytes: &[u8], asked: Asked) -> anyhow::Result<()> {
    let context = Context::system("command line", "cli", Uuid::now_v7().to_string());
    let wanted = ImportOrder {
        job_type: asked.job_type,
        source: "cli".to_owned(),
        file_name: file.file_name().unwrap_or_default().to_string_lossy().into_owned(),
        reject_everything: asked.reject_everything,
        dry_run: asked.dry_run,
        ..ImportOrder::default()
    };
    let ordered = order(app, wanted, Some(bytes), &context).await?;
    if ordered.is_duplicate {
        println!("the same bytes were imported before: job {}", ordered.job);
    }
    let mut shown = Shown::new();
    let watching = watch(app, ordered.job, &mut shown);
    let working = work(app, ordered.job, &context);
    let import = tokio::select! {
        // What ends the work is on the log, where the other branch finds it.
        ended = async { working.await?; std::future::pending().await } => ended,
        import = watching => import,
    }?;
    shown.finish();
    tell(ordered.job, &import)
}

/// Carries the import out; where a server is quicker, there is nothing left to do.
async fn work(app: &App, job: Uuid, context: &Context) -> anyhow::Result<()> {
    for _attempt in 0..limits::EXECUTE_ATTEMPTS {
        match carry_out(app, job, context).await {
            Ok(_) => return Ok(()),
            Err(Stop::Failed(reason) | Stop::Unknown(reason)) => bail!(reason),
            Err(Stop::Retry { .. } | Stop::Wait { .. }) => {
                tokio::time::sleep(Duration::from_millis(limits::JOBS_POLL_MS)).await;
            }
        }
    }
    bail!("the import does not come to an end: see job {job}")
}

/// Shows how far the import is, until it is over.
async fn watch(app: &App, job: Uuid, shown: &mut Shown) -> anyhow::Result<Import> {
    let mut head = app.store.feed().watch();
    loop {
        let import = app.store.load::<Import>(&job.to_string()).await?.state;
        shown.show(&import);
        if import.state.is_over() {
            return Ok(import);
        }
        head.changed().await.context("the node stopped")?;
    }
}

/// A bar on a terminal, lines elsewhere.
struct Shown {
    bar: Option<ProgressBar>,
    last: (ImportState, i64),
}

impl Shown {
    fn new() -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template("{msg:12} {wide_bar} {pos}/{len} rows, {eta}");
            ProgressBar::new(0).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        });
        Self { bar, last: (ImportState::Queued, -1) }
    }

    fn show(&mut self, import: &Import) {
        let (state, done) = (import.state, import.imported + import.failed);
        match &self.bar {
            Some(bar) => {
                bar.set_length(u64::try_from(import.total).unwrap_or(0));
                bar.set_position(u64::try_from(done).unwrap_or(0));
                bar.set_message(state.code());
            }
            // How it ended is told with the result.
            None if !state.is_over() && (state, done) != self.last => {
                eprintln!("{}: {done} of {} rows done", state.code(), import.total);
            }
            None => {}
        }
        self.last = (state, done);
    }

    fn finish(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What it came to: the result on standard output, what is wrong on standard error.
fn tell(job: Uuid, import: &Import) -> anyhow::Result<()> {
    for fault in &import.faults {
        let place = fault.row.map_or_else(String::new, |row| format!("row {row}, "));
        let value = fault.value.as_ref().map_or_else(String::new, |value| format!(" ({value})"));
        eprintln!("{place}{}: {}{value}", fault.column, fault.message);
    }
    let Import { state, total, imported, failed, .. } = import;
    if *state == ImportState::Failed {
        bail!("nothing more was stored: {imported} of {total} rows imported, {failed} wrong, job {job}");
    }
    println!("{}: {imported} of {total} rows imported, {failed} wrong, job {job}", state.code());
    Ok(())
}
