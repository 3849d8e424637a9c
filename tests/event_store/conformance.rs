//! postgres-es's own repository reads our streams and writes streams that we read (architecture §2).

use std::time::Duration;

use aggregates::brands::{Brand, BrandEvent};
use aggregates::campaigns::Campaign;
use cqrs_es::persist::PersistedEventStore;
use cqrs_es::{AggregateContext, AggregateError, CqrsFramework, EventStore};
use postgres_es::PostgresEventRepository;
use tidemark::projector::{Applied, Projector};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::Node;
use super::node::{create_brand, describe_brand};
use crate::support::postgres::{TestDatabase, fresh_database};
use crate::support::wait::PATIENCE;

type Stock<A> = PersistedEventStore<PostgresEventRepository, A>;

fn stock_store<A: cqrs_es::Aggregate>(node: &Node) -> Stock<A> {
    PersistedEventStore::new_event_store(PostgresEventRepository::new(node.pool.clone()))
}

fn stock(node: &Node) -> CqrsFramework<Brand, Stock<Brand>> {
    CqrsFramework::new(stock_store(node), Vec::new(), ())
}

fn projector(database: &TestDatabase, node: &Node) -> Projector {
    let names = projections::all().iter().map(|projection| projection.name()).collect();
    Projector::start(database.options.clone(), node.store.clone(), projections::all(), Applied::of(names))
}

#[tokio::test]
async fn it_reads_what_we_write() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let brand = node.brand("Tea").await;
    node.executes::<Brand>(brand, describe_brand("green")).await.unwrap();
    let campaign = node.campaign(brand, "Tea week").await;
    node.reports(campaign, "ann", 7).await;

    let brands: Stock<Brand> = stock_store(&node);
    let events = brands.load_events(&brand.to_string()).await.unwrap();
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), [1, 2]);
    assert!(matches!(events[0].payload, BrandEvent::BrandCreated { .. }));
    let mut theirs = brands.load_aggregate(&brand.to_string()).await.unwrap();
    assert_eq!(*theirs.aggregate(), node.store.load::<Brand>(&brand.to_string()).await.unwrap().state);

    let campaigns: Stock<Campaign> = stock_store(&node);
    let mut theirs = campaigns.load_aggregate(&campaign.to_string()).await.unwrap();
    assert_eq!(*theirs.aggregate(), node.store.load::<Campaign>(&campaign.to_string()).await.unwrap().state);
}

#[tokio::test]
async fn we_read_and_project_what_it_writes() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let projector = projector(&database, &node);
    let (brand, theirs) = (Uuid::now_v7(), stock(&node));
    let id = brand.to_string();

    theirs.execute(&id, create_brand(brand, "Tea")).await.unwrap();
    theirs.execute(&id, describe_brand("green")).await.unwrap();
    assert!(projector.wait(2, PATIENCE).await);
    let shown = "SELECT description FROM read.brands WHERE name = 'Tea' AND is_active";
    let description: String = sqlx::query_scalar(shown).fetch_one(&node.pool).await.unwrap();
    assert_eq!(description, "green");

    // One stream, two programs.
    node.executes::<Brand>(brand, describe_brand("black")).await.unwrap();
    theirs.execute(&id, describe_brand("white")).await.unwrap();
    let ours = node.executes::<Brand>(brand, describe_brand("oolong")).await.unwrap();
    assert_eq!(ours.position, 5);
    assert!(projector.wait(5, PATIENCE).await);
    let events = node.store.feed().after(0, 10).await.unwrap();
    let sequences: Vec<_> = events.iter().map(|event| (event.position, event.sequence)).collect();
    assert_eq!(sequences, [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5)]);
    let description: String = sqlx::query_scalar(shown).fetch_one(&node.pool).await.unwrap();
    assert_eq!(description, "oolong");
    projector.stop();
}

/// Both write as fast as they can: positions stay gapless, versions stay right, nobody waits for ever.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn both_write_at_once() {
    let database = fresh_database().await;
    let node = Node::start(&database).await;
    let shared = node.brand("Shared").await;
    let mut writers = JoinSet::new();
    for writer in 0..8 {
        let node = node.clone();
        writers.spawn(async move {
            let theirs = stock(&node);
            let own = node.brand(&format!("brand {writer}")).await;
            for round in 0..10 {
                let description = describe_brand(&format!("{writer}.{round}"));
                if writer % 2 == 0 {
                    node.executes::<Brand>(shared, description).await.unwrap();
                    continue;
                }
                theirs.execute(&own.to_string(), description.clone()).await.unwrap();
                // Their conflicts are theirs to repeat.
                while let Err(error) = theirs.execute(&shared.to_string(), description.clone()).await {
                    assert!(matches!(error, AggregateError::AggregateConflict), "{error:?}");
                }
            }
        });
    }
    tokio::time::timeout(Duration::from_secs(60), writers.join_all()).await.expect("everybody gets through");

    let loaded = node.store.load::<Brand>(&shared.to_string()).await.unwrap();
    assert_eq!(loaded.sequence, 1 + 8 * 10);
    let events = "SELECT count(*) FROM events";
    assert_eq!(node.count(events).await, 9 + 4 * 10 + 8 * 10);
    assert_eq!(node.count("SELECT max(position) FROM events").await, node.count(events).await);
    assert_eq!(node.count("SELECT position FROM log_head").await, node.count(events).await);
}
