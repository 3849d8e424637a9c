//! Carries runs out.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::book::{self, Seen};
use super::host_queue::HostQueue;
use super::pages::{self, ToVisit};
use super::{Crawler, runs};
use crate::limits;

impl Crawler {
    /// Until the node stops: begins due runs, and carries out the one that nobody else does.
    pub(super) async fn run(&self) {
        let mut look_due = tokio::time::Instant::now() + Duration::from_secs(limits::CRAWL_SCHEDULE_S);
        loop {
            let tick = Duration::from_millis(limits::CRAWL_TICK_MS);
            tokio::select! {
                () = self.0.asked.notified() => {}
                () = tokio::time::sleep(tick) => {}
            }
            if tokio::time::Instant::now() >= look_due {
                look_due = tokio::time::Instant::now() + Duration::from_secs(limits::CRAWL_SCHEDULE_S);
                if let Err(error) = self.begin_due().await {
                    tracing::warn!(%error, "due pages cannot be read");
                }
            }
            match runs::take(&self.0.pool, self.0.node).await {
                Ok(None) => {}
                Ok(Some((run, attempts))) => self.carry_out(run, attempts).await,
                Err(error) => tracing::warn!(%error, "crawl runs cannot be read"),
            }
        }
    }

    async fn carry_out(&self, run: Uuid, attempts: i32) {
        let pool = &self.0.pool;
        if attempts > limits::CRAWL_RUN_ATTEMPTS {
            let why = "the run broke off again and again, and was given up";
            if let Err(error) = runs::give_up(pool, run, why).await {
                tracing::warn!(%error, %run, "a crawl run cannot be given up yet");
                return;
            }
        }
        tracing::info!(%run, "a crawl run begins, or goes on");
        let outcome = tokio::select! {
            outcome = self.visit_all(run) => outcome,
            () = self.lease_is_lost(run) => {
                tracing::warn!(%run, "another node carries the crawl run out now");
                return;
            }
        };
        if let Err(error) = outcome {
            tracing::warn!(%error, %run, "a crawl run broke off, and goes on in a moment");
            tokio::time::sleep(Duration::from_millis(limits::CRAWL_TICK_MS)).await;
            if let Err(error) = runs::give_back(pool, run, self.0.node).await {
                tracing::debug!(%error, "its lease ends by itself");
            }
        }
    }

    async fn lease_is_lost(&self, run: Uuid) {
        loop {
            tokio::time::sleep(Duration::from_secs(limits::CRAWL_RENEW_S)).await;
            match runs::renew(&self.0.pool, run, self.0.node).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => tracing::warn!(%error, "the lease of a crawl run cannot be renewed"),
            }
        }
    }

    /// Visits pages until none of the run is left.
    async fn visit_all(&self, run: Uuid) -> anyhow::Result<()> {
        loop {
            let waiting = pages::waiting(&self.0.pool, run).await?;
            if waiting.is_empty() {
                if runs::finish(&self.0.pool, &self.0.store, run, self.0.node).await? {
                    tracing::info!(%run, "a crawl run ended");
                    return Ok(());
                }
                if runs::renew(&self.0.pool, run, self.0.node).await? {
                    continue;
                }
                return Ok(());
            }
            self.visit(run, waiting).await?;
        }
    }

    /// Each shop has a queue of its own, so that a slow one does not hold up the others.
    async fn visit(&self, run: Uuid, waiting: Vec<ToVisit>) -> anyhow::Result<()> {
        let mut queues: HashMap<String, Vec<ToVisit>> = HashMap::new();
        for page in waiting {
            queues.entry(page.shop()).or_default().push(page);
        }
        let (seen, mut seen_by_all) = mpsc::channel::<Seen>(limits::CRAWL_RESULTS);
        let at_once = Arc::new(Semaphore::new(limits::CRAWL_HOSTS_AT_ONCE));
        let mut shops = JoinSet::new();
        for pages in queues.into_values() {
            let queue = HostQueue { shops: self.0.shops.clone(), seen: seen.clone() };
            let at_once = at_once.clone();
            shops.spawn(async move {
                let _turn = at_once.acquire_owned().await;
                queue.visit(pages).await;
            });
        }
        drop(seen);
        while let Some(batch) = next_batch(&mut seen_by_all).await {
            book::take(&self.0.observations, &self.0.pool, run, batch).await?;
        }
        while let Some(ended) = shops.join_next().await {
            ended?;
        }
        Ok(())
    }
}

/// Gathers what was seen for a moment: one entry in the log for many pages.
async fn next_batch(seen: &mut mpsc::Receiver<Seen>) -> Option<Vec<Seen>> {
    let mut batch = vec![seen.recv().await?];
    let deadline = tokio::time::Instant::now() + Duration::from_millis(limits::CRAWL_GATHER_MS);
    while batch.len() < limits::CRAWL_BATCH_PAGES {
        match tokio::time::timeout_at(deadline, seen.recv()).await {
            Ok(Some(one)) => batch.push(one),
            Ok(None) | Err(_) => break,
        }
    }
    Some(batch)
}
