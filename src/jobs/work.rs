//! The loop of one node that takes jobs as long as it has room for them.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgListener};

use super::carry_out::carry_out;
use super::enqueue::CHANNEL;
use super::{Attempt, JobHandler, Jobs, claim};
use crate::{database, limits};

/// How many jobs of each kind run on this node.
type Running = HashMap<&'static str, Arc<AtomicUsize>>;

impl Jobs {
    /// Takes jobs in the background until the node stops.
    pub fn work(&self, options: PgConnectOptions) {
        let jobs = self.clone();
        self.0.running.spawn(async move {
            jobs.take_until_stopped(options).await;
            // Handlers know the node, and the node knows its handlers: one of them must let go.
            jobs.know(Vec::new());
        });
    }

    async fn take_until_stopped(&self, options: PgConnectOptions) {
        let listen = database::listener_pool(&options);
        let mut listener: Option<PgListener> = None;
        let mut running = Running::default();
        let mut take_over_due = tokio::time::Instant::now();
        while !self.0.stop.is_cancelled() {
            if listener.is_none() {
                listener = connect(&listen).await;
            }
            if tokio::time::Instant::now() >= take_over_due {
                self.take_over().await;
                take_over_due = tokio::time::Instant::now() + Duration::from_secs(limits::JOB_HEARTBEAT_S);
            }
            for handler in self.handlers().iter() {
                if let Err(error) = self.take(handler, &mut running).await {
                    tracing::warn!(%error, kind = handler.kind(), "jobs cannot be taken");
                }
            }
            tokio::select! {
                () = self.0.stop.cancelled() => return,
                () = self.0.due.notified() => {}
                () = tokio::time::sleep(Duration::from_millis(limits::JOBS_LOOK_MS)) => {}
                () = hear(&mut listener), if listener.is_some() => {}
            }
        }
    }

    /// Waits until this node's jobs are over, within a bound; what may be begun again is put down for others.
    pub async fn stop_working(&self) {
        self.0.running.close();
        let bound = Duration::from_secs(limits::JOBS_STOP_S);
        if tokio::time::timeout(bound, self.0.running.wait()).await.is_err() {
            match claim::put_down(&self.0.pool, self.0.node).await {
                Ok(jobs) => tracing::info!(jobs, "unfinished jobs were put down for another node"),
                Err(error) => tracing::warn!(%error, "unfinished jobs wait until their leases end"),
            }
        }
    }

    async fn take_over(&self) {
        match claim::take_over(&self.0.pool).await {
            Ok(0) => {}
            Ok(jobs) => tracing::warn!(jobs, "jobs of a node that went away were taken over"),
            Err(error) => tracing::warn!(%error, "jobs of lost nodes cannot be taken over"),
        }
    }

    /// Takes as many due jobs of a kind as there is room for.
    async fn take(&self, handler: &Arc<dyn JobHandler>, running: &mut Running) -> sqlx::Result<()> {
        let count = running.entry(handler.kind()).or_default();
        let room = handler.at_once().saturating_sub(count.load(Ordering::Acquire));
        if room == 0 {
            return Ok(());
        }
        // What stands in the way of doing a job does not stand in the way of telling how it ended.
        let only_ended = handler.obstacle().is_some();
        for (id, job) in claim::claim(&self.0.pool, self.0.node, handler.kind(), room, only_ended).await? {
            count.fetch_add(1, Ordering::AcqRel);
            let attempt = Attempt { job, stop: self.0.stop.clone(), id, pool: self.0.pool.clone() };
            let (jobs, handler, count) = (self.clone(), handler.clone(), count.clone());
            self.0.running.spawn(async move {
                carry_out(jobs.clone(), handler, attempt).await;
                count.fetch_sub(1, Ordering::AcqRel);
                jobs.wake();
            });
        }
        Ok(())
    }
}

async fn connect(pool: &sqlx::PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen(CHANNEL).await.ok()?;
    Some(listener)
}

/// Returns at a notice, or when the connection broke.
async fn hear(listener: &mut Option<PgListener>) {
    if let Some(connection) = listener
        && !matches!(connection.try_recv().await, Ok(Some(_)))
    {
        *listener = None;
    }
}
