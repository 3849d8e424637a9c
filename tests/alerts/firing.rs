use serde_json::{Value, json};

use super::{ALERTS, RULES, ago, alerts, judged, of, sees, sets, watches};
use crate::support::TestApp;
use crate::support::shapes::has_keys;

const ALERT: &[&str] = &[
    "id",
    "rule_id",
    "rule_name",
    "listing_id",
    "product_id",
    "at",
    "when",
    "price",
    "previous_price",
    "suppressed",
    "notified",
];

#[tokio::test]
async fn a_price_that_falls_far_enough_fires_the_rule_of_its_listing() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, cup) = (watches(&manager, "TEA").await, watches(&manager, "CUP").await);
    let rule = json!({ "name": "Falls", "when": "drop", "min_pct": 5, "scope": { "listing_ids": [tea] } });
    let rule = sets(&manager, rule).await;
    for listing in [tea, cup] {
        sees(&manager, listing, 3280, 30).await;
        sees(&manager, listing, 3200, 20).await;
        sees(&manager, listing, 2980, 10).await;
    }
    let found = alerts(&manager, "", 1).await;
    has_keys(&found[0], ALERT);
    let expected = json!({ "id": found[0]["id"], "rule_id": rule, "rule_name": "Falls", "listing_id": tea,
        "product_id": "TEA", "at": found[0]["at"], "when": "drop", "price": 2980, "previous_price": 3200,
        "suppressed": null, "notified": false });
    assert_eq!(found[0], expected);
    assert!(uuid::Uuid::parse_str(found[0]["id"].as_str().unwrap()).is_ok());
    judged(&manager).await;
    assert_eq!(alerts(&manager, &format!("?listing_id={cup}"), 0).await, Vec::<Value>::new());
    app.finish().await;
}

#[tokio::test]
async fn stock_and_pages_are_watched_too() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    sets(&manager, json!({ "name": "Back", "when": "back_in_stock" })).await;
    sets(&manager, json!({ "name": "Gone", "when": "delisted", "scope": { "category": "茶" } })).await;
    sets(&manager, json!({ "name": "Other", "when": "delisted", "scope": { "category": "杯" } })).await;
    for (stock, minutes) in [("in_stock", 30), ("out_of_stock", 20), ("in_stock", 10)] {
        let seen =
            json!([{ "listing": tea, "price": 5, "stock_status": stock, "observed_at": ago(minutes) }]);
        manager.post("/api/listings/observations", seen).await.data();
    }
    assert_eq!(of(&alerts(&manager, "", 1).await, "rule_name"), ["Back"]);
    manager.patch(&format!("/api/listings/{tea}"), json!({ "status": "delisted" })).await.data();
    let found = alerts(&manager, "", 2).await;
    assert_eq!(of(&found, "when"), ["delisted", "back_in_stock"]);
    assert_eq!((&found[0]["price"], &found[1]["price"]), (&json!(5), &json!(5)));
    app.finish().await;
}

#[tokio::test]
async fn a_rule_that_needs_two_checks_waits_for_the_second() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, cup) = (watches(&manager, "TEA").await, watches(&manager, "CUP").await);
    sets(&manager, json!({ "name": "Sure", "when": "drop", "confirm_checks": 2 })).await;
    for listing in [tea, cup] {
        sees(&manager, listing, 100, 40).await;
        sees(&manager, listing, 80, 30).await;
    }
    judged(&manager).await;
    assert_eq!(manager.get(&format!("{ALERTS}?suppressed=0&listing_id={tea}")).await.data(), json!([]));
    sees(&manager, tea, 80, 20).await;
    sees(&manager, cup, 100, 20).await;
    let fired = alerts(&manager, &format!("?listing_id={tea}"), 1).await;
    assert_eq!((&fired[0]["price"], &fired[0]["suppressed"]), (&json!(80), &Value::Null));
    let silent = alerts(&manager, &format!("?listing_id={cup}"), 1).await;
    assert_eq!((&silent[0]["price"], &silent[0]["suppressed"]), (&json!(80), &json!("unconfirmed")));
    app.finish().await;
}

#[tokio::test]
async fn what_was_below_already_is_told_by_the_next_check() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, cup) = (watches(&manager, "TEA").await, watches(&manager, "CUP").await);
    sees(&manager, tea, 90, 40).await;
    sees(&manager, cup, 110, 40).await;
    sets(&manager, json!({ "name": "Cheap", "when": "below", "value": 100 })).await;
    judged(&manager).await;
    for listing in [tea, cup] {
        sees(&manager, listing, if listing == tea { 90 } else { 110 }, 10).await;
    }
    let found = alerts(&manager, &format!("?listing_id={tea}"), 1).await;
    assert_eq!((&found[0]["price"], &found[0]["when"]), (&json!(90), &json!("below")));
    judged(&manager).await;
    assert_eq!(manager.get(&format!("{ALERTS}?listing_id={cup}")).await.data(), json!([]));
    app.finish().await;
}

