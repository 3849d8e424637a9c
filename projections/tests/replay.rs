//! Invariant: the rows are a function of the events alone, whatever the batches were.

use std::collections::BTreeMap;

use aggregates::brands::Brand;
use aggregates::campaigns::Campaign;
use aggregates::products::Product;
use projections::campaigns::{CreatorListView, creator_list, find_campaign};
use projections::{ApplyError, Versioned};
use sqlx::Executor;
use uuid::Uuid;

use crate::busy::{self, FamilyB};
use crate::support::{History, House, followed, tables};

/// The histories of all slices.
const SEEDS: [u64; 2] = [7, 8];
/// How much happens in each.
const ACTS: usize = 4_000;
/// Of each event, for them to prove anything.
const EVENTS_MIN: usize = 3;

/// Brands, products and campaigns alone.
fn of_family_b(acts: usize, seed: u64) -> History {
    busy::history(vec![Box::new(FamilyB::default())], acts, seed)
}

/// A history proves something of those events alone that are in it.
#[test]
fn busy_histories_have_every_event_that_a_projection_follows() {
    let histories = SEEDS.map(|seed| busy::history(busy::all(), ACTS, seed));
    let events = || histories.iter().flat_map(History::events);
    let mut missing = BTreeMap::new();
    for event_type in projections::all().iter().flat_map(|projection| projection.follows()) {
        let count = events().filter(|event| &*event.event_type == *event_type).count();
        if count < EVENTS_MIN {
            missing.insert(*event_type, count);
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[tokio::test]
async fn batches_of_any_size_give_identical_rows() {
    for seed in SEEDS {
        let history = busy::history(busy::all(), ACTS, seed);
        let one_by_one = House::after(&history).await.rows().await;
        for table in tables() {
            let count = one_by_one.iter().filter(|(of, _)| *of == table).count();
            assert!(count > 0, "{table} is empty, which proves nothing");
        }
        for batch_size in [2, 7, 50, 500, usize::MAX] {
            let house = House::new().await;
            house.fold(&history, batch_size).await.unwrap();
            let rows = house.rows().await;
            let other: Vec<_> = one_by_one.iter().zip(&rows).filter(|(one, other)| one != other).collect();
            assert!(other.is_empty(), "in batches of {batch_size}, seed {seed}: {other:#?}");
            assert_eq!(one_by_one.len(), rows.len(), "in batches of {batch_size}, seed {seed}");
        }
    }
}

/// What is unique is settled in the log, by claims. A batch may take a name from one thing and give it to another, and
/// its rows are written in any order: a table that refuses a name twice would refuse the batch.
#[tokio::test]
async fn only_its_key_is_unique_in_a_read_table() {
    let house = House::new().await;
    let sql = "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid \
        WHERE relnamespace = 'read'::regnamespace AND indisunique AND NOT indisprimary";
    let unique: Vec<String> = sqlx::query_scalar(sql).fetch_all(&house.pool).await.unwrap();
    assert!(unique.is_empty(), "{unique:?}");
}

#[tokio::test]
async fn rows_say_what_the_folded_states_say() {
    let history = of_family_b(2_000, 3);
    let house = House::after(&history).await;
    let in_brand = |campaign: &Campaign, product: &Uuid| {
        let (_, product) = history.state::<Product>(&product.to_string());
        product.is_active && product.brand == campaign.brand
    };
    let mut links = 0;
    for campaign in history.states::<Campaign>() {
        let shown = find_campaign(&house.pool, campaign.id).await.unwrap();
        let is_live = campaign.is_active && history.state::<Brand>(&campaign.brand.to_string()).1.is_active;
        assert_eq!(shown.is_some(), is_live);
        let Some(Versioned { view, .. }) = shown else { continue };
        let linked = campaign.link_product.iter().copied().filter(|product| in_brand(campaign, product));
        assert_eq!(view.link_product, linked.collect::<Vec<_>>());
        assert_eq!((view.brand, view.status), (campaign.brand, campaign.status.code()));
        assert_eq!(view.budget, campaign.details.budget);
        assert_eq!(view.gmv_achieved, campaign.results.gmv_achieved);
        let list = creator_list(&house.pool, campaign.id).await.unwrap().unwrap();
        assert_eq!(list.view, CreatorListView::of(campaign, None));
        links += view.link_product.len();
    }
    assert!(links > 0);
}

#[tokio::test]
async fn a_rebuild_beside_the_live_tables_gives_identical_rows_and_leaves_them_alone() {
    let history = busy::history(busy::all(), 1_500, 11);
    let house = House::after(&history).await;
    let live = house.rows().await;
    house.pool.execute("CREATE SCHEMA rebuilt").await.unwrap();
    for table in tables() {
        let sql = format!("CREATE TABLE rebuilt.{table} (LIKE read.{table} INCLUDING ALL)");
        house.pool.execute(sql.as_str()).await.unwrap();
    }
    // One connection, which has prepared its statements for the live tables already.
    let mut connection = house.pool.acquire().await.unwrap();
    connection.execute("SET search_path = rebuilt").await.unwrap();
    for projection in projections::all() {
        let events = followed(&*projection, history.events());
        projection.apply(&mut connection, &events).await.unwrap();
    }
    drop(connection);
    for table in tables() {
        let sql = format!(
            "SELECT count(*) FROM (
                (TABLE read.{table} EXCEPT TABLE rebuilt.{table})
                UNION ALL (TABLE rebuilt.{table} EXCEPT TABLE read.{table})
            ) different"
        );
        let different: i64 = sqlx::query_scalar(&sql).fetch_one(&house.pool).await.unwrap();
        assert_eq!(different, 0, "{table}");
    }
    assert_eq!(house.rows().await, live);
    assert!(live.len() > 20);
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_is_named() {
    let unknown = r#"{"CampaignChanged": {"changes": {"status": 5, "name": 7}}}"#;
    let orphan = r#"{"CampaignDeleted": {}}"#;
    for (json, event_type, because) in
        [(unknown, "CampaignChanged", "expected a string"), (orphan, "CampaignDeleted", "nothing is known")]
    {
        let mut history = History::default();
        history.brand("Tea");
        let stream = history.new_id();
        history.append_raw("campaign", stream, 2, event_type, json);
        let house = House::new().await;
        match house.fold(&history, 10).await {
            Err(ApplyError::Unreadable { position: 2, reason }) => {
                assert!(reason.contains(because), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    }
}
