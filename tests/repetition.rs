//! Repeated requests (contract R8).

use reqwest::Method;

use crate::support::TestApp;

/// A replayed answer costs the database something too, so it counts like any other request.
#[tokio::test]
async fn replays_count_against_the_rate_limit() {
    let app = TestApp::with(|config| config.rate_limit_per_s = 1).await;
    let manager = app.manager().await;
    let mut refused = 0;
    for _ in 0..tidemark::limits::RATE_BURST + 20 {
        let request = manager.request(Method::POST, "/api/brands/").header("Idempotency-Key", "once");
        let response = request.json(&serde_json::json!({ "name": "Tea" })).send().await.unwrap();
        refused += u32::from(response.status() == 429);
    }
    assert!(refused > 0, "no replay was ever refused");
    let listed = app.reader().await.get("/api/brands/").await.data();
    assert_eq!(listed.as_array().map(Vec::len), Some(1));
    app.finish().await;
}
