//! Runs: begun, joined, gone on with, told.

use serde_json::json;

use super::{asks, house, is_done, shown, status, visits, watches};
use crate::support::eventually;
use crate::support::shapes::has_keys;
use crate::support::shop::{Page, goods_page};

const KEYS: &[&str] = &[
    "running",
    "run_id",
    "started_at",
    "finished_at",
    "total",
    "checked",
    "changed",
    "failed",
    "next_run_at",
    "last_error",
];

#[tokio::test]
async fn a_run_brings_prices_to_the_board_with_their_evidence() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "3,280");
    let idle = status(&manager).await;
    has_keys(&idle, KEYS);
    assert_eq!(
        (&idle["running"], &idle["run_id"], &idle["next_run_at"]),
        (&json!(false), &json!(null), &json!(null))
    );
    let tea = watches(&manager, &shop, "/tea").await;
    let done = visits(&manager, &[tea]).await;
    has_keys(&done, KEYS);
    let counts = ["total", "checked", "changed", "failed"].map(|key| done[key].as_i64().unwrap());
    assert_eq!((counts, &done["last_error"]), ([1, 1, 1, 0], &json!(null)));
    for key in ["started_at", "finished_at", "next_run_at"] {
        assert_eq!(done[key].as_str().unwrap().len(), "2026-01-29 14:00".len(), "{key}");
    }
    let item = shown(&manager, tea).await;
    assert_eq!((&item["price"], &item["stock_status"]), (&json!(3_280), &json!("in_stock")));
    let prices = manager.get(&format!("/api/audit/listings/{tea}/prices")).await.data();
    assert_eq!(prices["prices"][0]["source"], "crawler");
    let events = manager.get(&format!("/api/audit/listings/{tea}")).await.data();
    let observed = events["events"].as_array().unwrap().last().unwrap().clone();
    assert_eq!(observed["data"]["evidence"]["method"], "meta");
    assert_eq!(observed["data"]["evidence"]["candidates"][0]["text"], "3,280");
    app.finish().await;
}

#[tokio::test]
async fn an_unchanged_page_is_confirmed_without_an_event_of_its_listing() {
    let (app, manager, shop) = house().await;
    let headers = vec![("etag", "\"1\"".to_owned()), ("content-type", "text/html".to_owned())];
    shop.has("/tea", Page::Answer(200, headers, goods_page("3,280", "in stock").into()));
    shop.sells("/cake", "100");
    let goods = [watches(&manager, &shop, "/tea").await, watches(&manager, &shop, "/cake").await];
    visits(&manager, &goods).await;
    let head = app.head().await;
    let done = visits(&manager, &goods).await;
    assert_eq!((&done["checked"], &done["changed"]), (&json!(2), &json!(0)));
    assert!(shop.asked("/tea")[1].1.contains_key("if-none-match"));
    assert_eq!(app.head().await, head + 2, "one entry in the book of observations, and that the run is over");
    shop.sells("/cake", "90");
    let done = visits(&manager, &goods).await;
    assert_eq!(done["changed"], 1);
    let item = shown(&manager, goods[1]).await;
    assert_eq!((&item["price"], &item["previous_price"]), (&json!(90), &json!(100)));
    app.finish().await;
}

