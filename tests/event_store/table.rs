//! What the tables themselves promise, also to programs that are not ours.

use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::Node;
use super::node::describe_brand;
use crate::support::postgres::fresh_database;
use crate::support::wait::PATIENCE;

#[tokio::test]
async fn events_are_immutable() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    node.brand("Tea").await;

    for change in [
        "UPDATE events SET payload = '{}'",
        "UPDATE events SET position = 0 WHERE false",
        "DELETE FROM events",
        "TRUNCATE events",
        "TRUNCATE events, claims CASCADE",
    ] {
        let refused = sqlx::query(change).execute(&node.pool).await.unwrap_err();
        let refused = refused.as_database_error().expect("the database says no");
        assert_eq!((refused.code().as_deref(), refused.message()), (Some("23000"), "events are immutable"));
    }
    assert_eq!(node.count("SELECT count(*) FROM events").await, 1);
}

#[tokio::test]
async fn the_log_has_one_head() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    for change in ["INSERT INTO log_head DEFAULT VALUES", "DELETE FROM log_head", "TRUNCATE log_head"] {
        let refused = sqlx::query(change).execute(&node.pool).await.unwrap_err();
        assert!(refused.to_string().contains("the log has one head"), "{refused}");
    }
}

/// Also when the server's clock is set back, and past our own appender: where the log was at some time is one place.
#[tokio::test]
async fn times_never_go_backwards() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let brand = node.brand("Tea").await;
    let before = chrono::Utc::now();
    let set_back = "UPDATE log_head SET recorded_at = clock_timestamp() + interval '1 hour'";
    sqlx::query(set_back).execute(&node.pool).await.unwrap();

    node.executes::<aggregates::brands::Brand>(brand, describe_brand("green")).await.unwrap();
    sqlx::query(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
         VALUES ('tea', 'x', 1, 'Steeped', '1.0', '{}', '{}')",
    )
    .execute(&node.pool)
    .await
    .unwrap();
    node.executes::<aggregates::brands::Brand>(brand, describe_brand("black")).await.unwrap();

    let back = "SELECT count(*) FROM (SELECT recorded_at < lag(recorded_at) OVER (ORDER BY position) AS is_back \
         FROM events) AS events WHERE is_back";
    assert_eq!(node.count(back).await, 0);
    assert_eq!(
        node.count("SELECT count(DISTINCT recorded_at) FROM events").await,
        2,
        "one hour ahead, three times"
    );
    assert_eq!(node.store.position_at(before).await.unwrap(), 1);
    assert_eq!(node.store.position_at(before + chrono::TimeDelta::hours(2)).await.unwrap(), 4);
}

/// Whoever appends without a notice, or whose notice is lost, is found by the poll.
#[tokio::test]
async fn a_lost_notice_only_costs_time() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let brand = node.brand("Tea").await;
    let mut stranger = PgConnection::connect_with(&database.options).await.unwrap();
    sqlx::query(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
         VALUES ('brand', $1, 2, 'BrandChanged', '1.0', '{\"BrandChanged\":{\"changes\":{\"source\":\"x\"}}}', '{}')",
    )
    .bind(brand.to_string())
    .execute(&mut stranger)
    .await
    .unwrap();

    tokio::time::timeout(PATIENCE, node.store.feed().reach(2)).await.expect("the feed gets there");

    // The node's own idea of the brand is out of date, which the next append finds out.
    let outcome = node.executes::<aggregates::brands::Brand>(brand, describe_brand("green")).await.unwrap();
    assert_eq!(outcome.position, 3);
    let seen: Vec<_> = node.store.feed().after(0, 10).await.unwrap();
    assert_eq!(seen.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2, 3]);
}

/// A transaction of somebody else's that holds the head makes writers wait, then tells them so; nothing is lost.
#[tokio::test]
async fn an_open_transaction_of_a_stranger_never_lets_a_reader_skip() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let brand = node.brand("Tea").await;
    let mut stranger = PgConnection::connect_with(&database.options).await.unwrap();
    let mut open = stranger.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
         VALUES ('tea', 'x', 1, 'Steeped', '1.0', '{}', '{}')",
    )
    .execute(&mut *open)
    .await
    .unwrap();

    let waiting = node.clone();
    let append = tokio::spawn(async move {
        waiting.executes::<aggregates::brands::Brand>(brand, describe_brand("green")).await
    });
    crate::support::eventually("the append waits for the head", || async {
        let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() \
             AND wait_event_type = 'Lock' AND query LIKE '%append_events%'";
        (node.count(waits).await == 1).then_some(())
    })
    .await;
    assert_eq!(node.store.confirmed_head().await.unwrap(), 1);
    assert!(
        node.store.feed().after(1, 10).await.unwrap().is_empty(),
        "nothing is shown before it is certain"
    );
    open.commit().await.unwrap();

    assert_eq!(append.await.unwrap().unwrap().position, 3);
}
