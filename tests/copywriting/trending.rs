//! GET /api/ai/trending.

use serde_json::{Value, json};

use crate::support::models::Models;
use crate::support::shapes::has_keys;
use crate::support::{TestApp, eventually};

#[tokio::test]
async fn without_a_snapshot_there_is_nothing_and_it_is_stale() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    for source in ["mybest", "cosme", "youtube"] {
        let shown = reader.get(&format!("/api/ai/trending?source={source}&category=美妝")).await.data();
        let expected = json!({
            "source": source, "category": "美妝", "items": [], "fetched_at": null, "stale": true,
        });
        assert_eq!(shown, expected);
    }
    let told = reader.get("/api/ai/trending?source=ptt").await.fails_with(400);
    assert!(told.contains("mybest") && told.contains("cosme") && told.contains("youtube"), "{told}");
    reader.get(&format!("/api/ai/trending?source=cosme&category={}", "x".repeat(101))).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn a_snapshot_is_fetched_in_the_background_and_shown_to_the_next() {
    let models = Models::start().await;
    models.say(200, &json!({ "items": [{ "title": "防曬霜", "url": "https://a.example/1" }, "面膜"] }));
    let app = TestApp::with(models.are_asked()).await;
    let reader = app.reader().await;
    let path = "/api/ai/trending?source=cosme&category=美妝 a/b";
    let first = reader.get(path).await.data();
    assert_eq!((&first["items"], &first["stale"]), (&json!([]), &json!(true)));
    let fetched = || async {
        let shown = reader.get(path).await.data();
        (shown["stale"] == false).then_some(shown)
    };
    let shown: Value = eventually("the snapshot is there", fetched).await;
    has_keys(&shown, &["source", "category", "items", "fetched_at", "stale"]);
    has_keys(&shown["items"][0], &["source", "rank", "title", "url", "image_url", "note"]);
    assert_eq!((&shown["items"][1]["title"], &shown["items"][1]["rank"]), (&json!("面膜"), &json!(2)));
    assert_eq!(shown["fetched_at"].as_str().unwrap().len(), 16);
    let asked = models.all_asked();
    let asked: Vec<_> = asked.iter().filter(|asked| asked.path.contains("%2F")).collect();
    assert_eq!(asked.len(), 1, "it is asked once: {asked:?}");
    assert!(asked[0].path.ends_with("category=%E7%BE%8E%E5%A6%9D%20a%2Fb"), "{}", asked[0].path);
    app.finish().await;
}
