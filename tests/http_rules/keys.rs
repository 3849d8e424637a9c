//! R8: a repeated POST with the same Idempotency-Key is harmless.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Actor, Response, TestApp};

async fn post(actor: &Actor, path: &str, body: &Value, key: &str) -> Response {
    actor.sends(Method::POST, path, body, &[("idempotency-key", key)]).await
}

#[tokio::test]
async fn the_same_request_gets_the_stored_answer() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let body = json!({ "name": "Tea" });
    let first = post(&manager, "/api/brands/", &body, "k1").await;
    let head = app.head().await;
    manager
        .patch(&format!("/api/brands/{}/", first.data()["id"].as_str().unwrap()), json!({ "name": "Other" }))
        .await;
    for actor in [&manager, &second.receives(&manager)] {
        let again = post(actor, "/api/brands/", &body, "k1").await;
        assert_eq!((again.status, &again.body), (first.status, &first.body));
        assert_eq!((again.etag(), again.position()), (first.etag(), first.position()));
        assert_eq!(again.header("idempotency-replayed"), Some("true"));
    }
    assert_eq!(app.head().await, head + 1);
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn another_body_or_address_under_the_same_key_is_refused() {
    let app = TestApp::start().await;
    let (manager, other) = (app.manager().await, app.manager().await);
    let tea = post(&manager, "/api/brands/", &json!({ "name": "Tea" }), "k1").await.data();
    let head = app.head().await;
    let message = post(&manager, "/api/brands/", &json!({ "name": "Coffee" }), "k1").await.fails_with(400);
    assert!(message.contains("Idempotency-Key"), "{message}");
    let body = json!({ "name": "Tea", "brand": tea["id"], "dataset_id": "d" });
    post(&manager, "/api/products/", &body, "k1").await.fails_with(400);
    assert_eq!(app.head().await, head);
    // and: another caller's key is another key
    post(&other, "/api/brands/", &json!({ "name": "Coffee" }), "k1").await.data();
    app.finish().await;
}

#[tokio::test]
async fn many_at_once_do_it_once() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let remote = second.receives(&manager);
    let body = json!({ "name": "Tea" });
    let head = app.head().await;
    let tries = (0..10).map(|number| {
        let actor = if number % 2 == 0 { &manager } else { &remote };
        post(actor, "/api/brands/", &body, "together")
    });
    let answers = futures::future::join_all(tries).await;
    let ids: std::collections::BTreeSet<_> =
        answers.iter().map(|answer| answer.data()["id"].to_string()).collect();
    assert_eq!(ids.len(), 1);
    assert_eq!(app.head().await, head + 1);
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_lost_answer_is_made_again_without_doing_it_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let oolong = manager.creates_product(&tea, "Oolong").await;
    let requests = [
        ("/api/brands/".to_owned(), json!({ "name": "Coffee", "creators_count": 3 })),
        (
            "/api/products/".to_owned(),
            json!({ "brand": tea.id, "name": "Green", "dataset_id": "d", "collab_creators": 2 }),
        ),
        (
            "/api/campaigns/".to_owned(),
            json!({ "brand": tea.id, "name": "Day", "dataset_id": "d", "link_product": [oolong.id] }),
        ),
        (week.at("add_product/"), json!({ "product_id": oolong.id })),
    ];
    for (number, (path, body)) in requests.iter().enumerate() {
        let key = format!("lost-{number}");
        let first = post(&manager, path, body, &key).await;
        let (data, head) = (first.data(), app.head().await);
        let lost = "UPDATE idempotency_keys SET answer = NULL";
        sqlx::query(lost).execute(&app.app.pool).await.unwrap();
        let again = post(&manager, path, body, &key).await;
        assert_eq!((again.data(), again.header("etag")), (data, first.header("etag")), "{path}");
        assert_eq!(app.head().await, head);
        assert_eq!(again.position(), first.position());
    }
    app.finish().await;
}

#[tokio::test]
async fn a_refused_request_may_be_mended_and_sent_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    manager.creates_brand("Tea").await;
    let body = json!({ "name": "Tea" });
    post(&manager, "/api/brands/", &body, "k").await.fails_with(400);
    let taken = manager.get("/api/brands/").await.data()[0]["id"].as_str().unwrap().to_owned();
    manager.delete(&format!("/api/brands/{taken}/")).await.data();
    post(&manager, "/api/brands/", &body, "k").await.data();
    app.finish().await;
}

#[tokio::test]
async fn a_key_is_forgotten_after_a_day() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first = post(&manager, "/api/brands/", &json!({ "name": "Tea" }), "k").await.data();
    let yesterday = "UPDATE idempotency_keys SET recorded_at = recorded_at - interval '24 hours'";
    sqlx::query(yesterday).execute(&app.app.pool).await.unwrap();
    let second = post(&manager, "/api/brands/", &json!({ "name": "Coffee" }), "k").await.data();
    assert_ne!(first["id"], second["id"]);
    app.finish().await;
}

#[tokio::test]
async fn a_key_is_short_and_visible_and_counts_for_posts_only() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let long = "x".repeat(256);
    for key in ["", " ", "a b", &long, "\u{e9}"] {
        let message = post(&manager, "/api/brands/", &json!({ "name": "Tea" }), key).await.fails_with(400);
        assert!(message.contains("Idempotency-Key"), "{message}");
    }
    let tea = post(&manager, "/api/brands/", &json!({ "name": "Tea" }), &"x".repeat(255)).await.data();
    let path = format!("/api/brands/{}/", tea["id"].as_str().unwrap());
    for name in ["a", "b"] {
        let headers = [("idempotency-key", "same")];
        let changed = manager.sends(Method::PATCH, &path, json!({ "name": name }), &headers).await.data();
        assert_eq!(changed["name"], name);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_secret_in_a_stored_answer_is_of_no_use_without_the_key() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = json!({ "name": "till" });
    let first = post(&manager, "/api/admin/tokens", &body, "secret-key").await.data();
    let again = post(&manager, "/api/admin/tokens", &body, "secret-key").await.data();
    assert_eq!(first, again);
    let token = first["token"].as_str().unwrap();
    let stored: Vec<Vec<u8>> =
        sqlx::query_scalar("SELECT answer FROM idempotency_keys").fetch_all(&app.app.pool).await.unwrap();
    assert!(stored.iter().all(|answer| !String::from_utf8_lossy(answer).contains(token)));
    app.finish().await;
}
