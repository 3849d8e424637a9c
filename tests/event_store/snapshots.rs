//! Snapshots make loading quicker and change nothing else.

use aggregates::Decider;
use aggregates::campaigns::{Campaign, CampaignCommand, CampaignEvent, CreatorPatch, CreatorReport};
use tidemark::event_store::Loaded;
use uuid::Uuid;

use super::Node;
use crate::support::eventually;
use crate::support::postgres::{TestDatabase, fresh_database};

/// A campaign with more events than a snapshot waits for.
async fn long_campaign(database: &TestDatabase) -> (Node, Uuid) {
    let node = Node::start(database).await;
    let brand = node.brand("Tea").await;
    let campaign = node.campaign(brand, "Tea week").await;
    for round in 0..6 {
        let report = |creator: i64| CreatorReport {
            creator_id: format!("creator {creator}"),
            patch: CreatorPatch { followers: Some(creator * 100 + round), ..CreatorPatch::default() },
        };
        let creators = (0..45).map(report).collect();
        let command = CampaignCommand::Report { status: None, results: Default::default(), creators };
        node.executes::<Campaign>(campaign, command).await.unwrap();
    }
    eventually("there is a snapshot", || async {
        (node.count("SELECT count(*) FROM snapshots").await == 1).then_some(())
    })
    .await;
    (node, campaign)
}

/// The state as nothing but the events tell it, up to a position.
async fn folded(node: &Node, campaign: Uuid, until: i64) -> Loaded<Campaign> {
    let events: Vec<(i64, i64, String)> = sqlx::query_as(
        "SELECT sequence, position, payload::text FROM events \
         WHERE aggregate_type = 'campaign' AND aggregate_id = $1 AND position <= $2 ORDER BY sequence",
    )
    .bind(campaign.to_string())
    .bind(until)
    .fetch_all(&node.pool)
    .await
    .unwrap();
    let mut loaded = Loaded::<Campaign>::default();
    for (sequence, position, payload) in events {
        loaded.state.evolve(&serde_json::from_str::<CampaignEvent>(&payload).unwrap());
        (loaded.sequence, loaded.position) = (sequence, position);
    }
    loaded
}

#[track_caller]
fn same(one: &Loaded<Campaign>, other: &Loaded<Campaign>) {
    assert_eq!(one.state, other.state);
    assert_eq!((one.sequence, one.position), (other.sequence, other.position));
}

#[tokio::test]
async fn a_long_stream_loads_to_what_its_events_tell() {
    let database = fresh_database().await;
    let (node, campaign) = long_campaign(&database).await;
    let (id, head) = (campaign.to_string(), node.store.confirmed_head().await.unwrap());
    let snapshot: i64 = node.count("SELECT sequence FROM snapshots").await;
    assert!(
        snapshot > 250 && node.count("SELECT state_version::bigint FROM snapshots").await == 1,
        "{snapshot}"
    );

    for until in [head, head - 1, snapshot + 1, snapshot, snapshot - 1, 100, 2, 1] {
        let loaded = node.store.load_until::<Campaign>(&id, until).await.unwrap();
        same(&loaded, &folded(&node, campaign, until).await);
    }
    let other = Node::start(&database).await;
    assert_eq!(other.reports(campaign, "creator 7", 1).await.position, head + 1);
    let loaded = node.store.load::<Campaign>(&id).await.unwrap();
    same(&loaded, &folded(&node, campaign, i64::MAX).await);
}

#[tokio::test]
async fn a_snapshot_that_is_not_ours_is_ignored() {
    let database = fresh_database().await;
    let (node, campaign) = long_campaign(&database).await;
    let expected = folded(&node, campaign, i64::MAX).await;

    for spoil in [
        "UPDATE snapshots SET state_version = 2, state = '{}'",
        "UPDATE snapshots SET state_version = 1, state = '[\"no campaign\"]'",
        "DELETE FROM snapshots",
    ] {
        sqlx::query(spoil).execute(&node.pool).await.unwrap();
        let loaded = node.store.load::<Campaign>(&campaign.to_string()).await.unwrap();
        same(&loaded, &expected);
    }
}

/// A slow writer of an old snapshot must not undo a newer one.
#[tokio::test]
async fn the_newest_snapshot_stays() {
    let database = fresh_database().await;
    let (node, campaign) = long_campaign(&database).await;
    sqlx::query("UPDATE snapshots SET sequence = 10000").execute(&node.pool).await.unwrap();
    let report = |creator: i64| CreatorReport {
        creator_id: format!("late {creator}"),
        patch: CreatorPatch { followers: Some(1), ..CreatorPatch::default() },
    };
    let creators = (0..250).map(report).collect();
    let command = CampaignCommand::Report { status: None, results: Default::default(), creators };

    node.executes::<Campaign>(campaign, command).await.unwrap();

    let writes = "SELECT count(*) FROM pg_stat_activity \
         WHERE datname = current_database() AND query LIKE 'INSERT INTO snapshots%' AND state = 'active'";
    eventually("nothing is being written", || async { (node.count(writes).await == 0).then_some(()) }).await;
    assert_eq!(node.count("SELECT sequence FROM snapshots").await, 10_000);
}
