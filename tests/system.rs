//! Whether the program lives, is ready, and how it does.

mod restart;
mod status;

use serde_json::json;

use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn probes_need_nobodys_name_and_wear_no_envelope() {
    let app = TestApp::start().await;
    let nobody = app.visitor();
    assert_eq!(nobody.get("/health").await.json, json!({ "status": "ok" }));
    let ready = nobody.get("/ready").await;
    has_keys(&ready.json, &["status", "database", "head", "applied", "lag", "parked"]);
    assert_eq!((ready.status, &ready.json["status"], &ready.json["lag"]), (200, &json!("ready"), &json!(0)));
    app.finish().await;
}

#[tokio::test]
async fn figures_are_there_for_prometheus() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let mut socket = manager.watches(&week).await;
    socket.frame().await;
    manager.get("/api/brands/").await.data();
    let answer = app.visitor().get("/metrics").await;
    assert!(answer.header("content-type").unwrap().starts_with("text/plain"));
    let text = String::from_utf8(answer.body).unwrap();
    for figure in [
        "tidemark_http_request_duration_seconds",
        "tidemark_http_requests_in_flight",
        "tidemark_append_duration_seconds",
        "tidemark_events_appended_total",
        "tidemark_feed_position",
        "tidemark_projection_position",
        "tidemark_projection_lag_events",
        "tidemark_projection_lag_seconds",
        "tidemark_sockets",
        "tidemark_socket_frames_total",
    ] {
        assert!(text.lines().any(|line| line.starts_with(figure)), "{figure} is not measured");
    }
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let value = line.rsplit(' ').next().unwrap();
        assert!(value.parse::<f64>().is_ok(), "{line}");
        // A label for each id would grow for ever.
        assert!(!line.contains(&week.id) && !line.contains(&tea.id), "{line}");
    }
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn open_doors_ask_nobody_who_they_are_and_wait_for_no_database() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mut transaction = app.app.pool.begin().await.unwrap();
    for table in ["api_tokens", "jobs"] {
        let lock = format!("LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE");
        sqlx::query(&lock).execute(&mut *transaction).await.unwrap();
    }
    let began = std::time::Instant::now();
    for path in ["/health", "/login", "/docs", "/openapi.json"] {
        assert_eq!(admin.get(path).await.status, 200, "{path}");
    }
    assert!(began.elapsed().as_secs_f64() < 0.9, "{:?}", began.elapsed());
    let answer = admin.get("/metrics").await;
    let text = String::from_utf8(answer.body).unwrap();
    assert!(answer.status == 200 && text.contains("tidemark_feed_position"), "{text}");
    assert!(began.elapsed().as_secs_f64() < 2.5, "{:?}", began.elapsed());
    transaction.rollback().await.unwrap();
    admin.get("/api/users").await.data();
    app.finish().await;
}

#[tokio::test]
async fn metrics_have_no_label_that_strangers_choose() {
    let app = TestApp::start().await;
    let nobody = app.visitor();
    nobody.get("/made-up-by-a-stranger").await;
    nobody.get("/api/brands/made-up-by-a-stranger/").await;
    let method = reqwest::Method::from_bytes(b"STRANGE").unwrap();
    crate::support::actors::send(nobody.request(method, "/api/brands/")).await.fails_with(405);
    let text = String::from_utf8(nobody.get("/metrics").await.body).unwrap();
    assert!(!text.contains("stranger") && !text.contains("STRANGE"), "{text}");
    app.finish().await;
}
