use serde_json::{Value, json};

use super::{RULES, sets, watches};
use crate::support::TestApp;

#[tokio::test]
async fn a_rule_of_two_fields_has_every_field_and_is_on() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = manager.post(RULES, json!({ "name": " Drops ", "when": "drop" })).await;
    let rule = made.data();
    let expected = json!({
        "id": rule["id"], "name": "Drops", "when": "drop", "value": null, "days": null,
        "scope": { "category": null, "brand": null, "listing_ids": null }, "baseline": "previous",
        "min_abs": null, "min_pct": null, "confirm_checks": 1, "rearm": "minutes", "rearm_value": null,
        "quiet_hours": null, "channels": [], "enabled": true, "version": 1,
        "created_at": rule["created_at"], "updated_at": rule["created_at"],
    });
    assert_eq!(rule, expected);
    assert!(uuid::Uuid::parse_str(rule["id"].as_str().unwrap()).is_ok());
    let path = format!("{RULES}/{}", rule["id"].as_str().unwrap());
    let seen = manager.get(&path).await;
    assert_eq!((seen.data(), seen.etag()), (expected.clone(), made.etag()));
    let list = manager.get(RULES).await;
    assert_eq!((list.data(), list.header("x-total-count")), (json!([expected]), Some("1")));
    app.finish().await;
}

#[tokio::test]
async fn all_that_a_rule_says_is_kept_and_a_change_changes_what_is_sent() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (one, two) = (watches(&manager, "A").await, watches(&manager, "B").await);
    let said = json!({ "name": "Low", "when": "new_low", "value": "3000.50", "days": 90,
        "scope": { "category": "茶", "brand": "TeaCo", "listing_ids": [two, one, two] }, "baseline": "average",
        "min_abs": 50, "min_pct": 5.25, "confirm_checks": 2, "rearm": "recovery", "rearm_value": 3,
        "quiet_hours": { "from": "22:00", "to": "7:30" }, "channels": ["mail", "telegram"], "enabled": false });
    let id = sets(&manager, said).await;
    let path = format!("{RULES}/{id}");
    let rule = manager.get(&path).await.data();
    assert_eq!(
        (&rule["value"], &rule["min_abs"], &rule["min_pct"]),
        (&json!(3000.5), &json!(50), &json!(5.25))
    );
    assert_eq!(rule["scope"]["listing_ids"], json!([one, two]));
    assert_eq!(rule["quiet_hours"], json!({ "from": "22:00", "to": "07:30" }));
    assert_eq!((&rule["channels"], &rule["enabled"]), (&json!(["telegram", "mail"]), &json!(false)));

    let head = app.head().await;
    let changed =
        manager.put(&path, json!({ "enabled": true, "quiet_hours": null, "scope": null })).await.data();
    assert_eq!(
        (&changed["enabled"], &changed["quiet_hours"], &changed["version"]),
        (&json!(true), &Value::Null, &json!(2))
    );
    assert_eq!((&changed["name"], &changed["scope"]["brand"]), (&json!("Low"), &Value::Null));
    manager.put(&path, json!({ "enabled": true, "unknown": 1 })).await.data();
    assert_eq!(app.head().await, head + 1, "the same again is no event");
    app.finish().await;
}

