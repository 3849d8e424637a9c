//! What people do with brands (contract §2).

mod figures;
mod lists;
mod versions;

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::shapes::{self, has_keys};

#[tokio::test]
async fn a_new_brand_has_every_field_of_the_contract() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let answer = manager.post("/api/brands/", json!({ "name": "Tea" })).await;
    assert_eq!((answer.status, &answer.json["code"], &answer.json["message"]), (200, &json!(200), &json!("成功")));
    let brand = answer.json["data"].clone();
    has_keys(&brand, &[shapes::BRAND, shapes::ONE_BRAND].concat());
    has_keys(&brand["figures_source"], shapes::FIGURES);
    let expected = json!({
        "id": brand["id"], "name": "Tea", "description": null, "logo_url": null, "category": null, "source": null,
        "collab_count": 0, "creators_count": 0, "campaign_id": null, "total_gmv_achieved": "0.00",
        "total_views_achieved": "0.00", "shop_overall_rating": "0.0", "dataset_id_list": [],
        "created_at": brand["created_at"], "updated_at": brand["updated_at"], "is_active": true,
        "products": [], "campaigns": [],
        "figures_source": { "creators_count": "derived", "collab_count": "derived",
            "total_gmv_achieved": "derived", "total_views_achieved": "derived" },
    });
    assert_eq!(brand, expected);
    let created_at = brand["created_at"].as_str().unwrap();
    assert!(created_at.ends_with('Z') && chrono::DateTime::parse_from_rfc3339(created_at).is_ok(), "{created_at}");
    assert_eq!(uuid::Uuid::parse_str(brand["id"].as_str().unwrap()).unwrap().get_version_num(), 7);
    assert_eq!(manager.get(&format!("/api/brands/{}/", brand["id"].as_str().unwrap())).await.data(), expected);
    app.finish().await;
}

#[tokio::test]
async fn one_brand_shows_its_live_products_and_campaigns_whole_and_newest_first() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, green) = (manager.creates_product(&tea, "Oolong").await, manager.creates_product(&tea, "Green").await);
    let week = manager.creates_campaign(&tea, "Tea week").await;
    let day = manager.creates_campaign(&tea, "Tea day").await;
    let gone = manager.creates_product(&tea, "Gone").await;
    manager.deletes(&gone).await;

    let brand = manager.sees(&tea).await;
    assert_eq!(brand["products"], json!([manager.sees(&green).await, manager.sees(&oolong).await]));
    assert_eq!(brand["campaigns"], json!([manager.sees(&day).await, manager.sees(&week).await]));
    has_keys(&brand["products"][0], shapes::PRODUCT);
    has_keys(&brand["campaigns"][0], shapes::CAMPAIGN);
    assert_eq!(manager.get(&tea.at("products/")).await.data(), brand["products"]);
    assert_eq!(manager.get(&tea.at("campaigns/")).await.data(), brand["campaigns"]);
    app.finish().await;
}

#[tokio::test]
async fn put_and_patch_both_change_just_the_fields_sent() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = json!({ "name": "Tea", "description": "leaves", "category": "drinks", "campaign_id": 17,
        "shop_overall_rating": "4.5", "logo_url": "https://tea.example/logo.png", "source": "fair" });
    let tea = manager.creates("/api/brands/", fields).await;
    assert_eq!((&tea["campaign_id"], &tea["shop_overall_rating"]), (&json!("17"), &json!("4.5")));

    let put = manager.put(&tea.path, json!({ "description": null })).await.data();
    assert_eq!((&put["description"], &put["name"], &put["source"]), (&Value::Null, &json!("Tea"), &json!("fair")));
    let patched = manager.patch(&tea.path, json!({ "name": "  Fine tea ", "shop_overall_rating": 3 })).await.data();
    assert_eq!((&patched["name"], &patched["shop_overall_rating"]), (&json!("Fine tea"), &json!("3.0")));
    assert_eq!(patched["category"], "drinks");
    assert_eq!(manager.sees(&tea).await, patched);
    assert_ne!(patched["updated_at"], tea["updated_at"]);
    assert_eq!(patched["created_at"], tea["created_at"]);
    app.finish().await;
}

