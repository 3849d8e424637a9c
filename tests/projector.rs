//! The read tables' keeper: who leads, what waits, and what a crash of the database takes back.

use std::str::FromStr;

use aggregates::Metadata;
use aggregates::brands::{Brand, BrandCommand, BrandPatch};
use serde_json::value::RawValue;
use tidemark::event_store::append::Request;
use tidemark::event_store::{NewEvent, StreamAppend};
use uuid::Uuid;

use crate::support::{TestApp, eventually};

/// An event that this build cannot read, as another program may have written it.
async fn append_unreadable(app: &TestApp, brand: &str) -> i64 {
    let id = Uuid::from_str(brand).unwrap();
    let expected = app.app.store.load::<Brand>(&id.to_string()).await.unwrap().sequence;
    let event = NewEvent {
        event_type: "BrandChanged".into(),
        event_version: "1.0".into(),
        payload: RawValue::from_string("{\"BrandChanged\":7}".to_owned()).unwrap(),
    };
    let stream = StreamAppend { kind: "brand", id: brand.into(), expected, events: vec![event] };
    let request = Request {
        streams: vec![stream],
        claims: Vec::new(),
        key: None,
        metadata: Metadata::default().into(),
    };
    app.app.store.append(request).await.unwrap().last_position
}

async fn parked(app: &TestApp) -> Vec<(String, i64)> {
    sqlx::query_as("SELECT projection, position FROM parked_streams ORDER BY projection")
        .fetch_all(&app.app.pool)
        .await
        .unwrap()
}

async fn checkpoint(app: &TestApp, projection: &str) -> i64 {
    sqlx::query_scalar("SELECT position FROM projected WHERE projection = $1")
        .bind(projection)
        .fetch_one(&app.app.pool)
        .await
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_goes_past_what_cannot_be_read_and_parks_it_again() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.admin().await);
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let position = append_unreadable(&app, &tea.id).await;
    eventually("the stream is parked", || async { (!parked(&app).await.is_empty()).then_some(()) }).await;
    let before = parked(&app).await;
    assert!(before.contains(&("brands".to_owned(), position)), "{before:?}");

    let job = admin.post("/api/admin/projections/brands/rebuild", "{}").await.data();
    let job = Uuid::from_str(job["job_id"].as_str().unwrap()).unwrap();
    let job = eventually("the rebuild ends", || async {
        app.app.projector.job(job).await.unwrap().filter(|job| job.is_over())
    })
    .await;

    assert_eq!((job.state.as_str(), job.error), ("done", None));
    assert_eq!(parked(&app).await, before);
    assert_eq!(manager.sees(&coffee).await["name"], "Coffee");
    app.abandon().await;
}

/// A projection of a newer build, while this older one leads: its events are not passed over.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_checkpoint_of_another_build_stays_where_it_is() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    sqlx::query("INSERT INTO checkpoints (projection, version) VALUES ('of_tomorrow', 1)")
        .execute(&app.app.pool)
        .await
        .unwrap();
    manager.creates_brand("Tea").await;
    assert!(checkpoint(&app, "brands").await > 0);
    assert_eq!(checkpoint(&app, "of_tomorrow").await, 0);
    app.finish().await;
}

/// The newest rows are not on the disk yet when Postgres crashes: rows and checkpoints go back together.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_notices_that_the_read_tables_went_back() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let head = app.head().await;
    let projector = &app.app.projector;
    assert!(projector.applied() >= head);

    // As after a crash: no leader for a moment, older checkpoints, a new connection.
    projector.stop();
    let back = "UPDATE live_checkpoint SET position = position - 1";
    sqlx::query(back).execute(&app.app.pool).await.unwrap();
    let mut held = Vec::new();
    while projector.applied() >= head {
        held.push(app.app.pool.acquire().await.unwrap());
    }
    assert_eq!(projector.applied(), head - 1);
    drop(held);
    let answer = manager.get(&tea.path).await;
    assert_eq!(answer.status, 503, "an answer from tables that went back may lack acknowledged writes");
    app.abandon().await;
}

