//! Pages that are gone, as a crawler tells of them.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use tidemark::event_store::Context;
use tidemark::observations::{Intake, Look, Named, Report, Sighting};

use super::{board, observes, seen, watches};
use crate::support::TestApp;

/// The crawler finds a listing's page gone, so many minutes ago.
async fn finds_gone(app: &TestApp, listing: i64, minutes_ago: i64) -> Report {
    let now = Utc::now();
    let look =
        Look::Gone { at: now - TimeDelta::minutes(minutes_ago), evidence: Some(json!({ "status": 404 })) };
    let sighting = Sighting { index: 0, listing: Named::Number(listing), look, about: None };
    let intake = Intake { run: None, source: "crawler".to_owned(), creates: false, now };
    let context = Context::system("crawler", "crawl", "run".to_owned());
    app.app.observations.take(&[sighting], &intake, &context).await.unwrap()
}

#[tokio::test]
async fn two_answers_in_a_row_delist_and_a_sight_of_it_relists() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 60)])).await;
    let status = async || board(&manager, "").await["items"][0]["status"].clone();

    let first = finds_gone(&app, id, 50).await;
    assert_eq!((first.gone, first.delisted_listings.len()), (1, 0));
    assert_eq!(status().await, "active");
    observes(&manager, json!([seen(id, 100, 45)])).await;
    assert!(finds_gone(&app, id, 40).await.delisted_listings.is_empty(), "it was seen in between");
    let second = finds_gone(&app, id, 30).await;
    assert!(second.delisted_listings.contains(&id));
    assert_eq!(status().await, "delisted");
    assert_eq!(board(&manager, "?filter=delisted").await["total"], 1);
    assert!(finds_gone(&app, id, 25).await.delisted_listings.is_empty(), "it is already");

    observes(&manager, json!([seen(id, 100, 20)])).await;
    assert_eq!(status().await, "active");
    assert!(finds_gone(&app, id, 22).await.delisted_listings.is_empty(), "that was before");
    assert_eq!(finds_gone(&app, id, 21).await.failed, 1);
    assert_eq!(status().await, "active");
    let events = manager.get(&format!("/api/audit/listings/{id}")).await.data();
    let types: Vec<_> =
        events["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["ListingRegistered", "PriceObserved", "ListingDelisted", "ListingRelisted"]);
    app.finish().await;
}

#[tokio::test]
async fn whoever_relists_by_hand_begins_to_count_anew() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let other = app.another_node().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 60)])).await;
    for minutes_ago in [50, 40] {
        finds_gone(&app, id, minutes_ago).await;
    }
    let path = format!("/api/listings/{id}");
    assert_eq!(manager.get(&path).await.data()["status"], "delisted");
    other.receives(&manager).patch(&path, json!({ "status": "active" })).await.data();
    assert!(finds_gone(&app, id, 30).await.delisted_listings.is_empty());
    assert!(finds_gone(&app, id, 20).await.delisted_listings.contains(&id));
    other.leaves().await;
    app.finish().await;
}
