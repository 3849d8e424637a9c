//! Copy by models, looking things up, and what that used.

mod failures;
mod figures;
mod search;
mod trending;

use serde_json::{Value, json};

use crate::support::models::{Models, gemini};
use crate::support::shapes::has_keys;
use crate::support::{Actor, TestApp};

const COPY: &[&str] = &["id", "content", "model", "duration", "input_tokens", "output_tokens"];
const HISTORY: &[&str] = &[
    "id",
    "user_id",
    "kind",
    "product_name",
    "style",
    "keywords",
    "template_version",
    "provider",
    "model",
    "status",
    "content",
    "error",
    "duration",
    "input_tokens",
    "output_tokens",
    "cost_usd",
    "favorite",
    "created_at",
];

async fn generates(actor: &Actor, product: &str) -> Value {
    let answer = actor.post("/api/ai/generate", json!({ "product_name": product })).await;
    assert_eq!(answer.status, 200, "{}", answer.json);
    answer.json
}

#[tokio::test]
async fn a_user_gets_copy_and_ollama_the_documented_request() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let reader = app.reader().await;
    let body = json!({
        "product_name": " 精華液 ", "style": "吸睛", "keywords": ["保濕", "抗老"], "provider": "ollama", "x": 1,
    });
    let answer = reader.post("/api/ai/generate", body).await;
    has_keys(&answer.json, COPY);
    let copy = &answer.json;
    assert_eq!((&copy["content"], &copy["model"]), (&json!("水嫩一整天！"), &json!("llama3:70b")));
    assert_eq!(
        (&copy["duration"], &copy["input_tokens"], &copy["output_tokens"]),
        (&json!(5.2), &json!(120), &json!(85))
    );
    let asked = models.asked();
    assert_eq!((asked.len(), asked[0].path.as_str()), (1, "/api/generate"));
    let sent = &asked[0].body;
    assert_eq!(
        (&sent["model"], &sent["stream"], &sent["think"]),
        (&json!("llama3:70b"), &json!(false), &json!(false))
    );
    assert!(sent["options"]["temperature"].is_number() && sent["keep_alive"] == "5m");
    let (system, prompt) = (sent["system"].as_str().unwrap(), sent["prompt"].as_str().unwrap());
    assert!(
        system.contains("繁體中文") && prompt.contains("精華液") && prompt.contains("「保濕」、「抗老」")
    );

    let kept = reader.get(&format!("/api/ai/history/{}", copy["id"])).await;
    assert!(kept.headers.contains_key("etag"));
    let kept = kept.data();
    has_keys(&kept, HISTORY);
    assert_eq!(
        (&kept["status"], &kept["keywords"], &kept["cost_usd"]),
        (&json!("ok"), &json!(["保濕", "抗老"]), &json!(0))
    );
    assert_eq!(reader.get("/api/ai/history").await.data(), json!([kept]));
    app.bot().await.post("/api/ai/generate", json!({ "product_name": "x" })).await.fails_with(403);
    app.finish().await;
}

#[tokio::test]
async fn gemini_gets_the_key_in_a_header_and_counts_its_thoughts() {
    let models = Models::start().await;
    models.say(200, &gemini("好用"));
    let app = TestApp::with(models.are_asked()).await;
    let body = json!({ "product_name": "乳液", "provider": "gemini" });
    let copy = app.reader().await.post("/api/ai/generate", body).await.json;
    assert_eq!((&copy["input_tokens"], &copy["output_tokens"]), (&json!(13), &json!(25)));
    let asked = &models.asked()[0];
    assert_eq!(asked.path, "/v1beta/models/gemini-2.5-flash:generateContent");
    assert_eq!(asked.headers["x-goog-api-key"], "gemini-key");
    assert!(asked.body["systemInstruction"]["parts"][0]["text"].is_string());
    assert_eq!(asked.body["contents"][0]["role"], "user");
    app.finish().await;
}

