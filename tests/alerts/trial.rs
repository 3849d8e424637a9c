use serde_json::{Value, json};

use super::{RULES, ago, alerts, judged, of, sees, sets, watches};
use crate::support::{Actor, TestApp};

async fn tries(actor: &Actor, rule: Value) -> Value {
    actor.post(&format!("{RULES}/test"), rule).await.data()
}

#[tokio::test]
async fn a_rule_is_tried_on_the_past_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, cup) = (watches(&manager, "TEA").await, watches(&manager, "CUP").await);
    for (price, hours) in [(100, 72), (90, 48), (95, 24), (80, 12)] {
        sees(&manager, tea, price, hours * 60).await;
    }
    sees(&manager, cup, 50, 40 * 60).await;
    sees(&manager, cup, 49, 30 * 60).await;
    judged(&manager).await;
    let head = app.head().await;
    let tried =
        tries(&manager, json!({ "name": "Falls", "when": "drop", "scope": { "listing_ids": [tea, cup] } }))
            .await;
    assert_eq!(
        (&tried["count"], &tried["suppressed_count"], &tried["complete"]),
        (&json!(3), &json!(0), &json!(true))
    );
    assert_eq!(tried["listings"], 2);
    let found = tried["alerts"].as_array().unwrap();
    assert_eq!(of(found, "price"), [90, 49, 80]);
    assert_eq!(of(found, "product_id"), ["TEA", "CUP", "TEA"]);
    assert_eq!(
        (&found[0]["previous_price"], &found[0]["difference"], &found[0]["percent"]),
        (&json!(100), &json!(-10), &json!(-10))
    );

    let window =
        json!({ "name": "Falls", "when": "drop", "min_pct": 5, "from": ago(36 * 60), "to": ago(60) });
    assert_eq!(of(tries(&manager, window).await["alerts"].as_array().unwrap(), "price"), [80]);
    let once = json!({ "name": "Once", "when": "drop", "rearm": "never", "scope": { "listing_ids": [tea] } });
    let tried = tries(&manager, once).await;
    assert_eq!((&tried["count"], &tried["suppressed_count"]), (&json!(1), &json!(1)));
    assert_eq!(of(tried["alerts"].as_array().unwrap(), "suppressed"), [&Value::Null, &json!("fired_before")]);
    let low = json!({ "name": "Low", "when": "new_low", "days": 30, "scope": { "listing_ids": [tea] } });
    assert_eq!(of(tries(&manager, low).await["alerts"].as_array().unwrap(), "price"), [90, 80]);
    assert_eq!(app.head().await, head, "something was stored");
    assert_eq!(alerts(&manager, &format!("?listing_id={tea}"), 0).await.len(), 0);
    app.finish().await;
}

#[tokio::test]
async fn a_trial_comes_to_what_the_rule_came_to() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let rule = json!({ "name": "Sure", "when": "drop", "min_abs": 3, "confirm_checks": 2, "rearm": "recovery", "rearm_value": 2 });
    let listing = watches(&manager, "TEA").await;
    let id = sets(&manager, rule.clone()).await;
    let prices = [100, 100, 90, 90, 95, 80, 80, 99, 95, 95, 70, 72, 60, 60];
    for (index, price) in (0..).zip(prices) {
        sees(&manager, listing, price, 200 - index * 10).await;
    }
    judged(&manager).await;
    let lived = manager.get(&format!("/api/alerts?rule_id={id}")).await.data();
    let mut lived: Vec<_> = lived
        .as_array()
        .unwrap()
        .iter()
        .map(|alert| [alert["at"].clone(), alert["price"].clone(), alert["suppressed"].clone()])
        .collect();
    lived.reverse();
    assert!(lived.len() >= 2, "{lived:?}");
    let tried = tries(&manager, rule).await;
    let tried: Vec<_> = tried["alerts"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|alert| alert["listing_id"] == listing)
        .map(|alert| [alert["at"].clone(), alert["price"].clone(), alert["suppressed"].clone()])
        .collect();
    assert_eq!(tried, lived);
    app.finish().await;
}
