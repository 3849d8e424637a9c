use serde_json::{Value, json};

use super::{ALERTS, RULES, alerts, sees, sets, watches};
use crate::support::TestApp;

#[tokio::test]
async fn an_alert_explains_itself_by_rule_sightings_and_sum() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let rule = json!({ "name": "Falls", "when": "drop", "min_pct": 5, "min_abs": 100, "confirm_checks": 2 });
    let rule = sets(&manager, rule).await;
    sees(&manager, tea, 3280, 30).await;
    sees(&manager, tea, 2980, 20).await;
    sees(&manager, tea, 2980, 10).await;
    let alert = alerts(&manager, "", 1).await.remove(0);
    let as_set = manager.get(&format!("{RULES}/{rule}")).await.data();
    // The rule that judged is shown, not the one of today.
    manager.put(&format!("{RULES}/{rule}"), json!({ "min_pct": 9 })).await.data();
    let why = manager.get(&format!("{ALERTS}/{}/why", alert["id"].as_str().unwrap())).await.data();
    assert_eq!((&why["alert"], &why["suppressed"]), (&alert, &Value::Null));
    assert_eq!((&why["rule_version"], &why["rule"]), (&json!(1), &as_set));
    assert_eq!(as_set["min_pct"], 5);
    let sum = &why["arithmetic"];
    assert_eq!(
        (&sum["baseline"], &sum["baseline_price"], &sum["price"]),
        (&json!("previous"), &json!(3280), &json!(2980))
    );
    assert_eq!((&sum["difference"], &sum["percent"]), (&json!(-300), &json!(-9.15)));
    assert_eq!((&sum["checks"], &sum["confirm_checks"]), (&json!(2), &json!(2)));
    let seen = why["observations"].as_array().unwrap();
    assert_eq!(seen.len(), 2);
    assert_eq!(
        (&seen[0]["type"], &seen[0]["price"], &seen[0]["previous"]),
        (&json!("PriceObserved"), &json!(2980), &json!(3280))
    );
    assert_eq!(seen[1]["type"], "ObservationsTaken");
    assert!(seen.iter().all(|seen| seen["at"].is_string() && seen["position"].is_i64()));
    let because = why["because"].to_string();
    for part in ["2980", "3280", "9.15", "100", "fired"] {
        assert!(because.contains(part), "{because}");
    }
    manager.get(&format!("{ALERTS}/{}/why", uuid::Uuid::nil())).await.fails_with(404);
    manager.get(&format!("{ALERTS}/7/why")).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn a_suppressed_alert_explains_its_silence() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    sets(&manager, json!({ "name": "Once", "when": "below", "value": 100, "rearm": "never" })).await;
    for (price, minutes) in [(90, 30), (120, 20), (80, 10)] {
        sees(&manager, tea, price, minutes).await;
    }
    let found = alerts(&manager, "", 2).await;
    let why = manager.get(&format!("{ALERTS}/{}/why", found[0]["id"].as_str().unwrap())).await.data();
    assert_eq!((&why["suppressed"], &why["fired_before"]["price"]), (&json!("fired_before"), &json!(90)));
    assert!(why["because"].to_string().contains("never fires twice"), "{why}");
    // It is in the log of all events as what it is.
    let events = app.admin().await.get("/api/events?limit=1000").await.data();
    let types: Vec<_> =
        events["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert!(types.contains(&json!("AlertFired")) && types.contains(&json!("AlertSuppressed")), "{types:?}");
    app.finish().await;
}