#[tokio::test]
async fn while_a_run_is_under_way_its_id_is_the_answer_and_pages_join_it() {
    let (app, manager, shop) = house().await;
    let other = app.another_node().await;
    let open = shop.holds("/tea");
    shop.sells("/cake", "100");
    let (tea, cake) = (watches(&manager, &shop, "/tea").await, watches(&manager, &shop, "/cake").await);
    let run = asks(&manager, &[tea]).await;
    for actor in [&manager, &other.receives(&manager)] {
        let again = actor.post("/api/run_task", json!({ "product_ids": ["cake"] })).await;
        assert!(again.header("tidemark-position").is_some(), "writes carry it (contract R7)");
        let again = again.data();
        assert_eq!((&again["run_id"], &again["status"]), (&json!(run), &json!("running")));
        assert_eq!(status(actor).await["running"], true);
    }
    eventually("the held page is asked for", || async { (!shop.asked("/tea").is_empty()).then_some(()) })
        .await;
    open.add_permits(1);
    let done = is_done(&manager, &run).await;
    assert_eq!((&done["total"], &done["checked"], &done["changed"]), (&json!(2), &json!(2), &json!(2)));
    assert_eq!((shop.asked("/tea").len(), shop.asked("/cake").len()), (1, 1), "one run in the cluster");
    assert_eq!(shown(&manager, cake).await["price"], 100);
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_run_whose_node_died_is_gone_on_with() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "100");
    let tea = watches(&manager, &shop, "/tea").await;
    let run = uuid::Uuid::now_v7();
    let mut transaction = app.app.pool.begin().await.unwrap();
    sqlx::query(
        "INSERT INTO crawl_runs (id, asked_by, total, node, lease_until, attempts) \
         VALUES ($1, 'somebody', 1, $2, clock_timestamp() + interval '1 second', 1)",
    )
    .bind(run)
    .bind(uuid::Uuid::now_v7())
    .execute(&mut *transaction)
    .await
    .unwrap();
    let page = sqlx::query("INSERT INTO crawl_run_pages (run, listing) VALUES ($1, $2)").bind(run).bind(tea);
    page.execute(&mut *transaction).await.unwrap();
    transaction.commit().await.unwrap();
    assert_eq!(status(&manager).await["running"], true);
    let done = is_done(&manager, &run.to_string()).await;
    assert_eq!((&done["checked"], &done["changed"]), (&json!(1), &json!(1)));
    app.finish().await;
}

#[tokio::test]
async fn due_pages_are_visited_without_being_named() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "100");
    let tea = watches(&manager, &shop, "/tea").await;
    let due =
        || async { manager.post("/api/run_task", "{}").await.data()["run_id"].as_str().unwrap().to_owned() };
    assert_eq!(is_done(&manager, &due().await).await["checked"], 1, "a new page is due");
    assert_eq!(is_done(&manager, &due().await).await["total"], 0, "not again before its interval is over");
    let earlier = "UPDATE crawl_pages SET checked_at = checked_at - interval '4 hours 1 minute'";
    sqlx::query(earlier).execute(&app.app.pool).await.unwrap();
    app.app.crawler.begin_due().await.unwrap();
    let begun = || async {
        let status = status(&manager).await;
        (status["running"] == false && shop.asked("/tea").len() == 2).then_some(())
    };
    eventually("a run begins by itself", begun).await;
    manager.patch(&format!("/api/listings/{tea}"), json!({ "url": shop.url("/cake") })).await.data();
    let run = due().await;
    assert_eq!(is_done(&manager, &run).await["checked"], 1, "another address is due at once");
    assert_eq!(shop.asked("/cake").len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn what_cannot_be_visited_or_read_is_told() {
    let (app, manager, shop) = house().await;
    shop.sells("/tea", "100");
    let body = json!({ "url": shop.url("/tea"), "extract": "css:.no-such-class" });
    let tea = manager.post("/api/listings", body).await.data()["id"].as_i64().unwrap();
    for (body, named) in [
        (json!({ "listing_ids": [tea, 999] }), "999"),
        (json!({ "product_ids": ["nothing"] }), "nothing"),
        (json!({ "listing_ids": "1" }), "listing_ids"),
        (json!({ "listing_ids": [0] }), "listing_ids"),
    ] {
        let error = manager.post("/api/run_task", &body).await.fails_with(400);
        assert!(error.contains(named), "{body}: {error}");
    }
    let done = visits(&manager, &[tea]).await;
    assert_eq!(done["failed"], 1);
    assert_eq!(done["last_error"], format!("listing {tea}: the selector matches nothing"));
    assert_eq!(shown(&manager, tea).await["price"], json!(null));
    manager
        .patch(&format!("/api/listings/{tea}"), json!({ "extract": null, "currency": "USD" }))
        .await
        .data();
    let done = visits(&manager, &[tea]).await;
    assert!(done["last_error"].as_str().unwrap().contains("currency"), "{done}");
    app.finish().await;
}
