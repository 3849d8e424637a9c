//! Which products a campaign links, and in which order.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn links_stand_in_the_order_they_were_added_and_repeats_append_nothing() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let mut products = Vec::new();
    for name in ["c", "a", "b"] {
        products.push(manager.creates_product(&tea, name).await);
    }
    let week = manager.creates_campaign(&tea, "Week").await;
    for product in &products {
        let answer = manager.links(&week, product).await;
        assert_eq!(answer.json, json!({ "code": 200, "message": "产品添加成功", "data": null }));
    }
    let ids: Vec<_> = products.iter().map(|product| product.id.clone()).collect();
    assert_eq!(manager.sees(&week).await["link_product"], json!(ids));
    let (before, head) = (manager.get(&week.path).await, app.head().await);
    let again = manager.links(&week, &products[0]).await;
    assert_eq!(again.json["message"], "产品添加成功");
    assert_eq!(again.position(), head);

    let body = json!({ "product_id": ids[1] });
    for _ in 0..2 {
        let answer = manager.post(&week.at("remove_product/"), &body).await;
        assert_eq!(answer.json, json!({ "code": 200, "message": "产品移除成功", "data": null }));
    }
    assert_eq!(app.head().await, head + 1);
    assert_eq!(manager.sees(&week).await["link_product"], json!([ids[0], ids[2]]));
    manager.links(&week, &products[1]).await.data();
    assert_eq!(manager.sees(&week).await["link_product"], json!([ids[0], ids[2], ids[1]]));
    assert_eq!(manager.get_with(&week.path, ("if-none-match", &before.etag())).await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn only_live_products_of_the_same_brand_can_be_linked() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let (leaf, bean) = (manager.creates_product(&tea, "Leaf").await, manager.creates_product(&coffee, "Bean").await);
    let week = manager.creates_campaign(&tea, "Week").await;
    let gone = manager.creates_product(&tea, "Gone").await;
    manager.deletes(&gone).await;
    let head = app.head().await;
    for action in ["add_product/", "remove_product/"] {
        let post = |product: serde_json::Value| {
            let (manager, path) = (manager.clone(), week.at(action));
            async move { manager.post(&path, json!({ "product_id": product })).await }
        };
        post(json!(bean.id)).await.fails_with(400);
        post(json!(gone.id)).await.fails_with(404);
        post(json!(uuid::Uuid::now_v7())).await.fails_with(404);
        assert!(post(json!("leaf")).await.fails_with(400).contains("product_id"));
        assert!(post(json!(null)).await.fails_with(400).contains("product_id"));
        assert!(manager.post(&week.at(action), "{}").await.fails_with(400).contains("product_id"));
        let nowhere = format!("/api/campaigns/{}/{action}", uuid::Uuid::now_v7());
        manager.post(&nowhere, json!({ "product_id": leaf.id })).await.fails_with(404);
    }
    for link in [&bean.id, &gone.id] {
        let body = json!({ "link_product": [leaf.id, link] });
        assert!(manager.patch(&week.path, body).await.fails_with(400).contains("link_product"));
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}

#[tokio::test]
async fn a_body_sets_the_links_and_their_order() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c"] {
        ids.push(manager.creates_product(&tea, name).await.id);
    }
    let body = json!({ "brand": tea.id, "name": "W", "dataset_id": "d", "link_product": [ids[2], ids[0], ids[2]] });
    let week = manager.creates("/api/campaigns/", body).await;
    assert_eq!(week["link_product"], json!([ids[2], ids[0]]));
    for wanted in [json!([ids[0], ids[1], ids[2]]), json!([ids[1]]), json!([]), json!([ids[2], ids[1]])] {
        let changed = manager.changes(&week, json!({ "link_product": wanted })).await;
        assert_eq!(changed["link_product"], wanted);
        assert_eq!(manager.sees(&week).await["link_product"], wanted);
    }
    let head = app.head().await;
    manager.changes(&week, json!({ "link_product": [ids[2], ids[1]] })).await;
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_link_and_the_deletion_of_its_product_at_once_leave_no_dead_link() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    for round in 0..5 {
        let product = manager.creates_product(&tea, &format!("p{round}")).await;
        let (linked, ()) = tokio::join!(manager.links(&week, &product), manager.deletes(&product));
        assert!(matches!(linked.status, 200 | 404), "{}", linked.json);
        assert_eq!(manager.sees(&week).await["link_product"], json!([]));
    }
    app.finish().await;
}