#[tokio::test]
async fn bad_input_is_told_and_asks_nobody() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let reader = app.reader().await;
    let head = app.head().await;
    let many: Vec<_> = (0..21).map(|number| format!("字{number}")).collect();
    for (body, field) in [
        (json!({}), "product_name"),
        (json!({ "product_name": "  " }), "product_name"),
        (json!({ "product_name": 5 }), "product_name"),
        (json!({ "product_name": "x".repeat(256) }), "product_name"),
        (json!({ "product_name": "x", "provider": "openai" }), "provider"),
        (json!({ "product_name": "x", "keywords": "保濕" }), "keywords"),
        (json!({ "product_name": "x", "keywords": [1] }), "keywords[0]"),
        (json!({ "product_name": "x", "keywords": many }), "keywords"),
        (json!({ "product_name": "x", "style": "x".repeat(101) }), "style"),
    ] {
        let answer = reader.post("/api/ai/generate", &body).await;
        let told = answer.fails_with(400);
        assert_eq!(answer.json["details"][0]["field"], field, "{told}");
    }
    let told = reader.post("/api/ai/generate", json!({ "product_name": "x", "provider": "gpt" })).await;
    assert!(told.fails_with(400).contains("ollama"));
    assert!(models.asked().is_empty());
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_row_belongs_to_who_asked() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let (mei, jun, admin) = (app.reader().await, app.manager().await, app.admin().await);
    let copy = generates(&mei, "精華液").await;
    generates(&jun, "乳液").await;
    let path = format!("/api/ai/history/{}", copy["id"]);
    let favorite = format!("{path}/favorite");
    jun.get(&path).await.fails_with(404);
    jun.put(&favorite, "").await.fails_with(404);
    jun.delete(&path).await.fails_with(404);
    jun.get("/api/ai/history?all=1").await.fails_with(403);
    jun.get(&format!("/api/ai/history?user_id={}", mei.user_id)).await.fails_with(403);
    assert_eq!(admin.get("/api/ai/history").await.data(), json!([]));
    let all = admin.get("/api/ai/history?all=1&per_page=1&page=2").await;
    assert_eq!(
        (all.headers["x-total-count"].to_str().unwrap(), all.data()[0]["id"].clone()),
        ("2", copy["id"].clone())
    );
    let of_mei = admin.get(&format!("/api/ai/history?user_id={}", mei.user_id)).await.data();
    assert_eq!((of_mei.as_array().unwrap().len(), &of_mei[0]["product_name"]), (1, &json!("精華液")));
    admin.get(&path).await.data();
    app.finish().await;
}

#[tokio::test]
async fn favourites_toggle_or_are_set_and_deleting_hides() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let mei = app.reader().await;
    let copy = generates(&mei, "精華液").await;
    let path = format!("/api/ai/history/{}", copy["id"]);
    let favorite = format!("{path}/favorite");
    let favored = |answer: crate::support::Response| answer.data()["favorite"].clone();
    assert_eq!(favored(mei.put(&favorite, "").await), true);
    assert_eq!(mei.get("/api/ai/history?favorite=1").await.data().as_array().unwrap().len(), 1);
    assert_eq!(favored(mei.put(&favorite, "{}").await), false);
    assert_eq!(favored(mei.put(&favorite, json!({ "favorite": true })).await), true);
    let head = app.head().await;
    assert_eq!(favored(mei.put(&favorite, json!({ "favorite": true })).await), true);
    assert_eq!(app.head().await, head);
    mei.put(&favorite, json!({ "favorite": "yes" })).await.fails_with(400);
    let stale = [("if-match", "\"1\"")];
    mei.sends(reqwest::Method::PUT, &favorite, "", &stale).await.fails_with(412);
    mei.delete(&path).await.data();
    mei.delete(&path).await.fails_with(404);
    mei.get(&path).await.fails_with(404);
    assert_eq!(mei.get("/api/ai/history").await.data(), json!([]));
    for path in ["/api/ai/history/0", "/api/ai/history/x"] {
        mei.get(path).await.fails_with(404);
    }
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_request_is_answered_once() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let mei = app.reader().await;
    let body = json!({ "product_name": "精華液" });
    let key = [("idempotency-key", "copy-1")];
    let post = reqwest::Method::POST;
    let first = mei.sends(post.clone(), "/api/ai/generate", &body, &key).await;
    let again = mei.sends(post, "/api/ai/generate", &body, &key).await;
    assert_eq!((first.status, &first.json), (200, &again.json));
    assert_eq!(models.asked().len(), 1);
    app.finish().await;
}
