//! R1: which envelope, for which failure, and nothing inside that should not be seen.

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::actors::send;
use crate::support::{Response, TestApp};

/// The same failure in both families.
#[track_caller]
fn is_told_to_both(b: &Response, m: &Response, status: u16, code: &str) {
    b.fails_with(status);
    m.fails_with(status);
    assert_eq!(b.json["code"], status, "{}", b.json);
    assert_eq!(m.json["code"], code, "{}", m.json);
    assert_eq!(b.header("content-type"), Some("application/json"));
    assert_eq!(m.header("content-type"), Some("application/json"));
}

#[tokio::test]
async fn every_failure_wears_the_envelope_of_its_family() {
    let app = TestApp::start().await;
    let (admin, reader, nobody) = (app.admin().await, app.reader().await, app.visitor());
    let liar = app.holder_of("Token tdm_x");
    let (b, m) = ("/api/brands/", "/api/admin/tokens");
    is_told_to_both(&nobody.get(b).await, &nobody.get(m).await, 401, "AUTH_REQUIRED");
    is_told_to_both(&liar.get(b).await, &liar.get(m).await, 401, "AUTH_FAILED");
    let (b403, m403) = (reader.post(b, "{}").await, reader.get("/api/events").await);
    is_told_to_both(&b403, &m403, 403, "PERMISSION_DENIED");
    let (b404, m404) = (admin.get("/api/brands/a/b/c/").await, admin.get("/api/nowhere").await);
    is_told_to_both(&b404, &m404, 404, "NOT_FOUND");
    let (b405, m405) = (admin.delete(b).await, admin.delete("/api/events").await);
    is_told_to_both(&b405, &m405, 405, "METHOD_NOT_ALLOWED");
    assert!(b405.header("allow").is_some_and(|allow| allow.contains("GET") && allow.contains("POST")));
    is_told_to_both(&admin.post(b, "{").await, &admin.post(m, "{").await, 400, "VALIDATION_ERROR");
    let big = "x".repeat(2 * 1024 * 1024 + 1);
    is_told_to_both(&admin.post(b, &big).await, &admin.post(m, &big).await, 413, "PAYLOAD_TOO_LARGE");
    let text =
        |path: &str| send(admin.request(Method::POST, path).header("content-type", "text/plain").body("{}"));
    is_told_to_both(&text(b).await, &text(m).await, 415, "UNSUPPORTED_MEDIA_TYPE");
    let after = ("tidemark-after", "999999");
    let (b503, m503) = tokio::join!(admin.get_with(b, after), admin.get_with("/api/events", after));
    is_told_to_both(&b503, &m503, 503, "UNAVAILABLE");
    assert!(b503.header("retry-after").is_some() && m503.header("retry-after").is_some());
    app.finish().await;
}

#[tokio::test]
async fn the_family_is_told_by_the_address_alone() {
    let app = TestApp::start().await;
    let nobody = app.visitor();
    for b in [
        "/api/brands",
        "/api/brands/",
        "/api/campaigns/x",
        "/api/products/",
        "/api/products/x",
        "/api/brands/x/y/z",
    ] {
        assert_eq!(nobody.get(b).await.json["data"], Value::Null, "{b}");
        assert!(nobody.get(b).await.json["message"].is_string(), "{b}");
    }
    for m in
        ["/api/brandsx", "/api/campaigns.json", "/api/productsx", "/api", "/api/", "/nowhere", "/API/brands/"]
    {
        assert_eq!(nobody.get(m).await.json["success"], json!(false), "{m}");
    }
    app.finish().await;
}

#[tokio::test]
async fn several_faults_are_told_at_once() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = json!({ "brand": 1, "name": "", "stock": -1, "dataset_id": "d" });
    let message = manager.post("/api/products/", body).await.fails_with(400);
    assert!(["brand", "name", "stock"].iter().all(|field| message.contains(field)), "{message}");
    let answer = manager.post("/api/admin/tokens", json!({ "name": "", "expires_in": -1 })).await;
    answer.fails_with(400);
    let details = answer.json["details"].as_array().unwrap();
    let fields: Vec<_> = details.iter().map(|detail| detail["field"].as_str().unwrap()).collect();
    assert_eq!(fields, ["name", "expires_in"]);
    crate::support::shapes::has_keys(&details[0], &["field", "code", "message"]);
    app.finish().await;
}

#[tokio::test]
async fn callers_beyond_their_rate_wait_and_others_do_not() {
    let app = TestApp::with(|config| config.rate_limit_per_s = 1).await;
    let (busy, other) = (app.admin().await, app.admin().await);
    let mut told = Vec::new();
    for path in ["/api/brands/", "/api/admin/tokens"] {
        loop {
            let answer = busy.get(path).await;
            if answer.status != 200 {
                told.push(answer);
                break;
            }
        }
    }
    is_told_to_both(&told[0], &told[1], 429, "RATE_LIMITED");
    for answer in &told {
        let seconds: u32 = answer.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=5).contains(&seconds), "{seconds}");
    }
    other.get("/api/brands/").await.data();
    for probe in ["/health", "/ready", "/metrics"] {
        assert_eq!(busy.get(probe).await.status, 200);
    }
    app.finish().await;
}

#[tokio::test]
async fn nothing_of_the_inside_is_shown() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    app.app.pool.close().await;
    for path in ["/api/brands/", "/api/events", "/api/campaigns/token_info/", "/api/admin/projections"] {
        let answer = admin.get(path).await;
        answer.fails_with(503);
        assert!(answer.header("retry-after").is_some(), "{path}");
        let text = String::from_utf8(answer.body).unwrap().to_lowercase();
        for secret in ["sqlx", "pool", "select", "src/", "postgres", "panicked"] {
            assert!(!text.contains(secret), "{text}");
        }
    }
    assert_eq!(admin.get("/health").await.status, 200);
    app.abandon().await;
}
