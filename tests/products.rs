//! What people do with products (contract §2).

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::shapes::{self, column, has_keys};

#[tokio::test]
async fn a_new_product_has_every_field_of_the_contract() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let body = json!({ "brand": tea.id, "name": " Oolong ", "dataset_id": "d1" });
    let product = manager.creates("/api/products/", body).await;
    has_keys(&product.view, shapes::PRODUCT);
    let expected = json!({
        "id": product.id, "brand": tea.id, "name": "Oolong", "description": null, "image_url": null, "pid": null,
        "commission_rate": "0.00", "open_collab": "0.00", "available_samples": 0, "sales_price_min": null,
        "sales_price_max": null, "stock": 0, "items_sold": 0, "product_rating": "0.0", "reviews_count": 0,
        "collab_creators": 0, "tiktok_shop": false, "dataset_id": "d1", "external_id": null,
        "created_at": product["created_at"], "updated_at": product["created_at"], "is_active": true,
    });
    assert_eq!(product.view, expected);
    assert_eq!(manager.sees(&product).await, expected);
    assert_eq!(manager.get("/api/products/").await.data(), json!([expected]));
    app.finish().await;
}

#[tokio::test]
async fn numbers_are_exact_come_as_numbers_or_text_and_go_out_as_text() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let fields = json!({ "brand": tea.id, "name": "Oolong", "dataset_id": 5, "pid": 1729384756102938475_u64,
        "commission_rate": 12.5, "open_collab": "100", "sales_price_min": "0.10", "sales_price_max": 1e3,
        "stock": "7", "items_sold": 8.0, "available_samples": 9, "product_rating": 4.9, "reviews_count": 10,
        "tiktok_shop": true, "external_id": -3 });
    let product = manager.creates("/api/products/", fields).await.view;
    let expected = [
        ("commission_rate", json!("12.50")),
        ("open_collab", json!("100.00")),
        ("sales_price_min", json!("0.10")),
        ("sales_price_max", json!("1000.00")),
        ("stock", json!(7)),
        ("items_sold", json!(8)),
        ("available_samples", json!(9)),
        ("product_rating", json!("4.9")),
        ("reviews_count", json!(10)),
        ("tiktok_shop", json!(true)),
        ("dataset_id", json!("5")),
        ("pid", json!("1729384756102938475")),
        ("external_id", json!("-3")),
    ];
    for (field, value) in expected {
        assert_eq!(product[field], value, "{field}");
    }
    // and: no binary float is on the way
    let thing = crate::support::Thing::new("/api/products/", product);
    let raw = r#"{"sales_price_min": 0.29, "sales_price_max": 9007199254740.93, "commission_rate": 99.99}"#;
    let changed = manager.patch(&thing.path, raw).await.data();
    assert_eq!((&changed["sales_price_min"], &changed["commission_rate"]), (&json!("0.29"), &json!("99.99")));
    assert_eq!(changed["sales_price_max"], "9007199254740.93");
    app.finish().await;
}

#[tokio::test]
async fn what_breaks_a_rule_is_told_by_its_name_and_not_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let product = manager.creates_product(&tea, "Oolong").await;
    let head = app.head().await;
    for (field, wrong) in [
        ("brand", json!("no uuid")),
        ("brand", json!(null)),
        ("brand", json!(uuid::Uuid::nil())),
        ("brand", json!(product.id)),
        ("name", json!(" ")),
        ("dataset_id", json!("")),
        ("dataset_id", json!(null)),
        ("dataset_id", json!([])),
        ("commission_rate", json!(100.01)),
        ("commission_rate", json!(-1)),
        ("open_collab", json!("101")),
        ("open_collab", json!("0.001")),
        ("product_rating", json!(5.1)),
        ("product_rating", json!("4.55")),
        ("stock", json!(-1)),
        ("stock", json!(1.5)),
        ("stock", json!(null)),
        ("items_sold", json!("x")),
        ("available_samples", json!(1e30)),
        ("reviews_count", json!(-5)),
        ("collab_creators", json!(-1)),
        ("sales_price_min", json!("-0.01")),
        ("sales_price_max", json!("NaN")),
        ("tiktok_shop", json!("yes")),
        ("tiktok_shop", json!(1)),
    ] {
        let message = manager.patch(&product.path, json!({ field: wrong })).await.fails_with(400);
        assert!(message.contains(field), "{message}");
        let mut whole = json!({ "brand": tea.id, "name": "New", "dataset_id": "d" });
        whole[field] = wrong;
        let message = manager.post("/api/products/", whole).await.fails_with(400);
        assert!(message.contains(field), "{message}");
    }
    for missing in ["brand", "name", "dataset_id"] {
        let mut whole = json!({ "brand": tea.id, "name": "New", "dataset_id": "d" });
        whole.as_object_mut().unwrap().remove(missing);
        assert!(manager.post("/api/products/", whole).await.fails_with(400).contains(missing));
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}

