//! Goods that are watched: the board, observations and history (contract §3).

mod bad_input;
mod board;
mod gone;
mod history;
mod observing;
mod order;
mod watching;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::support::{Actor, Response};

/// The keys of an item of the board.
const ITEM: &[&str] = &[
    "id",
    "product_id",
    "name",
    "brand",
    "category",
    "url",
    "image_url",
    "price",
    "previous_price",
    "price_change",
    "change_percent",
    "status",
    "stock_status",
    "last_checked",
    "last_changed",
    "first_seen",
];

const OBSERVATIONS: &str = "/api/listings/observations";

/// Starts watching a page.
async fn watches(manager: &Actor, code: &str, fields: Value) -> i64 {
    let mut body = json!({ "url": format!("https://shop.example/goods/{}", code.replace(' ', "-")), "product_id": code });
    body.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    manager.post("/api/listings", body).await.data()["id"].as_i64().expect("a number")
}

/// Sends observations; all of them are taken.
async fn observes(manager: &Actor, observations: Value) -> Value {
    let taken = manager.post(OBSERVATIONS, observations).await.data();
    assert_eq!(taken["rejected"], json!([]), "{taken}");
    taken
}

/// One observation of a price, so many minutes ago.
fn seen(listing: impl Into<Value>, price: impl Into<Value>, minutes_ago: i64) -> Value {
    json!({ "listing": listing.into(), "price": price.into(), "observed_at": ago(minutes_ago) })
}

fn ago(minutes: i64) -> String {
    (Utc::now() - TimeDelta::minutes(minutes)).to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// As family M prints it in Taipei.
fn minute(time: &str) -> String {
    let time: DateTime<Utc> = time.parse().unwrap();
    (time + TimeDelta::hours(8)).format("%Y-%m-%d %H:%M").to_string()
}

/// A bare page of the board.
async fn board(actor: &Actor, query: &str) -> Value {
    let answer: Response = actor.get(&format!("/api/products{query}")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json
}

/// The codes on a page, in order.
async fn codes(actor: &Actor, query: &str) -> Vec<String> {
    let page = board(actor, query).await;
    let items = page["items"].as_array().unwrap().iter();
    items.map(|item| item["product_id"].as_str().unwrap_or("-").to_owned()).collect()
}

/// The prices of a history, newest first.
async fn prices(actor: &Actor, name: &str) -> Vec<Value> {
    let answer = actor.get(&format!("/api/history/{name}")).await;
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    answer.json.as_array().unwrap().iter().map(|entry| entry["p"].clone()).collect()
}