#[tokio::test]
async fn a_rule_for_a_listing_that_nobody_watches_is_refused_by_its_number() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, cup) = (watches(&manager, "TEA").await, watches(&manager, "CUP").await);
    let of = |ids: Value| json!({ "name": "Drops", "when": "drop", "scope": { "listing_ids": ids } });
    let head = app.head().await;
    let refused = manager.post(RULES, of(json!([tea, 987_654, 987_655]))).await;
    let message = refused.fails_with(400);
    assert!(message.contains("987654, 987655") && !message.contains(&format!("{tea},")), "{message}");
    let fault = &refused.json["details"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("scope.listing_ids"), &json!("unknown")));
    assert_eq!(app.head().await, head);
    let path = format!("{RULES}/{}", sets(&manager, of(json!([tea, cup]))).await);
    manager.put(&path, json!({ "scope": { "listing_ids": [987_654] } })).await.fails_with(400);
    // and: a listing that is gone since stays in a rule that is sent back as it is, but comes into no other
    manager.delete(&format!("/api/listings/{cup}")).await.data();
    manager.put(&path, of(json!([tea, cup]))).await.data();
    manager.post(RULES, of(json!([cup]))).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_rule_is_gone_and_a_stale_change_is_told() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = sets(&manager, json!({ "name": "Drops", "when": "drop" })).await;
    let path = format!("{RULES}/{id}");
    let tag = manager.get(&path).await.etag();
    manager.put(&path, json!({ "min_pct": 5 })).await.data();
    let request =
        manager.request(reqwest::Method::PUT, &path).header("if-match", &tag).body(r#"{"min_pct":6}"#);
    crate::support::actors::send(request).await.fails_with(412);
    assert_eq!(manager.delete(&path).await.data(), Value::Null);
    manager.delete(&path).await.fails_with(404);
    manager.get(&path).await.fails_with(404);
    manager.put(&path, json!({ "min_pct": 5 })).await.fails_with(404);
    assert_eq!(manager.get(RULES).await.data(), json!([]));
    manager.get(&format!("{RULES}/7")).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn impossible_settings_are_told_by_their_field_and_nothing_is_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = sets(&manager, json!({ "name": "Drops", "when": "drop" })).await;
    let head = app.head().await;
    for (field, wrong) in [
        ("name", json!(" ")),
        ("name", json!("x".repeat(101))),
        ("when", json!("falls")),
        ("when", json!("below")),
        ("when", Value::Null),
        ("value", json!(-1)),
        ("value", json!("x")),
        ("days", json!(0)),
        ("days", json!(3651)),
        ("scope", json!([])),
        ("scope.listing_ids", json!({ "listing_ids": [] })),
        ("scope.listing_ids", json!({ "listing_ids": [0] })),
        ("scope.brand", json!({ "brand": " " })),
        ("baseline", json!("first")),
        ("baseline", json!("target")),
        ("min_abs", json!(-1)),
        ("min_pct", json!(101)),
        ("confirm_checks", json!(11)),
        ("rearm", json!("always")),
        ("rearm_value", json!(-5)),
        ("quiet_hours.from", json!({ "from": "25:00", "to": "07:00" })),
        ("quiet_hours.to", json!({ "from": "22:00" })),
        ("quiet_hours", json!({ "from": "22:00", "to": "22:00" })),
        ("channels", json!("mail")),
        ("channels[0]", json!(["pigeon"])),
        ("enabled", json!("yes")),
    ] {
        let key = field.split(['.', '[']).next().unwrap();
        let mut body = json!({ "name": "New", "when": "drop" });
        body[key] = wrong.clone();
        let expected = if (field, &wrong) == ("when", &json!("below")) || wrong == json!("target") {
            "value"
        } else {
            field
        };
        let failed = manager.post(RULES, &body).await;
        failed.fails_with(400);
        let details = failed.json["details"].as_array().expect("details").clone();
        assert!(
            details
                .iter()
                .any(|fault| fault["field"].as_str().is_some_and(|found| found.starts_with(expected))),
            "{body}: {details:?}"
        );
        manager.put(&format!("{RULES}/{id}"), json!({ key: wrong })).await.fails_with(400);
        let mut tried = body;
        tried["from"] = json!("2026-01-01");
        manager.post(&format!("{RULES}/test"), tried).await.fails_with(400);
    }
    for missing in ["name", "when"] {
        let mut body = json!({ "name": "New", "when": "drop" });
        body.as_object_mut().unwrap().remove(missing);
        assert!(manager.post(RULES, body).await.fails_with(400).contains(missing));
    }
    for (field, wrong) in [("from", "noon"), ("to", "2026-02-30"), ("from", "2999-01-01")] {
        let body = json!({ "name": "New", "when": "drop", field: wrong });
        assert!(manager.post(&format!("{RULES}/test"), body).await.fails_with(400).contains(field));
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}
