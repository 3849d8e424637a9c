//! Two servers on one database: what one writes, the other must not overlook.

use aggregates::brands::{Brand, BrandCommand, BrandPatch};
use aggregates::values::Status;
use tidemark::event_store::{Context, ExecuteError};

use crate::support::postgres::fresh_database;
use crate::support::{TestApp, eventually};

fn rename(name: &str) -> BrandCommand {
    let patch = BrandPatch { name: Some(name.to_owned()), ..BrandPatch::default() };
    BrandCommand::Change { patch, figures: Default::default() }
}

/// A command that appends nothing is not checked by the log, so the state that decided it must be the newest.
#[tokio::test]
async fn a_remembered_state_neither_refuses_nor_agrees_out_of_date() {
    let database = fresh_database().await;
    let (one, two) =
        (crate::event_store::Node::start(&database).await, crate::event_store::Node::start(&database).await);
    let brand = one.brand("Tea").await;

    two.executes::<Brand>(brand, rename("Coffee")).await.unwrap();
    let outcome = one.executes::<Brand>(brand, rename("Tea")).await.unwrap();
    assert_eq!(outcome.appended, 1, "it is called Coffee by now");

    two.executes::<Brand>(brand, BrandCommand::Delete).await.unwrap();
    let gone = one.executes::<Brand>(brand, rename("Tea")).await;
    assert!(matches!(gone, Err(ExecuteError::Refused(_))), "{gone:?}");

    // Asked for before it began, it was remembered as nothing.
    let id = uuid::Uuid::now_v7();
    let unknown = one.executes::<Brand>(id, rename("Chai")).await;
    assert!(matches!(unknown, Err(ExecuteError::Refused(_))), "{unknown:?}");
    let create = crate::event_store::create_brand(id, "Chai");
    let context = Context::system("test", "test", "test".to_owned());
    two.store.create::<Brand>(&id.to_string(), create, &context).await.unwrap();
    assert_eq!(one.executes::<Brand>(id, rename("Masala")).await.unwrap().appended, 1);
}

/// The news that the read tables moved may come before the events themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_on_the_second_server_miss_nothing() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Tea week").await;
    let mut socket = second.receives(&manager).watches(&campaign).await;

    for round in 0..30 {
        let status = if round % 2 == 0 { Status::Accepted } else { Status::Pending };
        manager.moves(&campaign, status).await;
        socket.shows(|frame| frame.status() == status.code()).await;
    }
    socket.leaves().await;
    second.leaves().await;
    app.finish().await;
}

/// A campaign is there for sockets everywhere as soon as its creation was answered.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_campaign_can_be_watched_on_the_second_server_at_once() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let there = second.receives(&manager);
    let tea = manager.creates_brand("Tea").await;
    for round in 0..10 {
        let campaign = manager.creates_campaign(&tea, &format!("Tea week {round}")).await;
        let mut socket = there.watches(&campaign).await;
        socket.shows(|frame| frame.status() == "pending").await;
        socket.leaves().await;
    }
    second.leaves().await;
    app.finish().await;
}

/// A rebuild changes rows without an event: what was remembered of them is forgotten, on every node.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_is_seen_in_remembered_answers() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, admin) = (app.manager().await, app.admin().await);
    let tea = manager.creates_brand("Tea").await;
    sqlx::query("UPDATE read.brands SET description = 'damaged'").execute(&app.app.pool).await.unwrap();
    let readers = [manager.clone(), second.receives(&manager)];
    for reader in &readers {
        assert_eq!(reader.sees(&tea).await["description"], "damaged");
    }

    admin.post("/api/admin/projections/brands/rebuild", "{}").await.data();

    for reader in &readers {
        eventually("the brand is whole again", || async {
            reader.sees(&tea).await["description"].is_null().then_some(())
        })
        .await;
    }
    second.leaves().await;
    app.finish().await;
}
