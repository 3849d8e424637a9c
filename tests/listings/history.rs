use serde_json::{Value, json};

use super::{ago, minute, observes, prices, seen, watches};
use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn history_is_every_change_and_the_latest_check_newest_first() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A/1 茶", json!({})).await;
    let times = [ago(400), ago(300), ago(200), ago(100)];
    let look = |n: usize, price: i64| json!({ "listing": id, "price": price, "observed_at": times[n] });
    observes(&manager, json!([look(0, 3180), look(1, 3280)])).await;
    let two = json!([{ "t": minute(&times[1]), "p": 3280 }, { "t": minute(&times[0]), "p": 3180 }]);
    let path = format!("/api/history/{id}");
    assert_eq!(manager.get(&path).await.json, two);
    observes(&manager, json!([look(2, 3280)])).await;
    observes(&manager, json!([look(3, 3280)])).await;
    let three = json!([{ "t": minute(&times[3]), "p": 3280 }, two[0], two[1]]);
    assert_eq!(manager.get(&path).await.json, three);
    assert_eq!(manager.get("/api/history/A%2F1%20%E8%8C%B6").await.json, three, "by its code");
    assert_eq!(manager.get(&format!("{path}?limit=1")).await.json, json!([three[0]]));
    let from = &times[1];
    assert_eq!(manager.get(&format!("{path}?from={from}&to={from}")).await.json, json!([two[0]]));
    for unknown in ["/api/history/999999", "/api/history/nothing"] {
        manager.get(unknown).await.fails_with(404);
    }
    for bad in ["limit=0", "limit=x", "from=later", "granularity=week"] {
        manager.get(&format!("{path}?{bad}")).await.fails_with(400);
    }
    manager.delete(&format!("/api/listings/{id}")).await.data();
    manager.get(&path).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn hours_and_days_show_their_last_price() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let look = |time: &str, price: i64| json!({ "listing": id, "price": price, "observed_at": time });
    observes(
        &manager,
        json!([
            look("2026-01-28 14:00", 3180),
            look("2026-01-28 14:59", 3190),
            look("2026-01-28 23:59", 3200),
            look("2026-01-29 00:00", 3210),
            look("2026-01-29 00:30", 3280),
        ]),
    )
    .await;
    let hours = manager.get(&format!("/api/history/{id}?granularity=hour")).await.json;
    let times: Vec<_> = hours.as_array().unwrap().iter().map(|entry| entry["t"].clone()).collect();
    assert_eq!(times, ["2026-01-29 00:30", "2026-01-28 23:59", "2026-01-28 14:59"]);
    let days = manager.get(&format!("/api/history/{id}?granularity=day")).await.json;
    assert_eq!(days, json!([{ "t": "2026-01-29 00:30", "p": 3280 }, { "t": "2026-01-28 23:59", "p": 3200 }]));
    let one_day = manager.get(&format!("/api/history/{id}?from=2026-01-28&to=2026-01-28")).await.json;
    assert_eq!(one_day.as_array().unwrap().len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn a_late_observation_takes_its_place_and_never_replaces_what_is_newer() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 500), seen(id, 80, 100)])).await;
    let late = observes(&manager, json!([seen(id, 90, 300)])).await;
    assert_eq!(late["changed"], 1);
    assert_eq!(prices(&manager, "A").await, [80, 90, 100].map(Value::from));
    let listing = manager.get(&format!("/api/listings/{id}")).await.data();
    assert_eq!((&listing["price"], &listing["previous_price"]), (&json!(80), &json!(90)));
    // The first of all, and one that says nothing new.
    observes(&manager, json!([seen(id, 70, 900)])).await;
    assert_eq!(observes(&manager, json!([seen(id, 90, 200)])).await["confirmed"], 1);
    assert_eq!(prices(&manager, "A").await, [80, 90, 100, 70].map(Value::from));
    app.finish().await;
}

#[tokio::test]
async fn what_was_confirmed_after_a_late_observation_stays_confirmed() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 500)])).await;
    observes(&manager, json!([seen(id, 100, 300)])).await;
    observes(&manager, json!([seen(id, 100, 100)])).await;
    observes(&manager, json!([seen(id, 90, 400)])).await;
    let listing = manager.get(&format!("/api/listings/{id}")).await.data();
    assert_eq!(listing["price"], 100, "it was 100 an hour ago");
    let history = manager.get(&format!("/api/history/{id}")).await.json;
    let told: Vec<_> = history.as_array().unwrap().iter().map(|entry| entry["p"].clone()).collect();
    assert_eq!(told, [100, 100, 90, 100].map(Value::from), "the look, the return, the late one, the first");
    let back = &history[1]["t"];
    assert_eq!(back, &minute(&ago(300)), "at the first look after it, not at the last");
    app.finish().await;
}

#[tokio::test]
async fn statistics_weigh_prices_by_their_time() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let day = 24 * 60;
    observes(&manager, json!([seen(id, 100, 20 * day), seen(id, 200, 10 * day), seen(id, 50, 1)])).await;
    let told = manager.get(&format!("/api/listings/{id}/statistics")).await.data();
    has_keys(&told, &["id", "product_id", "currency", "price", "spans"]);
    let span = &told["spans"][0];
    has_keys(span, &["days", "average", "lowest", "lowest_at", "highest", "highest_at", "changes"]);
    let average = span["average"].as_f64().unwrap();
    assert!((149.9..150.1).contains(&average), "{span}");
    assert_eq!((&span["lowest"], &span["highest"], &span["changes"]), (&json!(50), &json!(200), &json!(2)));
    assert_eq!(span["highest_at"], minute(&ago(10 * day)));
    let days: Vec<_> = told["spans"].as_array().unwrap().iter().map(|span| span["days"].clone()).collect();
    assert_eq!(days, [30, 90, 365].map(Value::from));
    manager.get("/api/listings/999/statistics").await.fails_with(404);
    app.finish().await;
}
