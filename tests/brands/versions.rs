//! Versions of a brand: ETag, If-Match, If-None-Match (contract R9, R12).

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_change_that_changes_nothing_leaves_time_version_and_log() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates("/api/brands/", json!({ "name": "Tea", "description": "d" })).await;
    let (before, head) = (manager.get(&tea.path).await, app.head().await);
    let after = manager.patch(&tea.path, json!({ "name": "Tea", "description": "d" })).await;
    assert_eq!((after.etag(), after.position()), (before.etag(), head));
    assert_eq!(after.data(), before.data());
    manager.put(&tea.path, json!({})).await.data();
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_reader_asks_only_for_news() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let etag = manager.get(&tea.path).await.etag();
    for seen in [etag.clone(), format!("\"0\", W/{etag}"), "*".to_owned()] {
        let answer = manager.get_with(&tea.path, ("if-none-match", &seen)).await;
        assert_eq!((answer.status, answer.body.len(), answer.etag()), (304, 0, etag.clone()), "{seen}");
    }
    // and: a derived figure is news of the brand too
    let week = manager.creates_campaign(&tea, "Week").await;
    let with_campaign = manager.get_with(&tea.path, ("if-none-match", &etag)).await;
    assert_eq!(with_campaign.status, 200);
    manager.reports(&week, "mei", json!({ "followers": 5 })).await;
    let answer = manager.get_with(&tea.path, ("if-none-match", &with_campaign.etag())).await;
    assert_eq!((answer.status, &answer.json["data"]["creators_count"]), (200, &json!(1)));
    app.finish().await;
}

#[tokio::test]
async fn an_if_match_is_fresh_as_long_as_the_brand_itself_did_not_change() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let first = manager.get(&tea.path).await.etag();
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.reports(&week, "mei", json!({})).await;
    let derived = manager.get(&tea.path).await.etag();
    assert_ne!(first, derived);

    let patch = |etag: String, name: &'static str| {
        let manager = manager.clone();
        let path = tea.path.clone();
        async move { manager.sends(Method::PATCH, &path, json!({ "name": name }), &[("if-match", &etag)]).await }
    };
    patch(first.clone(), "Tea 2").await.data();
    // then: both earlier versions are stale now
    for stale in [first, derived, "\"1\"".to_owned(), "\"999999\"".to_owned(), "nonsense".to_owned()] {
        patch(stale.clone(), "Tea 3").await.fails_with(412);
        let stale = [("if-match", stale.as_str())];
        manager.sends(Method::PUT, &tea.path, json!({ "name": "x" }), &stale).await.fails_with(412);
        manager.sends(Method::DELETE, &tea.path, "", &stale).await.fails_with(412);
    }
    assert_eq!(manager.sees(&tea).await["name"], "Tea 2");
    patch("*".to_owned(), "Tea 4").await.data();
    let newest = manager.get(&tea.path).await.etag();
    manager.sends(Method::DELETE, &tea.path, "", &[("if-match", &newest)]).await.data();
    app.finish().await;
}

#[tokio::test]
async fn products_and_campaigns_have_versions_too() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, week) = (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    for thing in [&oolong, &week] {
        let before = manager.get(&thing.path).await.etag();
        assert_eq!(manager.get_with(&thing.path, ("if-none-match", &before)).await.status, 304);
        let changed = manager.patch(&thing.path, json!({ "name": "other" })).await;
        assert_eq!(changed.etag(), manager.get(&thing.path).await.etag());
        assert_ne!(changed.etag(), before);
        let stale = [("if-match", before.as_str())];
        manager.sends(Method::PATCH, &thing.path, json!({ "name": "third" }), &stale).await.fails_with(412);
        manager.sends(Method::DELETE, &thing.path, "", &stale).await.fails_with(412);
        manager.sends(Method::PATCH, &thing.path, json!({}), &stale).await.fails_with(412);
        let fresh = [("if-match", changed.header("etag").unwrap())];
        manager.sends(Method::PATCH, &thing.path, json!({ "name": "third" }), &fresh).await.data();
    }
    app.finish().await;
}

#[tokio::test]
async fn links_and_reports_show_in_the_versions_of_those_they_concern() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, week) = (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    let before = manager.get(&oolong.path).await;
    manager.links(&week, &oolong).await.data();
    manager.reports(&week, "mei", json!({})).await;
    let after = manager.get_with(&oolong.path, ("if-none-match", &before.etag())).await;
    assert_eq!((after.status, &after.json["data"]["collab_creators"]), (200, &json!(1)));
    assert_eq!(after.json["data"]["updated_at"], before.json["data"]["updated_at"]);

    let creators = manager.get(&week.at("creator_list/")).await;
    let linked = manager.get(&week.path).await;
    manager.deletes(&oolong).await;
    let unlinked = manager.get_with(&week.path, ("if-none-match", &linked.etag())).await;
    assert_eq!((unlinked.status, &unlinked.json["data"]["link_product"]), (200, &json!([])));
    manager.reports(&week, "mei", json!({ "followers": 9 })).await;
    assert_eq!(manager.get_with(&week.at("creator_list/"), ("if-none-match", &creators.etag())).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn of_many_who_name_the_same_version_one_succeeds() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let etag = manager.get(&tea.path).await.etag();
    let tries = (0..6).map(|number| {
        let (manager, path, etag) = (manager.clone(), tea.path.clone(), etag.clone());
        let body = json!({ "description": format!("by {number}") });
        async move { manager.sends(Method::PATCH, &path, body, &[("if-match", &etag)]).await }
    });
    let answers = futures::future::join_all(tries).await;
    let (done, told): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((done.len(), told.len()), (1, 5));
    assert!(told.iter().all(|answer| answer.status == 412));
    assert_eq!(manager.sees(&tea).await["description"], done[0].json["data"]["description"]);
    app.finish().await;
}

#[tokio::test]
async fn of_many_unconditional_writers_none_loses_an_update() {
    let app = TestApp::start().await;
    let (manager, other) = (app.manager().await, app.another_node().await);
    let tea = manager.creates_brand("Tea").await;
    let remote = other.receives(&manager);
    let fields = ["description", "logo_url", "category", "source", "campaign_id"];
    let writes = fields.iter().enumerate().map(|(index, field)| {
        let writer = if index % 2 == 0 { manager.clone() } else { remote.clone() };
        let path = tea.path.clone();
        async move { writer.patch(&path, json!({ *field: "written" })).await }
    });
    for answer in futures::future::join_all(writes).await {
        answer.data();
    }
    let brand = remote.sees(&tea).await;
    assert!(fields.iter().all(|field| brand[*field] == "written"), "{brand}");
    other.leaves().await;
    app.finish().await;
}
