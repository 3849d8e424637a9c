//! A property of the whole: whatever many writers on two nodes do at once, the log is one history.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, PgPool};
use tidemark::event_store::AppendError;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::Node;
use super::act::{Act, Done};
use super::history;
use super::readers::{self, SPARED, Seen};
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
    async fn run(self, connections_are_cut: bool) -> Vec<Done> {
        let (over, end) = watch::channel(None);
        let cutter = connections_are_cut.then(|| tokio::spawn(cut(self.database.options.clone())));
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
        if let Some(cutter) = cutter {
            cutter.abort();
        }
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

/// Ends whatever the nodes' backends are doing, again and again.
async fn cut(options: PgConnectOptions) {
    let mut connection = PgConnection::connect_with(&options.application_name(SPARED)).await.unwrap();
    let mut pace = tokio::time::interval(Duration::from_millis(17));
    loop {
        pace.tick().await;
        let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
             WHERE datname = current_database() AND application_name <> $1 AND (state = 'active' OR random() < 0.05)";
        sqlx::query(cut).bind(SPARED).execute(&mut connection).await.unwrap();
    }
}

fn count(acts: &[Done], is_such: impl Fn(&AppendError) -> bool) -> usize {
    acts.iter().filter(|done| done.result.as_ref().is_err_and(&is_such)).count()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_one_history_whatever_writers_do() {
    let play = Play::prepare().await;

    let acts = play.run(false).await;

    let stored = acts.iter().filter(|done| done.result.is_ok()).count();
    assert!(stored > acts.len() / 4, "many acts must come to something: {stored} of {}", acts.len());
    assert!(count(&acts, |error| *error == AppendError::Conflict) > 0);
    assert!(count(&acts, |error| matches!(error, AppendError::Taken { .. })) > 0);
    assert!(count(&acts, |error| matches!(error, AppendError::Missing { .. })) > 0);
    assert!(count(&acts, |error| matches!(error, AppendError::Repeated { same: true, .. })) > 0);
    assert!(count(&acts, |error| matches!(error, AppendError::Repeated { same: false, .. })) > 0);
    assert_eq!(count(&acts, |error| matches!(error, AppendError::Unavailable(_))), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_stays_one_history_when_connections_are_cut() {
    let play = Play::prepare().await;

    let acts = play.run(true).await;

    assert!(acts.iter().any(|done| done.result.is_ok()));
    assert!(count(&acts, |error| matches!(error, AppendError::Unavailable(_))) > 0, "appends were cut");
}
