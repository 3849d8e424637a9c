//! A thing as it stood, at a position or at a time.

use serde_json::{Value, json};

use super::campaign_with_history;
use crate::support::TestApp;
use crate::support::shapes::{self, has_at_least_keys};

#[tokio::test]
async fn each_position_shows_the_thing_as_it_was_then() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let events = manager.get(&path).await.data()["events"].as_array().unwrap().clone();
    let state_at = |position: i64| {
        let (manager, path) = (manager.clone(), format!("{path}/state?as_of={position}"));
        async move { manager.get(&path).await }
    };
    let positions: Vec<i64> = events.iter().map(|event| event["position"].as_i64().unwrap()).collect();
    let names = ["Week", "Week", "Week", "Tea week", "Tea week", "Tea week"];
    let statuses = ["pending", "accepted", "accepted", "accepted", "accepted", "pending"];
    for (index, position) in positions.iter().enumerate() {
        let state = state_at(*position).await.data();
        assert_eq!((&state["position"], &state["sequence"]), (&json!(position), &json!(index + 1)));
        assert_eq!((&state["name"], &state["status"]), (&json!(names[index]), &json!(statuses[index])));
        assert_eq!(state["creators"].as_array().unwrap().len(), usize::from(index >= 2));
        assert_eq!(state["gmv_achieved"], if index >= 4 { json!("10") } else { Value::Null });
        // and: the same between its events
        assert!(state_at(position + 1).await.data()["name"].is_string());
    }
    state_at(positions[0] - 1).await.fails_with(404);
    let newest = manager.get(&format!("{path}/state")).await.data();
    assert_eq!(newest, state_at(i64::MAX).await.data());
    has_at_least_keys(&newest, &["id", "brand", "link_product", "dataset_id", "start_date", "budget"]);
    app.finish().await;
}

#[tokio::test]
async fn each_time_shows_the_thing_as_it_was_then() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let events = manager.get(&path).await.data()["events"].as_array().unwrap().clone();
    for event in &events {
        let at = event["at"].as_str().unwrap();
        let by_time = manager.get(&format!("{path}/state?as_of={at}")).await.data();
        assert!(by_time["position"].as_i64() >= event["position"].as_i64(), "{by_time}");
        let (sequence, next) = (by_time["sequence"].as_u64().unwrap() as usize, &events);
        // Events of one append share their time.
        assert_eq!(next[sequence - 1]["at"], at);
    }
    manager.get(&format!("{path}/state?as_of=2000-01-01")).await.fails_with(404);
    let future = manager.get(&format!("{path}/state?as_of=2999-01-01T00:00:00%2B08:00")).await.data();
    assert_eq!(future, manager.get(&format!("{path}/state")).await.data());
    for wrong in ["yesterday", "-5", "1.5", "2026-13-01"] {
        let message = manager.get(&format!("{path}/state?as_of={wrong}")).await.fails_with(400);
        assert!(message.contains("as_of"), "{message}");
    }
    assert_eq!(manager.get(&format!("{path}/state?as_of=99999999999999999999")).await.data(), future);
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_thing_can_still_be_looked_back_at() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates("/api/brands/", json!({ "name": "Tea", "creators_count": 4 })).await;
    let before = app.head().await;
    manager.deletes(&tea).await;
    let path = format!("/api/audit/brands/{}/state", tea.id);
    let then = manager.get(&format!("{path}?as_of={before}")).await.data();
    assert_eq!((&then["name"], &then["is_active"]), (&json!("Tea"), &json!(true)));
    assert_eq!(manager.get(&path).await.data()["is_active"], false);
    app.finish().await;
}

#[tokio::test]
async fn a_state_names_its_fields_like_everybody_else() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, week) =
        (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    manager.links(&week, &oolong).await.data();
    // What is derived from other things, and when it was recorded, is not part of a thing's own events.
    let derived = [
        "created_at",
        "updated_at",
        "dataset_id_list",
        "collab_count",
        "creators_count",
        "total_gmv_achieved",
        "total_views_achieved",
        "collab_creators",
    ];
    for (kind, thing, keys) in [
        ("brands", &tea, shapes::BRAND),
        ("products", &oolong, shapes::PRODUCT),
        ("campaigns", &week, shapes::CAMPAIGN),
    ] {
        let state = manager.get(&format!("/api/audit/{kind}/{}/state", thing.id)).await.data();
        let shown = manager.sees(thing).await;
        for key in keys.iter().filter(|key| !derived.contains(key)) {
            assert_eq!(state[*key], shown[*key], "{kind} {key}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn days_are_those_of_the_zone_and_whole_and_its_times_are_read() {
    let app = TestApp::start().await;
    let zone = projections::Zone(chrono_tz::Tz::Asia__Taipei);
    let before = chrono::Utc::now();
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let count = |query: String| {
        let (manager, path) = (manager.clone(), format!("{path}?{query}"));
        async move { manager.get(&path).await.data()["events"].as_array().unwrap().len() }
    };
    let (first, last) = (zone.day(before), zone.day(chrono::Utc::now()));
    assert_eq!(count(format!("from={first}&to={last}")).await, 6);
    assert_eq!(count(format!("from={}", last.succ_opt().unwrap())).await, 0);
    let minute = zone.minute(before).replace(' ', "%20");
    assert_eq!(count(format!("from={minute}")).await, 6);
    assert_eq!(count(format!("to={minute}")).await, 0);
    let state = manager.get(&format!("{path}/state?as_of={last}")).await.data();
    assert_eq!(state["sequence"], 6);
    let export =
        manager.get(&format!("/api/audit/export?kind=campaigns&id={}&from={first}&to={last}", week.id)).await;
    assert_eq!((export.status, String::from_utf8_lossy(&export.body).lines().count()), (200, 8));
    manager.get(&format!("{path}?from=yesterday")).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn a_campaign_loses_its_link_where_the_product_was_deleted_or_moved() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, sea) = (manager.creates_brand("Tea").await, manager.creates_brand("Sea").await);
    let (green, black) =
        (manager.creates_product(&tea, "Green").await, manager.creates_product(&tea, "Black").await);
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.links(&week, &green).await.data();
    manager.links(&week, &black).await.data();
    let linked = app.head().await;
    let path = format!("/api/audit/campaigns/{}/state", week.id);
    let both = json!([green.id, black.id]);
    assert_eq!(manager.get(&path).await.data()["link_product"], both);
    let tag = manager.get(&path).await.etag();
    manager.deletes(&green).await;
    let deleted = app.head().await;
    let state = manager.get_with(&path, ("if-none-match", &tag)).await.data();
    assert_eq!((&state["link_product"], &state["position"]), (&json!([black.id]), &json!(deleted)));
    manager.changes(&black, json!({ "brand": sea.id })).await;
    let state = manager.get(&path).await.data();
    assert_eq!(state["link_product"], json!([]));
    assert_eq!(manager.sees(&week).await["link_product"], json!([]));
    // and: then it was as it was then
    let then = manager.get(&format!("{path}?as_of={linked}")).await.data();
    assert_eq!((&then["link_product"], &then["position"]), (&both, &json!(linked)));
    app.finish().await;
}
