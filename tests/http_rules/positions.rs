//! R7: reading one's own write, here and on another node.

use reqwest::Method;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn a_write_is_seen_by_the_next_get_on_any_node() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let remote = second.receives(&manager);
    let tea = manager.creates_brand("Tea").await;
    let week = remote.creates_campaign(&tea, "Week").await;
    for round in 0..15 {
        let (writer, reader) = if round % 2 == 0 { (&manager, &remote) } else { (&remote, &manager) };
        // given: both have the answers in memory
        for actor in [writer, reader] {
            actor.get(&tea.path).await.data();
            actor.get("/api/campaigns/").await.data();
        }
        let name = format!("Week {round}");
        writer.changes(&week, json!({ "name": name })).await;
        assert_eq!(reader.sees(&week).await["name"], name.as_str());
        assert_eq!(reader.sees(&tea).await["campaigns"][0]["name"], name.as_str());
        assert_eq!(reader.get("/api/campaigns/").await.data()[0]["name"], name.as_str());
        assert_eq!(reader.get(&week.at("creator_list/")).await.data()["campaign"]["name"], name.as_str());
        assert_eq!(reader.get(&tea.at("campaigns/")).await.data()[0]["name"], name.as_str());
    }
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_write_tells_its_position_and_a_read_may_wait_for_it() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, admin) = (app.manager().await, app.admin().await);
    let made = manager.post("/api/brands/", json!({ "name": "Tea" })).await;
    let position = made.position();
    assert_eq!(position, app.head().await);
    let after = position.to_string();
    let remote = second.receives(&admin);
    let tea = format!("/api/brands/{}/", made.data()["id"].as_str().unwrap());
    let audit = format!("/api/audit/brands/{}", made.data()["id"].as_str().unwrap());
    for path in [tea.as_str(), "/api/brands/", &audit, "/api/events"] {
        assert_eq!(remote.get_with(path, ("tidemark-after", &after)).await.status, 200, "{path}");
    }
    second.leaves().await;
    app.finish().await;
}

/// Where things are called by numbers.
const NUMBERED: [&str; 5] =
    ["/api/listings/", "/api/audit/listings/", "/api/vendor/", "/api/users/", "/api/ai/"];

#[tokio::test]
async fn every_get_obeys_or_refuses_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    let week = admin.creates_campaign(&tea, "Week").await;
    let routes = tidemark::http::routes().into_iter().map(|route| route.info);
    let reads = routes.filter(|route| route.method == Method::GET && route.path.starts_with("/api/"));
    let paths: Vec<String> = reads
        .map(|route| {
            let thing = if route.path.starts_with("/api/brands") { &tea } else { &week };
            let has_numbers = NUMBERED.iter().any(|below| route.path.starts_with(below));
            let id = if has_numbers { "1" } else { &thing.id };
            let filled = route.path.replace("{kind}", "campaigns").replace("{id}", id);
            let filled = filled.replace("{product_id}", "1").replace("{code}", "disk_warning");
            if filled.ends_with("/export") { format!("{filled}?kind=brands") } else { filled }
        })
        .collect();
    assert!(paths.len() > 15, "{paths:?}");
    for path in &paths {
        for nonsense in ["soon", "-1", "1.5", "", "99999999999999999999999"] {
            let message = admin.get_with(path, ("tidemark-after", nonsense)).await.fails_with(400);
            assert!(message.contains("Tidemark-After"), "{path}: {message}");
        }
    }
    let started = std::time::Instant::now();
    let waits = paths.iter().map(|path| admin.get_with(path, ("tidemark-after", "999999")));
    for (answer, path) in futures::future::join_all(waits).await.into_iter().zip(&paths) {
        assert_eq!(answer.status, 503, "{path}");
        assert!(answer.header("retry-after").is_some());
        answer.fails_with(503);
    }
    let took = started.elapsed().as_secs_f64();
    assert!((1.9..10.0).contains(&took), "{took}");
    app.finish().await;
}
