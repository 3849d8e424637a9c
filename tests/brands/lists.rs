//! Lists, their pages, searches and orders; products and campaigns have the same ones.

use serde_json::json;

use crate::support::shapes::{self, column, has_keys};
use crate::support::{Actor, TestApp};

async fn names(actor: &Actor, query: &str) -> Vec<String> {
    column(&actor.get(&format!("/api/brands/{query}")).await.data(), "name")
}

#[tokio::test]
async fn a_list_is_whole_and_newest_first() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for name in ["a", "b", "c"] {
        manager.creates_brand(name).await;
    }
    let answer = manager.get("/api/brands/").await;
    assert_eq!(answer.header("x-total-count"), Some("3"));
    let list = answer.data();
    assert_eq!(column(&list, "name"), ["c", "b", "a"]);
    has_keys(&list[0], shapes::BRAND);
    app.finish().await;
}

#[tokio::test]
async fn pages_keep_the_array_and_count_in_a_header() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for number in 0..5 {
        manager.creates_brand(&format!("b{number}")).await;
    }
    let answer = manager.get("/api/brands/?page=2&page_size=2").await;
    assert_eq!(answer.header("x-total-count"), Some("5"));
    assert_eq!(column(&answer.data(), "name"), ["b2", "b1"]);
    assert_eq!(names(&manager, "?page=3&page_size=2").await, ["b0"]);
    assert!(names(&manager, "?page=9&page_size=2").await.is_empty());
    // and: what makes no sense falls back to page 1 with 50 items
    for query in ["?page=x", "?page=0", "?page=-1&page_size=nonsense", "?page_size=0", "?page=99999999999999999999"] {
        assert_eq!(names(&manager, query).await.len(), 5, "{query}");
    }
    assert_eq!(names(&manager, "?page_size=1000000").await.len(), 5);
    app.finish().await;
}

#[tokio::test]
async fn a_search_finds_parts_of_names_and_descriptions_literally() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    manager.creates("/api/brands/", json!({ "name": "Green Tea", "description": "100% leaves" })).await;
    manager.creates("/api/brands/", json!({ "name": "高山茶", "description": "a_b" })).await;
    manager.creates_brand("Coffee").await;
    assert_eq!(names(&manager, "?search=tea").await, ["Green Tea"]);
    assert_eq!(names(&manager, "?search=%E5%B1%B1").await, ["高山茶"]);
    assert_eq!(names(&manager, "?search=100%25").await, ["Green Tea"]);
    assert_eq!(names(&manager, "?search=_").await, ["高山茶"]);
    assert!(names(&manager, "?search=%25%25").await.is_empty());
    assert!(names(&manager, "?search='%20OR%20true--").await.is_empty());
    assert_eq!(names(&manager, "?search=").await.len(), 3);
    let answer = manager.get("/api/brands/?search=e&page=1&page_size=1").await;
    assert_eq!(answer.header("x-total-count"), Some("2"));
    app.finish().await;
}

#[tokio::test]
async fn an_order_is_one_of_the_allowed_ones() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (b, _, _) =
        (manager.creates_brand("b").await, manager.creates_brand("C").await, manager.creates_brand("a").await);
    manager.changes(&b, json!({ "description": "newest change" })).await;
    assert_eq!(names(&manager, "?ordering=name").await, ["a", "b", "C"]);
    assert_eq!(names(&manager, "?ordering=-name").await, ["C", "b", "a"]);
    assert_eq!(names(&manager, "?ordering=created_at").await, ["b", "C", "a"]);
    assert_eq!(names(&manager, "?ordering=-updated_at").await[0], "b");
    for wrong in ["colour", "--name", "name;DROP TABLE brands", "id) --"] {
        for list in ["brands", "products", "campaigns"] {
            let message = manager.get(&format!("/api/{list}/?ordering={wrong}")).await.fails_with(400);
            assert!(message.contains("created_at"), "{message}");
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn products_and_campaigns_list_in_the_same_way() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    for (brand, name) in [(&tea, "one"), (&coffee, "two"), (&tea, "three")] {
        manager.creates_product(brand, name).await;
        manager.creates_campaign(brand, name).await;
    }
    for (list, shape) in [("/api/products/", shapes::PRODUCT), ("/api/campaigns/", shapes::CAMPAIGN)] {
        let whole = manager.get(list).await;
        assert_eq!(whole.header("x-total-count"), Some("3"));
        let whole = whole.data();
        assert_eq!(column(&whole, "name"), ["three", "two", "one"]);
        has_keys(&whole[0], shape);
        let page = manager.get(&format!("{list}?page=2&page_size=2&ordering=name&search=o")).await;
        assert_eq!((page.header("x-total-count"), page.data().as_array().unwrap().len()), (Some("2"), 0));
        let sorted = manager.get(&format!("{list}?ordering=-name")).await.data();
        assert_eq!(column(&sorted, "name"), ["two", "three", "one"]);
    }
    app.finish().await;
}
