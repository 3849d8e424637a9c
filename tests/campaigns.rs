//! What people do with campaigns (contract §2).

mod creators;
mod links;
mod statuses;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::shapes::{self, column, has_keys};

#[tokio::test]
async fn a_new_campaign_has_every_field_of_the_contract() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let body = json!({ "brand": tea.id, "name": " Week ", "dataset_id": "d1" });
    let campaign = manager.creates("/api/campaigns/", body).await;
    has_keys(&campaign.view, shapes::CAMPAIGN);
    let expected = json!({
        "id": campaign.id, "brand": tea.id, "name": "Week", "description": null, "image_url": null, "service": null,
        "creator_type": null, "creator_level": null, "creator_category": null, "creators_count": 0, "gmv": null,
        "followers": null, "views": null, "budget": null, "link_product": [], "start_date": null, "end_date": null,
        "dataset_id": "d1", "external_id": null, "status": "pending", "gmv_achieved": null, "views_achieved": null,
        "video_link": null, "created_at": campaign["created_at"], "updated_at": campaign["created_at"],
        "is_active": true,
    });
    assert_eq!(campaign.view, expected);
    assert_eq!(manager.sees(&campaign).await, expected);
    assert_eq!(manager.get("/api/campaigns/").await.data(), json!([expected]));
    app.finish().await;
}

#[tokio::test]
async fn every_field_can_be_sent_and_comes_back() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, green) = (manager.creates_product(&tea, "Oolong").await, manager.creates_product(&tea, "Green").await);
    let sent = json!({
        "brand": tea.id, "name": "Week", "description": "茶\n🍵", "image_url": "https://x/y.png", "service": "live",
        "creator_type": "micro", "creator_level": "L3", "creator_category": "food", "creators_count": 12,
        "gmv": "1k-2k", "followers": "10000+", "views": "≥ 5", "budget": "$100 - $200",
        "link_product": [green.id, oolong.id], "start_date": "2026-01-31", "end_date": "2026-02-01T08:00:00.5+08:00",
        "dataset_id": "d1", "external_id": "e1", "status": "in_progress", "gmv_achieved": "10.5",
        "views_achieved": "7", "video_link": "https://v",
    });
    let campaign = manager.creates("/api/campaigns/", sent.clone()).await;
    for (field, value) in sent.as_object().unwrap() {
        let expected = match field.as_str() {
            "start_date" => json!("2026-01-31T00:00:00Z"),
            "end_date" => json!("2026-02-01T00:00:00.500Z"),
            _ => value.clone(),
        };
        assert_eq!(campaign[field], expected, "{field}");
    }
    let texts = json!({ "gmv": 5, "budget": 1.50, "views": null, "gmv_achieved": 99, "external_id": 8 });
    let changed = manager.changes(&campaign, texts).await;
    assert_eq!((&changed["gmv"], &changed["views"]), (&json!("5"), &Value::Null));
    assert_eq!((&changed["gmv_achieved"], &changed["external_id"]), (&json!("99"), &json!("8")));
    let put = manager.put(&campaign.path, json!({ "name": "Day" })).await.data();
    assert_eq!((&put["name"], &put["service"]), (&json!("Day"), &json!("live")));
    app.finish().await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_told_by_its_name_and_not_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Week").await;
    let head = app.head().await;
    for (field, wrong) in [
        ("brand", json!(5)),
        ("brand", json!(uuid::Uuid::now_v7())),
        ("name", json!("")),
        ("name", json!("x".repeat(256))),
        ("dataset_id", json!(null)),
        ("description", json!({ "a": 1 })),
        ("service", json!(false)),
        ("start_date", json!("tomorrow")),
        ("start_date", json!("2026-02-30")),
        ("end_date", json!(1_700_000_000)),
        ("creators_count", json!(-1)),
        ("creators_count", json!("many")),
        ("link_product", json!("none")),
        ("link_product", json!(["none"])),
        ("link_product", json!([uuid::Uuid::now_v7()])),
        ("link_product", json!([tea.id])),
        ("link_product", json!(null)),
        ("status", json!("started")),
        ("status", json!("ACCEPTED")),
        ("status", json!("")),
        ("status", json!(1)),
        ("status", json!(null)),
        ("gmv_achieved", json!([])),
    ] {
        let message = manager.patch(&campaign.path, json!({ field: wrong })).await.fails_with(400);
        assert!(message.contains(field), "{message}");
        let mut whole = json!({ "brand": tea.id, "name": "New", "dataset_id": "d" });
        whole[field] = wrong;
        let message = manager.post("/api/campaigns/", whole).await.fails_with(400);
        assert!(message.contains(field), "{message}");
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}

