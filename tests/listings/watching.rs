use serde_json::json;

use super::{ITEM, observes, seen, watches};
use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn a_page_is_watched_changed_and_watched_no_more() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = json!({ "url": "https://shop.example/1", "product_id": 13091835, "name": " 高山烏龍茶 ",
        "brand": "茶屋", "category": "茶葉", "extract": "css:.price@content", "interval": 3600 });
    let answer = manager.post("/api/listings", body).await;
    let listing = answer.data();
    let id = listing["id"].as_i64().unwrap();
    assert!(answer.position() > 0);
    for key in ITEM {
        assert!(listing.get(key).is_some(), "{key}");
    }
    assert_eq!(listing["product_id"], "13091835");
    assert_eq!(listing["name"], "高山烏龍茶");
    assert_eq!((&listing["price"], &listing["last_checked"]), (&json!(null), &json!(null)));
    assert_eq!((&listing["status"], &listing["stock_status"]), (&json!("active"), &json!("unknown")));
    assert_eq!((&listing["currency"], &listing["interval"]), (&json!("TWD"), &json!(3600)));
    let path = format!("/api/listings/{id}");
    let found = manager.get(&path).await;
    assert_eq!(found.data(), listing);

    let changed = manager.patch(&path, json!({ "name": "烏龍", "brand": null, "price": 5, "id": 9 })).await;
    assert_eq!((&changed.data()["name"], &changed.data()["brand"]), (&json!("烏龍"), &json!(null)));
    assert_eq!((&changed.data()["price"], &changed.data()["id"]), (&json!(null), &json!(id)));
    let same = manager.patch(&path, json!({ "name": "烏龍" })).await;
    assert_eq!(same.position(), changed.position(), "nothing changed, nothing is stored");

    let gone = manager.delete(&path).await;
    assert_eq!(gone.json, json!({ "success": true, "data": null, "message": "操作成功" }));
    for answer in [manager.get(&path).await, manager.delete(&path).await, manager.patch(&path, "{}").await] {
        answer.fails_with(404);
    }
    let again = watches(&manager, "13091835", json!({})).await;
    assert!(again > id, "the code is free, the number is not");
    let history = manager.get(&format!("/api/audit/listings/{id}")).await.data();
    let types: Vec<_> =
        history["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(types, ["ListingRegistered", "ListingChanged", "ListingRemoved"]);
    app.finish().await;
}

#[tokio::test]
async fn a_listing_may_begin_with_a_price() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id =
        watches(&manager, "A", json!({ "price": "3280.50", "stock_status": "in_stock", "currency": "usd" }))
            .await;
    let listing = manager.get(&format!("/api/listings/{id}")).await.data();
    assert_eq!((&listing["price"], &listing["currency"]), (&json!(3280.5), &json!("USD")));
    assert_eq!(listing["stock_status"], "in_stock");
    let taken =
        manager.post(super::OBSERVATIONS, json!([{ "listing": id, "price": 9, "currency": "TWD" }])).await;
    assert_eq!(taken.data()["rejected"][0]["code"], "other_currency");
    let message =
        manager.patch(&format!("/api/listings/{id}"), json!({ "currency": "TWD" })).await.fails_with(400);
    assert!(message.contains("currency"), "{message}");
    app.finish().await;
}

#[tokio::test]
async fn goods_codes_are_unique_among_what_is_watched() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let other = watches(&manager, "B", json!({})).await;
    let body = json!({ "url": "https://shop.example/2", "product_id": "A" });
    let message = manager.post("/api/listings", body).await.fails_with(400);
    assert!(message.contains("product_id"), "{message}");
    let path = format!("/api/listings/{other}");
    assert!(manager.patch(&path, json!({ "product_id": "A" })).await.fails_with(400).contains("product_id"));
    // Several may lack one.
    for _ in 0..2 {
        manager.post("/api/listings", json!({ "url": "https://shop.example/3" })).await.data();
    }
    app.finish().await;
}

#[tokio::test]
async fn changes_honour_if_match() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let path = format!("/api/listings/{id}");
    let first = manager.get(&path).await.etag();
    let patch = |tag: String, name: &'static str| {
        let (manager, path) = (manager.clone(), path.clone());
        async move {
            let headers = [("if-match", tag.as_str())];
            manager.sends(reqwest::Method::PATCH, &path, json!({ "name": name }), &headers).await
        }
    };
    let second = patch(first.clone(), "one").await;
    assert_eq!(second.data()["name"], "one");
    patch(first.clone(), "two").await.fails_with(412);
    patch("\"999999\"".to_owned(), "two").await.fails_with(412);
    // An observation is news too.
    observes(&manager, json!([seen(id, 100, 0)])).await;
    patch(second.etag(), "two").await.fails_with(412);
    let third = manager.get(&path).await.etag();
    observes(&manager, json!([seen(id, 100, 0)])).await;
    assert_ne!(manager.get(&path).await.etag(), third, "it was looked at again");
    assert_eq!(patch(third, "two").await.data()["name"], "two", "a look is no change");
    app.finish().await;
}

