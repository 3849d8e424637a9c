//! What happened, told from the events (contract §4).

mod states;

use aggregates::values::Status;
use serde_json::{Value, json};

use crate::support::shapes::{self, column, has_at_least_keys, has_keys};
use crate::support::{Actor, TestApp, Thing};

async fn campaign_with_history(app: &TestApp) -> (Actor, Thing) {
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.moves(&week, Status::Accepted).await;
    manager.reports(&week, "mei", json!({ "followers": 5 })).await;
    manager.changes(&week, json!({ "name": "Tea week", "gmv_achieved": "10" })).await;
    manager.moves(&week, Status::Pending).await;
    (manager, week)
}

fn events_of(data: &Value) -> Vec<Value> {
    has_keys(data, &["events", "next"]);
    data["events"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_thing_tells_what_happened_to_it_in_order() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let data = manager.get(&path).await.data();
    let events = events_of(&data);
    let types = [
        "CampaignCreated",
        "CampaignStatusChanged",
        "CampaignCreatorReported",
        "CampaignChanged",
        "CampaignResultsReported",
        "CampaignStatusChanged",
    ];
    assert_eq!(column(&data["events"], "type"), types);
    assert_eq!(data["next"], Value::Null);
    for (index, event) in events.iter().enumerate() {
        has_at_least_keys(event, shapes::EVENT);
        assert_eq!(event["sequence"], index + 1);
        assert_eq!(event["actor"], json!({ "user_id": manager.user_id, "name": manager.username }));
        assert!(event["at"].as_str().unwrap().ends_with('Z'));
    }
    assert!(events.is_sorted_by_key(|event| event["position"].as_i64()));
    assert_eq!(events[3]["data"]["changes"]["name"], "Tea week");
    // and: an id is the same however it is written
    let upper = format!("/api/audit/campaigns/{}", week.id.to_uppercase());
    assert_eq!(manager.get(&upper).await.data(), data);
    app.finish().await;
}

#[tokio::test]
async fn pages_follow_each_other_without_gap_or_repeat() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let whole = events_of(&manager.get(&path).await.data());
    for limit in [1, 2, 5, 6, 100] {
        let (mut pieced, mut after) = (Vec::new(), String::new());
        loop {
            let page = manager.get(&format!("{path}?limit={limit}{after}")).await.data();
            let events = events_of(&page);
            assert!(events.len() <= limit);
            pieced.extend(events);
            match page["next"].as_i64() {
                Some(next) => after = format!("&after={next}"),
                None => break,
            }
        }
        assert_eq!(pieced, whole, "limit {limit}");
    }
    for wrong in ["after=x", "after=-1", "from=yesterday", "to=1"] {
        let message = manager.get(&format!("{path}?{wrong}")).await.fails_with(400);
        assert!(message.contains(wrong.split('=').next().unwrap()), "{message}");
    }
    app.finish().await;
}

#[tokio::test]
async fn times_bound_a_page() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let path = format!("/api/audit/campaigns/{}", week.id);
    let whole = events_of(&manager.get(&path).await.data());
    let at = |index: usize| whole[index]["at"].as_str().unwrap().to_owned();
    let ask = |query: String| {
        let (manager, path) = (manager.clone(), path.clone());
        async move { events_of(&manager.get(&format!("{path}?{query}")).await.data()) }
    };
    assert_eq!(ask(format!("from={}", at(2))).await, whole[2..]);
    assert_eq!(ask(format!("to={}", at(1))).await, whole[..2]);
    assert_eq!(ask(format!("from={}&to={}", at(1), at(2))).await, whole[1..3]);
    assert!(ask("from=2999-01-01".to_owned()).await.is_empty());
    assert_eq!(ask("from=2000-01-01T08:00:00%2B08:00".to_owned()).await, whole);
    app.finish().await;
}