#[tokio::test]
async fn read_only_and_unknown_fields_are_ignored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = json!({ "name": "Tea", "id": "x", "is_active": false, "created_at": 5, "updated_at": [],
        "dataset_id_list": "none", "products": 1, "colour": "green" });
    let tea = manager.creates("/api/brands/", fields.clone()).await;
    assert_eq!((&tea["is_active"], &tea["dataset_id_list"]), (&json!(true), &json!([])));
    let head = app.head().await;
    assert_eq!(manager.put(&tea.path, fields).await.data(), tea.view);
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_required_short_and_nobody_elses() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    manager.creates_brand("Tea").await;
    let coffee = manager.creates_brand("Coffee").await;
    let longest = "茶".repeat(100);
    manager.creates_brand(&longest).await;
    let head = app.head().await;

    let refused = [
        json!({}),
        json!({ "name": null }),
        json!({ "name": "" }),
        json!({ "name": "   " }),
        json!({ "name": 5 }),
        json!({ "name": "茶".repeat(101) }),
        json!({ "name": "Tea" }),
        json!({ "name": " Tea " }),
    ];
    for body in refused {
        let message = manager.post("/api/brands/", &body).await.fails_with(400);
        assert!(message.contains("name"), "{message} for {body}");
    }
    let message = manager.patch(&coffee.path, json!({ "name": "Tea" })).await.fails_with(400);
    assert!(message.contains("taken"), "{message}");
    manager.patch(&coffee.path, json!({ "name": "" })).await.fails_with(400);
    assert_eq!(app.head().await, head, "something was stored");
    // and: keeping one's own name is no conflict
    assert_eq!(manager.changes(&coffee, json!({ "name": "Coffee" })).await, coffee.view);
    app.finish().await;
}

#[tokio::test]
async fn of_many_who_take_a_name_at_once_one_gets_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tries = (0..8).map(|_| manager.post("/api/brands/", json!({ "name": "Tea" })));
    let answers = futures::future::join_all(tries).await;
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!((made.len(), refused.len()), (1, 7));
    for answer in refused {
        answer.fails_with(400);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_brand_is_gone_with_all_that_is_its_and_its_name_is_free() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, week) = (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    manager.links(&week, &oolong).await.data();
    manager.deletes(&tea).await;

    for thing in [&tea, &oolong, &week] {
        manager.get(&thing.path).await.fails_with(404);
        manager.patch(&thing.path, json!({ "name": "x" })).await.fails_with(404);
        manager.delete(&thing.path).await.fails_with(404);
    }
    for below in ["products/", "campaigns/", "dataset_ids/"] {
        manager.get(&tea.at(below)).await.fails_with(404);
    }
    for below in ["creator_list/", "websocket_url/"] {
        manager.get(&week.at(below)).await.fails_with(404);
    }
    manager.links(&week, &oolong).await.fails_with(404);
    manager.put(&week.at("creators/c1/"), json!({})).await.fails_with(404);
    for list in ["/api/brands/", "/api/products/", "/api/campaigns/"] {
        assert_eq!(manager.get(list).await.data(), json!([]));
    }
    let body = json!({ "brand": tea.id, "name": "late", "dataset_id": "d" });
    for list in ["/api/products/", "/api/campaigns/"] {
        assert!(manager.post(list, &body).await.fails_with(400).contains("brand"));
    }
    // and: the name, and the names below it, are free
    let again = manager.creates_brand("Tea").await;
    assert_ne!(again.id, tea.id);
    manager.creates_product(&again, "Oolong").await;
    app.finish().await;
}

#[tokio::test]
async fn a_name_given_up_is_free_at_once() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    manager.changes(&tea, json!({ "name": "Coffee" })).await;
    manager.creates_brand("Tea").await;
    manager.patch(&tea.path, json!({ "name": "Tea" })).await.fails_with(400);
    app.finish().await;
}
