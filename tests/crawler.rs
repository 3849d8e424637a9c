//! The crawler: runs that visit the pages of listings (contract §3, issue 3.3).

mod charts;
mod delisting;
mod failures;
mod runs;

use aggregates::users::Role;
use serde_json::{Value, json};

use crate::support::shop::Shop;
use crate::support::{Actor, TestApp, eventually};

/// A house that may visit shops next door.
async fn house() -> (TestApp, Actor, Shop) {
    let app = TestApp::with(Shop::is_visited).await;
    let manager = app.somebody(Role::Manager).await;
    (app, manager, Shop::opens().await)
}

/// Begins to watch a page of the shop; its number.
async fn watches(manager: &Actor, shop: &Shop, path: &str) -> i64 {
    let body = json!({ "url": shop.url(path), "product_id": path.trim_start_matches('/') });
    manager.post("/api/listings", body).await.data()["id"].as_i64().expect("a number")
}

async fn asks(manager: &Actor, listings: &[i64]) -> String {
    let run = manager.post("/api/run_task", json!({ "listing_ids": listings })).await.data();
    run["run_id"].as_str().expect("a run").to_owned()
}

async fn status(actor: &Actor) -> Value {
    actor.get("/api/system/crawler/status").await.data()
}

/// Visits these, and waits until it is done.
async fn visits(manager: &Actor, listings: &[i64]) -> Value {
    let run = asks(manager, listings).await;
    is_done(manager, &run).await
}

async fn is_done(actor: &Actor, run: &str) -> Value {
    let done = || async {
        let status = status(actor).await;
        (status["running"] == false && status["run_id"] == run).then_some(status)
    };
    eventually("the run ends", done).await
}

/// The listing as the board shows it.
async fn shown(actor: &Actor, listing: i64) -> Value {
    actor.get(&format!("/api/listings/{listing}")).await.data()
}