#[tokio::test]
async fn a_listing_is_joined_to_a_product_of_a_brand() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let product = manager.creates_product(&tea, "Oolong").await;
    let id = watches(&manager, "A", json!({ "linked_product": product.id })).await;
    let path = format!("/api/listings/{id}");
    assert_eq!(manager.get(&path).await.data()["linked_product"], json!(product.id));
    assert_eq!(
        manager.patch(&path, json!({ "linked_product": null })).await.data()["linked_product"],
        json!(null)
    );
    let nil = uuid::Uuid::nil();
    let message = manager.patch(&path, json!({ "linked_product": nil })).await.fails_with(400);
    assert!(message.contains("linked_product"), "{message}");
    manager.deletes(&product).await;
    manager.patch(&path, json!({ "linked_product": product.id })).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_told_and_not_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let head = app.head().await;
    for (field, wrong) in [
        ("url", json!("shop.example")),
        ("url", json!("ftp://shop.example/1")),
        ("url", json!("")),
        ("url", json!(null)),
        ("url", json!(5)),
        ("product_id", json!("x".repeat(101))),
        ("product_id", json!([1])),
        ("name", json!("x".repeat(256))),
        ("interval", json!(0)),
        ("interval", json!("often")),
        ("currency", json!("XYZ")),
        ("currency", json!(5)),
        ("extract", json!(5)),
        ("extract", json!("css:[[[")),
        ("extract", json!({ "method": "regex", "pattern": "(" })),
        ("linked_product", json!("A")),
    ] {
        let message =
            manager.patch(&format!("/api/listings/{id}"), json!({ field: wrong })).await.fails_with(400);
        assert!(message.contains(field), "{field}: {message}");
        let mut body = json!({ "url": "https://shop.example/9" });
        body[field] = wrong;
        assert!(manager.post("/api/listings", body).await.fails_with(400).contains(field), "{field}");
    }
    assert!(
        manager.post("/api/listings", json!({ "product_id": "Z" })).await.fails_with(400).contains("url")
    );
    manager.patch(&format!("/api/listings/{id}"), json!({ "status": "sold" })).await.fails_with(400);
    for path in
        ["/api/listings/0", "/api/listings/x", "/api/listings/99999999999999999999", "/api/listings/-1"]
    {
        manager.get(path).await.fails_with(404);
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}

#[tokio::test]
async fn the_audit_tells_prices_and_any_past_state() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({ "name": "Tea" })).await;
    observes(&manager, json!([seen(id, 100, 30), seen(id, 90, 20)])).await;
    let before = app.head().await;
    observes(&manager, json!([seen("A", "90.00", 10), seen(id, 95, 5)])).await;
    let prices = manager.get(&format!("/api/audit/listings/{id}/prices")).await.data();
    let prices = prices["prices"].as_array().unwrap();
    let told: Vec<_> = prices.iter().map(|line| (line["price"].clone(), line["previous"].clone())).collect();
    assert_eq!(told, [(json!(100), json!(null)), (json!(90), json!(100)), (json!(95), json!(90))]);
    has_keys(
        &prices[0],
        &["position", "at", "observed_at", "price", "previous", "stock_status", "source", "actor"],
    );
    assert_eq!(prices[0]["actor"]["name"], manager.username);
    assert_eq!(prices[0]["source"], "api");
    let state = manager.get(&format!("/api/audit/listings/{id}/state?as_of={before}")).await.data();
    assert_eq!((&state["name"], &state["prices"].as_array().unwrap().len()), (&json!("Tea"), &2));
    assert_eq!(
        (&state["id"], &state["price"], &state["previous_price"]),
        (&json!(id), &json!(90), &json!(100))
    );
    assert_eq!((&state["prices"][0]["price"], &state["prices"][1]["price"]), (&json!(100), &json!(90)));
    let (state, shown) = (
        manager.get(&format!("/api/audit/listings/{id}/state")).await.data(),
        manager.get(&format!("/api/listings/{id}")).await.data(),
    );
    for field in ["id", "product_id", "name", "price", "previous_price", "stock_status", "status"] {
        assert_eq!(state[field], shown[field], "{field}");
    }
    manager.get("/api/audit/listings/999/prices").await.fails_with(404);
    manager.get("/api/audit/listings/999").await.fails_with(404);
    app.finish().await;
}
