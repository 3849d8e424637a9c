//! A property of the whole: whatever many writers on two nodes do at once, the log is one history.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Node;
use super::act::{Act, Done};
use super::history;
use super::readers::{self, Seen};
use crate::support::postgres::{TestDatabase, fresh_database};

const WRITERS: u64 = 12;
const ACTS_EACH: u64 = 60;

/// TIDEMARK_TEST_SEED repeats a run's choices, though not the system's.
fn seed() -> u64 {
    let seed = std::env::var("TIDEMARK_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| rand::rng().random());
    println!("TIDEMARK_TEST_SEED={seed}");
    seed
}

struct Play {
    database: TestDatabase,
    nodes: [Node; 2],
    seed: u64,
}

impl Play {
    async fn prepare() -> Self {
        let database = fresh_database().await;
        let nodes = [Node::start(&database).await, Node::start(&database).await];
        Self { database, nodes, seed: seed() }
    }

    /// Writers write and readers read at the same time; then everybody is held against everybody.
    async fn run(self) -> Vec<Done> {
        let (over, end) = watch::channel(None);
        let mut readers = JoinSet::new();
        for (index, node) in (0..).zip(&self.nodes) {
            readers.spawn(readers::follows_feed(node.store.clone(), self.seed + index, end.clone()));
            readers.spawn(readers::follows_feed(node.store.clone(), self.seed + index + 2, end.clone()));
        }
        readers.spawn(readers::follows_table(self.database.options.clone(), end));
        let mut writers = JoinSet::new();
        let numbers = Arc::new(AtomicU64::new(1));
        for writer in 0..WRITERS {
            let node = self.nodes[usize::from(writer % 2 == 0)].clone();
            let random = StdRng::seed_from_u64(self.seed ^ (writer << 32));
            writers.spawn(write(node, random, numbers.clone()));
        }
        let acts: Vec<Done> = writers.join_all().await.into_iter().flatten().collect();
        over.send_replace(Some(head(&self.nodes[0]).await));
        let seen: Vec<Vec<Seen>> = readers.join_all().await;
        assert!(seen.iter().all(|one| *one == seen[0]), "all readers saw the same history");
        history::judge(&self.nodes[0].pool, &acts).await;
        acts
    }
}

/// Acts again and again, on what this writer believes the versions to be.
async fn write(node: Node, mut random: StdRng, numbers: Arc<AtomicU64>) -> Vec<Done> {
    let mut acts = Vec::new();
    for _ in 0..ACTS_EACH {
        let versions = versions(&node.pool).await;
        let act = Act::at_random(&mut random, numbers.fetch_add(1, Ordering::Relaxed), &versions);
        let head_before = head(&node).await;
        let result = node.store.append(act.request()).await;
        acts.push(Done { act, result, head_before, head_after: head(&node).await });
    }
    acts
}

/// The streams' versions, a moment ago.
async fn versions(pool: &PgPool) -> BTreeMap<&'static str, i64> {
    let rows: Vec<(String, i64)> = patiently(|| {
        sqlx::query_as("SELECT aggregate_id, max(sequence) FROM events GROUP BY 1").fetch_all(pool)
    })
    .await;
    let rows = rows.into_iter().filter_map(|(id, version)| {
        super::act::STREAMS.iter().find(|stream| **stream == id).map(|stream| (*stream, version))
    });
    rows.collect()
}

async fn head(node: &Node) -> i64 {
    patiently(|| node.store.confirmed_head()).await
}

/// Asks until there is an answer: connections may be cut.
async fn patiently<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(ask: impl Fn() -> F) -> T {
    let answer = async {
        loop {
            match ask().await {
                Ok(answer) => return answer,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), answer).await.expect("the database answers")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_one_history_whatever_writers_do() {
    let play = Play::prepare().await;

    let acts = play.run().await;

    let stored = acts.iter().filter(|done| done.result.is_ok()).count();
    assert!(stored > 100, "most of the acts must come to something: {stored} of {}", acts.len());
    assert!(acts.iter().all(|done| !matches!(done.result, Err(tidemark::event_store::AppendError::Unavailable(_)))));
}