/// A job that outlives its leader by a moment must not touch what the next one has begun.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_of_a_leader_that_was_replaced_changes_nothing() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.admin().await);
    let tea = manager.creates_brand("Tea").await;
    sqlx::query("UPDATE read.brands SET description = 'damaged'").execute(&app.app.pool).await.unwrap();
    sqlx::query("UPDATE projector_term SET term = term + 1").execute(&app.app.pool).await.unwrap();

    let job = admin.post("/api/admin/projections/brands/rebuild", "{}").await.data();
    let job = Uuid::from_str(job["job_id"].as_str().unwrap()).unwrap();
    let job = eventually("the rebuild ends", || async {
        app.app.projector.job(job).await.unwrap().filter(|job| job.is_over())
    })
    .await;

    assert_eq!(job.state, "failed");
    assert!(job.error.unwrap().contains("another node leads"));
    assert_eq!(manager.sees(&tea).await["description"], "damaged");
    app.abandon().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_build_leaves_newer_tables_alone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let version = "UPDATE checkpoints SET version = version + 1 WHERE projection = 'brands'";
    sqlx::query(version).execute(&app.app.pool).await.unwrap();
    // The leader's connection breaks; nobody else is there, and this build must not take the lead again.
    let cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
               WHERE application_name = 'tidemark projector' AND datname = current_database()";
    sqlx::query(cut).execute(&app.app.pool).await.unwrap();
    eventually("it does not lead", || async { (!app.app.projector.leads()).then_some(()) }).await;

    let patch = BrandPatch { name: Some("Coffee".to_owned()), ..BrandPatch::default() };
    let change = BrandCommand::Change { patch, figures: Default::default() };
    let context = tidemark::event_store::Context::system("test", "test", "test".to_owned());
    let outcome = app.app.store.execute::<Brand>(&tea.id, change, &context).await.unwrap();
    let waited = app.app.projector.wait(outcome.position, tidemark::limits::VISIBLE_WITHIN).await;
    assert!(!waited, "an older build wrote newer tables");
    app.abandon().await;
}

/// What of the read tables' make a rebuild could lose: how they are kept, and their indexes.
async fn make_of_tables(app: &TestApp) -> Vec<(String, String, Option<String>, Vec<String>)> {
    let mut tables: Vec<(_, _, _, Vec<String>)> = sqlx::query_as(
        "SELECT c.relname::text, c.relpersistence::text, array_to_string(c.reloptions, ','), \
                (SELECT array_agg(regexp_replace(pg_get_indexdef(i.indexrelid), 'INDEX \\S+', 'INDEX') || \
                                  coalesce(obj_description(i.indexrelid, 'pg_class'), '')) \
                   FROM pg_index i WHERE i.indrelid = c.oid) \
           FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = to_regnamespace('read') ORDER BY 1",
    )
    .fetch_all(&app.app.pool)
    .await
    .unwrap();
    tables.iter_mut().for_each(|(_, _, _, indexes)| indexes.sort());
    tables
}

/// Copies are filled without what slows that down. The tables that take the live ones' place lack nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_leaves_the_tables_as_they_were_made() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.manager().await.creates_brand("Tea").await;
    let before = make_of_tables(&app).await;
    assert!(
        before.iter().any(|(_, _, options, indexes)| options.is_some() && indexes.len() > 5),
        "{before:?}"
    );
    for projection in ["brands", "campaigns", "listings"] {
        let job = admin.post(&format!("/api/admin/projections/{projection}/rebuild"), "{}").await.data();
        let job = Uuid::from_str(job["job_id"].as_str().unwrap()).unwrap();
        let job = eventually("the rebuild ends", || async {
            app.app.projector.job(job).await.unwrap().filter(|job| job.is_over())
        })
        .await;
        assert_eq!((job.state.as_str(), job.error), ("done", None));
    }
    assert_eq!(make_of_tables(&app).await, before);
    app.finish().await;
}
