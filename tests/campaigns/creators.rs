//! Creators of a campaign: the list, and reports by hand.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::shapes::{self, column, has_keys};

#[tokio::test]
async fn the_list_has_exactly_the_keys_of_the_contract() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let empty = manager.get(&week.at("creator_list/")).await.data();
    has_keys(&empty, &["campaign", "creators"]);
    has_keys(&empty["campaign"], shapes::BRIEF);
    assert_eq!(empty["creators"], json!([]));
    for field in shapes::BRIEF {
        assert_eq!(empty["campaign"][field], week[field], "{field}");
    }
    let fields = json!({ "name": "美", "category": "food", "followers": 1200, "gmv_generated": "10.5",
        "views_generated": 3000, "pricing": 7, "status": "accepted" });
    let mei = manager.reports(&week, "mei", fields).await;
    has_keys(&mei, shapes::CREATOR);
    let expected = json!({ "id": "mei", "name": "美", "category": "food", "followers": 1200,
        "gmv_generated": "10.50", "views_generated": "3000", "pricing": "7.00", "status": "accepted" });
    assert_eq!(mei, expected);
    let list = manager.get(&week.at("creator_list/")).await.data();
    assert_eq!(list["creators"], json!([expected]));
    assert_eq!(list["campaign"]["creators_count"], 1);
    app.finish().await;
}

#[tokio::test]
async fn a_report_says_only_what_it_says() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let mei = manager.reports(&week, "mei", json!({})).await;
    let blank = json!({ "id": "mei", "name": null, "category": null, "followers": 0, "gmv_generated": "0.00",
        "views_generated": "0", "pricing": "0.00", "status": "pending" });
    assert_eq!(mei, blank);
    manager.reports(&week, "mei", json!({ "followers": 5, "name": "Mei" })).await;
    let mei = manager.reports(&week, "mei", json!({ "pricing": "1.25" })).await;
    assert_eq!((&mei["followers"], &mei["name"], &mei["pricing"]), (&json!(5), &json!("Mei"), &json!("1.25")));
    let (head, before) = (app.head().await, manager.sees(&week).await);
    manager.reports(&week, "mei", json!({ "pricing": 1.25, "id": "other", "unknown": 1 })).await;
    manager.reports(&week, "mei", json!({})).await;
    assert_eq!((app.head().await, manager.sees(&week).await), (head, before));
    let mei = manager.reports(&week, "mei", json!({ "name": null })).await;
    assert_eq!(mei["name"], Value::Null);
    app.finish().await;
}

#[tokio::test]
async fn creators_stand_in_the_order_they_joined() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    for creator in ["zoe", "adam", "mei", "adam"] {
        manager.reports(&week, creator, json!({ "followers": 1 })).await;
    }
    let list = manager.get(&week.at("creator_list/")).await.data();
    assert_eq!(column(&list["creators"], "id"), ["zoe", "adam", "mei"]);
    assert_eq!(manager.sees(&week).await["creators_count"], 3);
    // and: a client's own figure counts until null is sent
    let changed = manager.changes(&week, json!({ "creators_count": 50 })).await;
    assert_eq!(changed["creators_count"], 50);
    let list = manager.get(&week.at("creator_list/")).await.data();
    assert_eq!(list["campaign"]["creators_count"], 50);
    assert_eq!(manager.changes(&week, json!({ "creators_count": null })).await["creators_count"], 3);
    app.finish().await;
}

#[tokio::test]
async fn an_id_is_free_text_up_to_a_hundred_characters() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let encoded = |id: &str| -> String { url::form_urlencoded::byte_serialize(id.as_bytes()).collect::<String>().replace('+', "%20") };
    for id in ["创作者", "a/b", "x y", "100%", "'; DROP TABLE campaigns; --", "<b>", &"茶".repeat(100), "a?b#c", "%2F"] {
        let creator = manager.reports(&week, &encoded(id), json!({ "followers": 3 })).await;
        assert_eq!((&creator["id"], &creator["followers"]), (&json!(id), &json!(3)));
        let again = manager.reports(&week, &encoded(id), json!({ "followers": 4 })).await;
        assert_eq!(again["id"], id);
    }
    let head = app.head().await;
    for id in ["%20", "%00", "a%00b", "%0A", "%FF", &encoded(&"x".repeat(101))] {
        let answer = manager.put(&week.at(&format!("creators/{id}/")), "{}").await;
        assert!(matches!(answer.status, 400 | 404), "{id}: {}", answer.json);
        answer.fails_with(answer.status);
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn spaces_around_an_id_are_no_trap() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let creator = manager.reports(&week, "%20mei%20", json!({ "followers": 3 })).await;
    let list = manager.get(&week.at("creator_list/")).await.data();
    assert_eq!(list["creators"], json!([creator]));
    app.finish().await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_told_and_not_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let head = app.head().await;
    for (field, wrong) in [
        ("name", json!(5)),
        ("followers", json!(-1)),
        ("followers", json!(1.5)),
        ("followers", json!(null)),
        ("gmv_generated", json!("-1")),
        ("gmv_generated", json!(0.001)),
        ("views_generated", json!(0.5)),
        ("pricing", json!("free")),
        ("status", json!("busy")),
        ("product_id", json!("none")),
    ] {
        let message = manager.put(&week.at("creators/mei/"), json!({ field: wrong })).await.fails_with(400);
        assert!(message.contains(field), "{message}");
    }
    let nowhere = format!("/api/campaigns/{}/creators/mei/", uuid::Uuid::now_v7());
    manager.put(&nowhere, "{}").await.fails_with(404);
    manager.put("/api/campaigns/no-uuid/creators/mei/", "{}").await.fails_with(404);
    assert_eq!(app.head().await, head);
    assert_eq!(manager.get(&week.at("creator_list/")).await.data()["creators"], json!([]));
    app.finish().await;
}