#[tokio::test]
async fn rests_and_quiet_hours_suppress_and_say_so() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let once = json!({ "name": "Once", "when": "drop", "rearm": "never" });
    let rests = json!({ "name": "Rests", "when": "drop", "rearm": "minutes", "rearm_value": 60 });
    let quiet = json!({ "name": "Quiet", "when": "drop", "quiet_hours": { "from": "00:00", "to": "23:59" } });
    for rule in [once, rests, quiet] {
        sets(&manager, rule).await;
    }
    for (price, minutes) in [(100, 40), (90, 30), (80, 20)] {
        sees(&manager, tea, price, minutes).await;
    }
    let reasons = |name: &'static str, count: usize| {
        let manager = &manager;
        async move {
            let all = alerts(manager, "", count).await;
            let of_rule = all.into_iter().filter(|alert| alert["rule_name"] == name);
            of_rule.map(|alert| alert["suppressed"].clone()).collect::<Vec<_>>()
        }
    };
    // The second drop is no news in quiet hours: the first is still held back.
    assert_eq!(reasons("Once", 5).await, [json!("fired_before"), Value::Null]);
    assert_eq!(reasons("Rests", 5).await, [json!("too_soon"), Value::Null]);
    assert_eq!(reasons("Quiet", 5).await, [json!("quiet_hours")]);
    assert_eq!(alerts(&manager, "?suppressed=1", 3).await.len(), 3);
    assert_eq!(alerts(&manager, "?suppressed=0", 2).await.len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn rules_that_are_off_changed_or_deleted_watch_as_they_say_from_then_on() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    sees(&manager, tea, 100, 50).await;
    let rule =
        sets(&manager, json!({ "name": "Once", "when": "drop", "rearm": "never", "enabled": false })).await;
    sees(&manager, tea, 90, 40).await;
    judged(&manager).await;
    let path = format!("{RULES}/{rule}");
    manager.put(&path, json!({ "enabled": true })).await.data();
    sees(&manager, tea, 80, 30).await;
    alerts(&manager, &format!("?rule_id={rule}"), 1).await;
    // A new version begins afresh.
    manager.put(&path, json!({ "name": "Once more" })).await.data();
    sees(&manager, tea, 70, 20).await;
    let found = alerts(&manager, &format!("?rule_id={rule}"), 2).await;
    assert_eq!(of(&found, "rule_name"), ["Once more", "Once"]);
    manager.delete(&path).await.data();
    sees(&manager, tea, 60, 10).await;
    judged(&manager).await;
    assert_eq!(of(&alerts(&manager, &format!("?rule_id={rule}"), 2).await, "price"), [70, 80]);
    app.finish().await;
}

#[tokio::test]
async fn alerts_are_listed_by_rule_listing_and_day_in_pages() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let rule = sets(&manager, json!({ "name": "Moves", "when": "any" })).await;
    for (price, minutes) in [(1, 60 * 24 * 5), (2, 60 * 24 * 3), (3, 60 * 24), (4, 1)] {
        sees(&manager, tea, price, minutes).await;
    }
    assert_eq!(of(&alerts(&manager, "", 3).await, "price"), [4, 3, 2]);
    let page = manager.get(&format!("{ALERTS}?page=2&per_page=1")).await;
    assert_eq!(
        (of(page.data().as_array().unwrap(), "price"), page.header("x-total-count")),
        (vec![&json!(3)], Some("3"))
    );
    let since = ago(60 * 24 * 2);
    assert_eq!(of(&alerts(&manager, &format!("?from={since}"), 2).await, "price"), [4, 3]);
    assert_eq!(of(&alerts(&manager, &format!("?to={since}&rule_id={rule}"), 1).await, "price"), [2]);
    assert_eq!(alerts(&manager, &format!("?rule_id={}", uuid::Uuid::nil()), 0).await.len(), 0);
    for wrong in ["?rule_id=7", "?listing_id=x", "?from=noon", "?to=2026-02-30", "?suppressed=maybe"] {
        manager.get(&format!("{ALERTS}{wrong}")).await.fails_with(400);
    }
    app.finish().await;
}