#[tokio::test]
async fn the_least_price_is_never_above_the_most() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let product = manager.creates_product(&tea, "Oolong").await;
    manager.patch(&product.path, json!({ "sales_price_min": 5, "sales_price_max": 4.99 })).await.fails_with(400);
    manager.changes(&product, json!({ "sales_price_min": 5, "sales_price_max": 5 })).await;
    assert!(manager.patch(&product.path, json!({ "sales_price_min": 6 })).await.fails_with(400).contains("sales_price"));
    manager.patch(&product.path, json!({ "sales_price_max": "4" })).await.fails_with(400);
    let changed = manager.changes(&product, json!({ "sales_price_max": null, "sales_price_min": 6 })).await;
    assert_eq!((&changed["sales_price_min"], &changed["sales_price_max"]), (&json!("6.00"), &Value::Null));
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_unique_in_its_brand_only() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let oolong = manager.creates_product(&tea, "Classic").await;
    let bean = manager.creates_product(&coffee, "Classic").await;
    let body = json!({ "brand": tea.id, "name": "Classic", "dataset_id": "d" });
    assert!(manager.post("/api/products/", &body).await.fails_with(400).contains("name"));
    // and: a move brings the name along
    let message = manager.patch(&bean.path, json!({ "brand": tea.id })).await.fails_with(400);
    assert!(message.contains("name"), "{message}");
    let moved = manager.changes(&bean, json!({ "brand": tea.id, "name": "Bean" })).await;
    assert_eq!((&moved["brand"], &moved["name"]), (&json!(tea.id), &json!("Bean")));
    // and: names given up are free
    manager.creates_product(&coffee, "Classic").await;
    manager.deletes(&oolong).await;
    manager.post("/api/products/", &body).await.data();
    app.finish().await;
}

#[tokio::test]
async fn a_product_moves_to_another_brand_and_both_brands_show_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let product = manager.creates_product(&tea, "Mix").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.links(&week, &product).await.data();
    let tags = [manager.get(&tea.path).await.etag(), manager.get(&coffee.path).await.etag()];

    manager.changes(&product, json!({ "brand": coffee.id })).await;
    assert_eq!(manager.sees(&tea).await["products"], json!([]));
    assert_eq!(column(&manager.sees(&coffee).await["products"], "id"), [product.id.as_str()]);
    assert_eq!(column(&manager.get(&coffee.at("products/")).await.data(), "id"), [product.id.as_str()]);
    for (brand, tag) in [&tea, &coffee].into_iter().zip(tags) {
        assert_eq!(manager.get_with(&brand.path, ("if-none-match", &tag)).await.status, 200);
    }
    // and: a campaign of the old brand does not link it any more
    assert_eq!(manager.sees(&week).await["link_product"], json!([]));
    manager.links(&week, &product).await.fails_with(400);
    // and: it goes with its new brand, not with its old one
    manager.deletes(&tea).await;
    manager.sees(&product).await;
    manager.deletes(&coffee).await;
    manager.get(&product.path).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_product_is_gone_and_campaigns_drop_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let (oolong, green) = (manager.creates_product(&tea, "Oolong").await, manager.creates_product(&tea, "Green").await);
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.links(&week, &oolong).await.data();
    manager.links(&week, &green).await.data();
    manager.deletes(&oolong).await;
    assert_eq!(manager.sees(&week).await["link_product"], json!([green.id]));
    manager.get(&oolong.path).await.fails_with(404);
    manager.delete(&oolong.path).await.fails_with(404);
    manager.patch(&oolong.path, json!({ "name": "x" })).await.fails_with(404);
    for action in ["add_product/", "remove_product/"] {
        manager.post(&week.at(action), json!({ "product_id": oolong.id })).await.fails_with(404);
    }
    let history = manager.get(&format!("/api/audit/products/{}", oolong.id)).await.data();
    assert_eq!(column(&history["events"], "type"), ["ProductCreated", "ProductDeleted"]);
    app.finish().await;
}

#[tokio::test]
async fn collab_creators_counts_the_creators_of_campaigns_that_link_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let product = manager.creates_product(&tea, "Oolong").await;
    let (week, day) = (manager.creates_campaign(&tea, "Week").await, manager.creates_campaign(&tea, "Day").await);
    manager.reports(&week, "mei", json!({})).await;
    manager.reports(&week, "lin", json!({})).await;
    manager.reports(&day, "mei", json!({})).await;
    let shown = || async { manager.sees(&product).await["collab_creators"].clone() };
    assert_eq!(shown().await, 0);
    manager.links(&week, &product).await.data();
    manager.links(&day, &product).await.data();
    assert_eq!(shown().await, 2);
    manager.changes(&product, json!({ "collab_creators": 70 })).await;
    assert_eq!(shown().await, 70);
    manager.changes(&product, json!({ "collab_creators": null })).await;
    manager.deletes(&week).await;
    assert_eq!(shown().await, 1);
    app.finish().await;
}
