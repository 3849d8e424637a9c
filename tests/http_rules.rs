//! Rules for every route (contract R1 to R13).

mod envelopes;
mod keys;
mod positions;
mod versions;

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;
use crate::support::actors::send;

#[tokio::test]
async fn family_b_answers_with_and_without_the_final_slash() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates("/api/brands", json!({ "name": "Tea" })).await;
    let path = format!("/api/brands/{}", tea.id);
    for path in [path.clone(), format!("{path}/")] {
        assert_eq!(manager.get(&path).await.data(), tea.view);
        assert_eq!(manager.patch(&path, "{}").await.data(), tea.view);
        for below in ["products", "campaigns", "dataset_ids"] {
            manager.get(&format!("{}/{below}", path.trim_end_matches('/'))).await.data();
        }
    }
    for list in
        ["/api/brands", "/api/campaigns", "/api/campaigns/token_info", "/api/campaigns/active_polling_tasks"]
    {
        manager.get(list).await.data();
    }
    let body = json!({ "brand": tea.id, "name": "Oolong", "dataset_id": "d" });
    let oolong = manager.creates("/api/products/", body.clone()).await;
    assert_eq!(manager.get(&format!("/api/products/{}", oolong.id)).await.data(), oolong.view);
    // and: without its slash the list of products is family M's
    let answer = manager.get("/api/products").await;
    assert!(answer.json["items"].is_array(), "{}", answer.json);
    assert!(!manager.post("/api/products", body).await.fails_with(405).is_empty());
    app.finish().await;
}

#[tokio::test]
async fn family_m_has_no_final_slash() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    let audit = format!("/api/audit/brands/{}", tea.id);
    for path in ["/api/events", "/api/admin/projections", "/api/admin/tokens", "/health", "/ready", &audit] {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
        let answer = admin.get(&format!("{path}/")).await;
        answer.fails_with(404);
        assert_eq!(answer.json["success"], false, "{path}/");
    }
    app.finish().await;
}

#[tokio::test]
async fn an_id_that_is_no_uuid_is_not_found() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for list in ["brands", "products", "campaigns"] {
        for id in ["1", "none", "0197-", "%00", "%FF", "' OR 1=1", "..%2f..", &"x".repeat(3_000)] {
            let path = format!("/api/{list}/{id}/");
            for answer in [
                manager.get(&path).await,
                manager.patch(&path, json!({ "name": "x" })).await,
                manager.delete(&path).await,
            ] {
                answer.fails_with(404);
                assert_eq!(answer.json["code"], 404, "{path}");
            }
        }
    }
    app.finish().await;
}

#[tokio::test]
async fn an_answer_carries_a_request_id_and_its_events_too() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = json!({ "name": "Tea" });
    let made = manager.sends(Method::POST, "/api/brands/", body, &[("x-request-id", "till-7.a_B")]).await;
    assert_eq!(made.header("x-request-id"), Some("till-7.a_B"));
    let id = made.data()["id"].as_str().unwrap().to_owned();
    let audit = manager.get(&format!("/api/audit/brands/{id}")).await.data();
    assert_eq!(audit["events"][0]["correlation_id"], "till-7.a_B");
    let long = "x".repeat(500);
    for insane in ["a b", "", "<script>", &long, "'; --"] {
        let answer = manager.get_with("/health", ("x-request-id", insane)).await;
        let own = answer.header("x-request-id").unwrap();
        assert!(own != insane && uuid::Uuid::parse_str(own).is_ok(), "{own}");
    }
    for path in ["/nowhere", "/api/brands/none/", "/docs", "/metrics"] {
        assert!(app.visitor().get(path).await.header("x-request-id").is_some(), "{path}");
    }
    app.finish().await;
}

#[tokio::test]
async fn head_answers_like_get_without_a_body() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    for path in [tea.path.as_str(), "/api/brands/", "/health", "/openapi.json"] {
        let (get, head) = (manager.get(path).await, send(manager.request(Method::HEAD, path)).await);
        assert_eq!((head.status, head.body.len()), (200, 0));
        assert_eq!(
            (head.header("etag"), head.header("content-type")),
            (get.header("etag"), get.header("content-type"))
        );
    }
    assert_eq!(send(manager.request(Method::HEAD, "/api/brands/none/")).await.status, 404);
    app.finish().await;
}

#[tokio::test]
async fn every_scheme_opens_every_route() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    for scheme in ["Token", "Bearer", "token", "BEARER"] {
        let holder = app.holder_of(&format!("{scheme} {}", manager.token()));
        assert_eq!(holder.sees(&tea).await, tea.view);
        holder.get(&format!("/api/audit/brands/{}", tea.id)).await.data();
    }
    let cookie = format!("tidemark_session={}", manager.token());
    let request = app.visitor().request(Method::GET, &tea.path).header("cookie", cookie);
    assert_eq!(send(request).await.data(), tea.view);
    app.finish().await;
}