#[tokio::test]
async fn a_campaign_never_ends_before_it_starts() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = |start: &str, end: &str| {
        json!({ "brand": tea.id, "name": "Day", "dataset_id": "d", "start_date": start, "end_date": end })
    };
    let message = manager.post("/api/campaigns/", day("2026-01-02", "2026-01-01")).await.fails_with(400);
    assert!(message.contains("start_date") && message.contains("end_date"), "{message}");
    let campaign = manager.creates("/api/campaigns/", day("2026-01-02", "2026-01-02")).await;
    manager.patch(&campaign.path, json!({ "start_date": "2026-01-03" })).await.fails_with(400);
    manager.patch(&campaign.path, json!({ "end_date": "2026-01-01T23:59:59Z" })).await.fails_with(400);
    manager.changes(&campaign, json!({ "end_date": null })).await;
    manager.changes(&campaign, json!({ "start_date": "2026-01-03" })).await;
    app.finish().await;
}

#[tokio::test]
async fn a_name_need_not_be_unique_and_a_deleted_campaign_is_gone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (first, second) = (manager.creates_campaign(&tea, "Week").await, manager.creates_campaign(&tea, "Week").await);
    manager.deletes(&first).await;
    assert_eq!(column(&manager.get("/api/campaigns/").await.data(), "id"), [second.id.as_str()]);
    assert_eq!(column(&manager.sees(&tea).await["campaigns"], "id"), [second.id.as_str()]);
    manager.delete(&first.path).await.fails_with(404);
    manager.get(&first.path).await.fails_with(404);
    for (method, below) in [("GET", "creator_list/"), ("GET", "websocket_url/"), ("PUT", "creators/x/")] {
        let method = method.parse().unwrap();
        manager.sends(method, &first.at(below), "{}", &[]).await.fails_with(404);
    }
    let history = manager.get(&format!("/api/audit/campaigns/{}", first.id)).await.data();
    assert_eq!(column(&history["events"], "type"), ["CampaignCreated", "CampaignDeleted"]);
    app.finish().await;
}

#[tokio::test]
async fn a_campaign_moves_to_another_brand_and_leaves_its_links_behind() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let (leaf, bean) = (manager.creates_product(&tea, "Leaf").await, manager.creates_product(&coffee, "Bean").await);
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.links(&week, &leaf).await.data();
    manager.reports(&week, "mei", json!({})).await;

    let wrong = json!({ "brand": coffee.id, "link_product": [leaf.id] });
    assert!(manager.patch(&week.path, wrong).await.fails_with(400).contains("link_product"));
    let moved = manager.changes(&week, json!({ "brand": coffee.id, "link_product": [bean.id] })).await;
    assert_eq!((&moved["brand"], &moved["link_product"]), (&json!(coffee.id), &json!([bean.id])));
    assert_eq!(manager.sees(&week).await, moved);
    assert_eq!((manager.sees(&tea).await["creators_count"].clone(), manager.sees(&tea).await["campaigns"].clone()), (json!(0), json!([])));
    assert_eq!(manager.sees(&coffee).await["creators_count"], 1);
    assert_eq!(manager.sees(&leaf).await["collab_creators"], 0);
    manager.deletes(&tea).await;
    manager.sees(&week).await;
    app.finish().await;
}
