//! Rules that watch listings, and what they came to (contract §3).

mod firing;
mod notices;
mod repetition;
mod rules;
mod trial;
mod why;

use chrono::{SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Actor, eventually};

const RULES: &str = "/api/alerts/rules";
const ALERTS: &str = "/api/alerts";

/// Starts watching a page.
async fn watches(manager: &Actor, code: &str) -> i64 {
    let body = json!({ "url": format!("https://shop.example/goods/{code}"), "product_id": code,
        "name": format!("Goods {code}"), "brand": "TeaCo", "category": "茶" });
    manager.post("/api/listings", body).await.data()["id"].as_i64().expect("a number")
}

/// Sets a rule; gives its id.
async fn sets(manager: &Actor, rule: Value) -> String {
    manager.post(RULES, rule).await.data()["id"].as_str().expect("an id").to_owned()
}

/// A price that was seen so many minutes ago.
async fn sees(manager: &Actor, listing: i64, price: i64, minutes_ago: i64) {
    let seen = json!([{ "listing": listing, "price": price, "observed_at": ago(minutes_ago) }]);
    let taken = manager.post("/api/listings/observations", seen).await.data();
    assert_eq!(taken["rejected"], json!([]), "{taken}");
}

fn ago(minutes: i64) -> String {
    (Utc::now() - TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// The alerts, newest first, once there are so many.
async fn alerts(actor: &Actor, query: &str, count: usize) -> Vec<Value> {
    let path = format!("{ALERTS}{query}");
    eventually(&format!("{count} alerts"), || async {
        let found = actor.get(&path).await.data();
        let found = found.as_array().expect("an array").clone();
        assert!(found.len() <= count, "{found:?}");
        (found.len() == count).then_some(found)
    })
    .await
}

/// Waits until everything written so far was judged: a sentinel of its own listing and rule fires.
async fn judged(manager: &Actor) {
    let code = format!("SENTINEL-{}", uuid::Uuid::now_v7());
    let listing = watches(manager, &code).await;
    let rule = json!({ "name": "sentinel", "when": "below", "value": 1_000_000, "scope": { "listing_ids": [listing] } });
    let rule = sets(manager, rule).await;
    sees(manager, listing, 1, 0).await;
    alerts(manager, &format!("?rule_id={rule}"), 1).await;
}

fn of<'a>(alerts: &'a [Value], field: &str) -> Vec<&'a Value> {
    alerts.iter().map(|alert| &alert[field]).collect()
}
