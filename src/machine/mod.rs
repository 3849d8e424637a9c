//! How busy the machine is, as far as it is ours: inside a container its own limits count, not the host's.
//!
//! Looked at in the background, so that asking costs nothing and a busy machine is not made busier by questions.

mod cgroup;
mod sample;
mod uptime;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::limits;
pub use sample::Sample;
use sample::Sampler;

/// The newest look at the machine.
#[derive(Clone)]
pub struct Machine {
    newest: watch::Receiver<Option<Sample>>,
    started: Instant,
}

impl Machine {
    /// Looks at the machine, and at the disk that holds `data_dir`, until `stop`.
    pub fn watch(data_dir: PathBuf, stop: CancellationToken) -> Self {
        let (sender, newest) = watch::channel(None);
        tokio::spawn(async move { stop.run_until_cancelled(look(data_dir, sender)).await });
        Self { newest, started: Instant::now() }
    }

    /// The newest look; right after the start the first one is waited for. None: it takes too long.
    pub async fn newest(&self) -> Option<Sample> {
        let mut newest = self.newest.clone();
        let first = newest.wait_for(Option::is_some);
        let bound = Duration::from_millis(limits::MACHINE_FIRST_LOOK_MS);
        let first = tokio::time::timeout(bound, first).await;
        first.ok()?.ok().and_then(|sample| *sample)
    }

    /// How long this node has been running, in words.
    pub fn uptime(&self) -> String {
        uptime::in_words(self.started.elapsed())
    }
}

async fn look(data_dir: PathBuf, sender: watch::Sender<Option<Sample>>) {
    let mut sampler = Sampler::new(data_dir);
    // Use of the processors is told by two looks: the second comes soon, the others at leisure.
    let mut pause = Duration::from_millis(limits::MACHINE_SECOND_LOOK_MS);
    loop {
        tokio::time::sleep(pause).await;
        pause = Duration::from_secs(limits::MACHINE_LOOK_S);
        let looked = tokio::task::spawn_blocking(move || {
            let sample = sampler.look();
            (sampler, sample)
        });
        match looked.await {
            Ok((same, sample)) => {
                sampler = same;
                if sender.send(Some(sample)).is_err() {
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "the machine cannot be looked at any more");
                return;
            }
        }
    }
}
