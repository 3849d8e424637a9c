//! Sentences of the contract that no slice's own tests say.

use aggregates::values::Status;
use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

#[tokio::test]
async fn results_that_came_with_a_status_are_told_in_its_line() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Week").await;
    manager.changes(&campaign, json!({ "status": "accepted", "gmv_achieved": "10" })).await;
    manager.changes(&campaign, json!({ "views_achieved": "7" })).await;
    manager.moves(&campaign, Status::InProgress).await;
    let path = format!("/api/audit/campaigns/{}/statuses", campaign.id);
    let statuses = manager.get(&path).await.data()["statuses"].clone();
    let line = |line: &Value| {
        json!([line["status"], line["previous"], line["gmv_achieved"], line["views_achieved"]])
    };
    let told: Vec<_> = statuses.as_array().unwrap().iter().map(line).collect();
    let expected = [
        json!(["pending", null, null, null]),
        json!(["accepted", "pending", "10", null]),
        json!(["accepted", "accepted", "10", "7"]),
        json!(["in_progress", "accepted", "10", "7"]),
    ];
    assert_eq!(told, expected);
    app.finish().await;
}

#[tokio::test]
async fn every_read_obeys_tidemark_after() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    let campaign = admin.creates_campaign(&tea, "Week").await;
    let paths = [
        campaign.path.clone(),
        campaign.at("creator_list/"),
        campaign.at("websocket_url/"),
        campaign.at("events/"),
        "/api/campaigns/token_info/".to_owned(),
        "/api/campaigns/active_polling_tasks/".to_owned(),
        format!("/api/audit/campaigns/{}/statuses", campaign.id),
        format!("/api/audit/campaigns/{}/state", campaign.id),
        "/api/audit/export?kind=campaigns".to_owned(),
        "/api/events".to_owned(),
        "/api/admin/projections".to_owned(),
        "/api/admin/tokens".to_owned(),
    ];
    for path in paths {
        let answer = admin.get_with(&path, ("tidemark-after", "soon")).await;
        let told = answer.fails_with(400);
        assert!(told.contains("Tidemark-After"), "{path}: {told}");
    }
    app.finish().await;
}

#[tokio::test]
async fn the_last_page_of_an_audit_says_that_it_is_the_last() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    for name in ["Green tea", "Black tea"] {
        admin.changes(&tea, json!({ "name": name })).await;
    }
    let page = async |query: &str| admin.get(&format!("/api/audit/brands/{}?{query}", tea.id)).await.data();
    let first = page("limit=2").await;
    assert_eq!(first["next"], first["events"][1]["position"]);
    let second = page(&format!("limit=2&after={}", first["next"])).await;
    assert_eq!((second["events"].as_array().unwrap().len(), &second["next"]), (1, &Value::Null));
    assert_eq!(page("limit=3").await["next"], Value::Null);
    assert_eq!(page("limit=1000000").await["events"].as_array().unwrap().len(), 3);
    // and: the feed names kinds as addresses do, and refuses others
    let told = admin.get("/api/events?kind=brands").await.data();
    assert_eq!((&told["events"][0]["kind"], &told["next"]), (&json!("brands"), &Value::Null));
    assert!(admin.get("/api/events?kind=cats").await.fails_with(400).contains("campaigns, brands"));
    app.finish().await;
}

#[tokio::test]
async fn a_token_may_live_for_a_second() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let token = admin.post("/api/admin/tokens", json!({ "name": "short", "expires_in": 1 })).await.data();
    let holder = app.holder_of(&format!("Bearer {}", token["token"].as_str().unwrap()));
    eventually("the token is refused", async || {
        (holder.get("/api/brands/").await.status == 401).then_some(())
    })
    .await;
    // and: its socket says so
    let tea = admin.creates_brand("Tea").await;
    let campaign = admin.creates_campaign(&tea, "Week").await;
    let address = format!("{}/status?token={}", campaign.id, holder.token());
    admin.opens(&address).await.closes_with(4401).await;
    app.finish().await;
}

#[tokio::test]
async fn token_info_names_the_user_by_number() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let info = reader.get("/api/campaigns/token_info/").await.data();
    assert_eq!((&info["user_id"], &info["token"]), (&json!(reader.user_id), &json!(reader.token())));
    app.finish().await;
}