#[tokio::test]
async fn every_kind_has_its_history_and_what_never_was_has_none() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, week) =
        (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    manager.changes(&oolong, json!({ "stock": 5, "brand": tea.id })).await;
    for (kind, id, types) in [
        ("brands", tea.id.clone(), vec!["BrandCreated"]),
        ("products", oolong.id.clone(), vec!["ProductCreated", "ProductChanged"]),
        ("campaigns", week.id.clone(), vec!["CampaignCreated"]),
        ("users", manager.user_id.to_string(), vec!["UserRegistered"]),
    ] {
        let data = manager.get(&format!("/api/audit/{kind}/{id}")).await.data();
        assert_eq!(column(&data["events"], "type"), types);
        manager.get(&format!("/api/audit/{kind}/{id}/state")).await.data();
    }
    let nowhere = uuid::Uuid::now_v7().to_string();
    for path in [
        format!("/api/audit/brands/{}", week.id),
        format!("/api/audit/brands/{nowhere}"),
        format!("/api/audit/brands/{nowhere}/state"),
        format!("/api/audit/campaigns/{nowhere}/statuses"),
        format!("/api/audit/campaigns/{}/statuses", tea.id),
        "/api/audit/users/999999".to_owned(),
        "/api/audit/users/mei".to_owned(),
        "/api/audit/brands/%00".to_owned(),
        "/api/audit/brands/%00/state".to_owned(),
        format!("/api/audit/weather/{}", week.id),
        format!("/api/audit/brand/{}", tea.id),
        "/api/audit/campaigns/none/statuses".to_owned(),
    ] {
        manager.get(&path).await.fails_with(404);
    }
    manager.get("/api/audit/brands/%FF").await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn statuses_tell_overrides_results_and_who() {
    let app = TestApp::start().await;
    let (manager, week) = campaign_with_history(&app).await;
    let data = manager.get(&format!("/api/audit/campaigns/{}/statuses", week.id)).await.data();
    has_keys(&data, &["statuses"]);
    let lines = data["statuses"].as_array().unwrap();
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            has_keys(line, shapes::STATUS);
            assert_eq!(line["actor"]["name"], manager.username.as_str());
            (
                line["previous"].clone(),
                line["status"].clone(),
                line["override"].clone(),
                line["gmv_achieved"].clone(),
            )
        })
        .collect();
    let expected = vec![
        (Value::Null, json!("pending"), json!(false), Value::Null),
        (json!("pending"), json!("accepted"), json!(false), Value::Null),
        (json!("accepted"), json!("accepted"), json!(false), json!("10")),
        (json!("accepted"), json!("pending"), json!(true), json!("10")),
    ];
    assert_eq!(told, expected);
    manager.deletes(&week).await;
    let after = manager.get(&format!("/api/audit/campaigns/{}/statuses", week.id)).await.data();
    assert_eq!(after, data, "its history stays");
    app.finish().await;
}

#[tokio::test]
async fn the_feed_tells_everything_in_order() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let (_, week) = campaign_with_history(&app).await;
    let feed = admin.get("/api/events?limit=1000").await.data();
    has_keys(&feed, &["events", "next", "epoch", "head"]);
    let events = feed["events"].as_array().unwrap();
    assert_eq!(feed["head"], app.head().await);
    assert_eq!(events.len() as i64, app.head().await);
    for (index, event) in events.iter().enumerate() {
        assert_eq!(event["position"], index + 1);
        has_at_least_keys(event, &[shapes::EVENT, &["kind", "id"]].concat());
    }
    let only = |query: &str| {
        let (admin, path) = (admin.clone(), format!("/api/events?{query}"));
        async move { admin.get(&path).await.data() }
    };
    for kind in ["observations", "sales-day", "trending"] {
        assert_eq!(only(&format!("kind={kind}")).await["events"], json!([]), "{kind}");
    }
    for kind in ["campaign", "campaigns"] {
        let found = only(&format!("kind={kind}")).await;
        assert!(column(&found["events"], "id").iter().all(|id| *id == week.id));
        assert_eq!(found["events"].as_array().unwrap().len(), 6);
    }
    let moved = only("type=CampaignStatusChanged&limit=1").await;
    assert_eq!(moved["events"].as_array().unwrap().len(), 1);
    let rest = only(&format!("type=CampaignStatusChanged&after={}", moved["next"])).await;
    assert_eq!((rest["events"].as_array().unwrap().len(), &rest["next"]), (1, &Value::Null));
    assert_eq!(only("after=999999").await["events"], json!([]));
    app.finish().await;
}

#[tokio::test]
async fn the_feed_streams_and_resumes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    let feed = admin.get("/api/events").await.data();
    let epoch = feed["epoch"].as_str().unwrap();
    let mut events = admin.listens("/api/events/stream?after=0", None).await;
    for told in feed["events"].as_array().unwrap() {
        let (id, event) = events.next().await.unwrap();
        assert_eq!((&event, id), (told, format!("{epoch}.{}", told["position"])));
    }
    admin.changes(&tea, json!({ "name": "Fine tea" })).await;
    let (id, event) = events.next().await.unwrap();
    assert_eq!(event["type"], "BrandChanged");
    drop(events);
    admin.changes(&tea, json!({ "name": "Finer tea" })).await;
    let mut again = admin.listens("/api/events/stream?kind=brands", Some(&id)).await;
    let (_, event) = again.next().await.unwrap();
    assert_eq!(event["data"]["changes"]["name"], "Finer tea");
    drop(again);
    let foreign = format!("{}.1", uuid::Uuid::new_v4());
    for cursor in [foreign.as_str(), "x"] {
        admin.get_with("/api/events/stream", ("last-event-id", cursor)).await.fails_with(400);
    }
    app.finish().await;
}

#[tokio::test]
async fn no_secret_is_ever_part_of_history() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let made = admin.post("/api/admin/tokens", json!({ "name": "till" })).await.data();
    let holder = app.holder_of(&format!("Token {}", made["token"].as_str().unwrap()));
    let body = json!({ "name": "Tea" });
    let headers = [("idempotency-key", "the-secret-key"), ("cookie", "tidemark_session=the-cookie")];
    holder.sends(reqwest::Method::POST, "/api/brands/", body, &headers).await.data();
    let stored: Vec<String> = sqlx::query_scalar("SELECT payload::text || metadata::text FROM events")
        .fetch_all(&app.app.pool)
        .await
        .unwrap();
    for secret in [made["token"].as_str().unwrap(), "the-secret-key", "the-cookie"] {
        assert!(stored.iter().all(|event| !event.contains(secret)), "{secret}");
    }
    app.finish().await;
}
