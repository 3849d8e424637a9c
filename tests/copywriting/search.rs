//! POST /api/ai/search.

use serde_json::json;

use crate::support::TestApp;
use crate::support::models::{Models, gemini};
use crate::support::shapes::has_keys;

#[tokio::test]
async fn an_answer_comes_with_its_sources_and_segments_in_bytes() {
    let models = Models::start().await;
    models.say(200, &gemini("防曬很重要。"));
    let app = TestApp::with(models.are_asked()).await;
    let reader = app.reader().await;
    let found = reader.post("/api/ai/search", json!({ "query": " 防曬推薦 " })).await.data();
    has_keys(&found, &["id", "answer", "sources", "segments", "queries", "rendered", "model", "usage"]);
    assert_eq!((&found["answer"], &found["model"]), (&json!("防曬很重要。"), &json!("gemini-2.5-flash")));
    assert_eq!(found["sources"], json!([{ "uri": "https://a.example/x", "title": "a.example" }]));
    let segment = json!({ "start": 0, "end": 18, "text": "防曬很重要。", "sources": [0] });
    assert_eq!((&found["segments"], &found["queries"]), (&json!([segment]), &json!(["防曬 推薦"])));
    assert_eq!(found["rendered"], "<div class=\"g\">x</div>");
    assert_eq!((&found["usage"]["input_tokens"], &found["usage"]["output_tokens"]), (&json!(13), &json!(25)));
    let asked = &models.asked()[0].body;
    assert_eq!(asked["tools"], json!([{ "google_search": {} }]));
    assert_eq!(asked["contents"][0]["parts"][0]["text"], "防曬推薦");
    assert_eq!(reader.get("/api/ai/history").await.data(), json!([]), "it is no copy");
    assert_eq!(reader.get("/api/ai/history?kind=search").await.data()[0]["id"], found["id"]);
    app.finish().await;
}

#[tokio::test]
async fn a_question_is_needed() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let reader = app.reader().await;
    for body in
        [json!({}), json!({ "query": " " }), json!({ "query": 1 }), json!({ "query": "x".repeat(2_001) })]
    {
        reader.post("/api/ai/search", body).await.fails_with(400);
    }
    assert!(models.asked().is_empty());
    app.finish().await;
}
