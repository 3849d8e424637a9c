//! Those who follow the log while it grows. None may ever see a gap.

use std::time::Duration;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use tidemark::event_store::Store;
use tokio::sync::watch;

/// The name of connections that are not to be cut.
pub(super) const SPARED: &str = "spared";

/// An event as a reader saw it: its position and its payload.
pub(super) type Seen = (i64, String);

/// Follows a node's feed in pages of all sizes until it has seen the log's `end`.
pub(super) async fn follows_feed(store: Store, seed: u64, end: watch::Receiver<Option<i64>>) -> Vec<Seen> {
    let mut random = StdRng::seed_from_u64(seed);
    let mut seen: Vec<Seen> = Vec::new();
    let mut head = store.feed().watch();
    while !is_over(&seen, &end) {
        let limit = random.random_range(1..50);
        let page = store.feed().after(newest(&seen), limit).await;
        // While connections are cut, an older page may have to be asked for again.
        let Ok(page) = page else { continue };
        let is_empty = page.is_empty();
        for event in page {
            take(&mut seen, event.position, event.payload.get());
        }
        if is_empty {
            let _more_or_the_end = tokio::time::timeout(Duration::from_millis(20), head.changed()).await;
        }
    }
    seen
}

/// Follows the bare table, as somebody else's program would.
pub(super) async fn follows_table(options: PgConnectOptions, end: watch::Receiver<Option<i64>>) -> Vec<Seen> {
    let mut connection = PgConnection::connect_with(&options.application_name(SPARED)).await.unwrap();
    let mut seen: Vec<Seen> = Vec::new();
    while !is_over(&seen, &end) {
        let page: Vec<Seen> = sqlx::query_as(
            "SELECT position, payload::text FROM events WHERE position > $1 ORDER BY position LIMIT 100",
        )
        .bind(newest(&seen))
        .fetch_all(&mut connection)
        .await
        .unwrap();
        for (position, payload) in page {
            take(&mut seen, position, &payload);
        }
        let (count, last): (i64, i64) =
            sqlx::query_as("SELECT count(*), coalesce(max(position), 0) FROM events")
                .fetch_one(&mut connection)
                .await
                .unwrap();
        assert_eq!(count, last, "at no moment is a position free below the newest");
    }
    seen
}

fn newest(seen: &[Seen]) -> i64 {
    seen.last().map_or(0, |(position, _)| *position)
}

fn is_over(seen: &[Seen], end: &watch::Receiver<Option<i64>>) -> bool {
    end.borrow().is_some_and(|end| newest(seen) >= end)
}

fn take(seen: &mut Vec<Seen>, position: i64, payload: &str) {
    assert_eq!(position, newest(seen) + 1, "a reader sees every position in turn");
    seen.push((position, payload.to_owned()));
}
