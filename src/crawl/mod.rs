//! Visits the pages of listings, in runs: asked for by somebody or due, one run at a time in the whole cluster.
//!
//! A run is a row with its pages. Whoever holds its lease carries it out; when that node stops or dies, another
//! one goes on with the pages that have no outcome yet. What is seen goes through the same door as everybody's
//! observations, in batches, before the pages are marked as done: a page may be visited twice, never missed. What a
//! run came to is an event, appended before the run is closed.

mod book;
mod host_queue;
mod known;
mod pages;
mod report;
mod runner;
mod runs;
mod status;

pub use runs::{Asked, Selection};
pub use status::CrawlerStatus;

use std::net::SocketAddr;
use std::sync::Arc;

use sqlx::PgPool;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::adapters::shops::Shops;
use crate::event_store::Store;
use crate::observations::Observations;

/// One node's part in crawling. Cheap to clone.
#[derive(Clone)]
pub struct Crawler(Arc<Inner>);

struct Inner {
    node: Uuid,
    pool: PgPool,
    observations: Observations,
    store: Store,
    shops: Shops,
    /// Wakes the runner when a run was asked for here.
    asked: Notify,
}

/// A listing that was asked for, and is none, or has no page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unvisitable {
    /// By its number.
    Number(i64),
    /// By its goods code.
    Code(String),
}

impl Crawler {
    /// Starts carrying out runs, and beginning them when pages are due.
    pub fn start(
        shops: Shops,
        observations: Observations,
        store: Store,
        pool: PgPool,
        stop: CancellationToken,
    ) -> Self {
        let (node, asked) = (Uuid::now_v7(), Notify::new());
        let crawler = Self(Arc::new(Inner { node, pool, observations, store, shops, asked }));
        let runner = crawler.clone();
        tokio::spawn(async move {
            stop.run_until_cancelled(runner.run()).await;
            if let Err(error) = runs::leave(&runner.0.pool, runner.0.node).await {
                tracing::debug!(%error, "the lease of a crawl run ends by itself");
            }
        });
        crawler
    }

    /// Tells this node's crawler that a shop of this name is on this very machine: the demo's.
    pub fn knows_neighbour(&self, name: &str, address: SocketAddr) {
        self.0.shops.knows_neighbour(name, address);
    }

    /// Begins a run of these pages, or adds them to the one that is under way.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn ask(&self, selection: &Selection, asked_by: &str) -> sqlx::Result<Asked> {
        let asked = runs::ask(&self.0.pool, selection, asked_by).await?;
        self.0.asked.notify_one();
        Ok(asked)
    }

    /// Begins a run of the pages whose time has come, unless one is under way or there are none. The crawler does so
    /// by itself every now and then.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn begin_due(&self) -> sqlx::Result<()> {
        runs::begin_scheduled(&self.0.pool).await?;
        self.0.asked.notify_one();
        Ok(())
    }

    /// The numbers of these listings, each of which must have a page.
    ///
    /// # Errors
    /// When the database does not answer; within, the first that cannot be visited.
    pub async fn find(
        &self,
        numbers: &[i64],
        codes: &[String],
    ) -> sqlx::Result<Result<Vec<i64>, Unvisitable>> {
        let found = known::find(&self.0.pool, numbers, codes).await?;
        let has_number = |number: &i64| found.iter().any(|(known, _)| known == number);
        let has_code = |code: &String| found.iter().any(|(_, known)| known.as_ref() == Some(code));
        if let Some(number) = numbers.iter().find(|number| !has_number(number)) {
            return Ok(Err(Unvisitable::Number(*number)));
        }
        if let Some(code) = codes.iter().find(|code| !has_code(code)) {
            return Ok(Err(Unvisitable::Code(code.clone())));
        }
        Ok(Ok(found.into_iter().map(|(number, _)| number).collect()))
    }

    /// How the newest run is, and when pages are due next.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn status(&self) -> sqlx::Result<CrawlerStatus> {
        status::read(&self.0.pool).await
    }
}
