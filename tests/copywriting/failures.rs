//! Providers that fail in every way that they do.

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::models::{Manner, Models, ollama};
use crate::support::{Actor, TestApp, eventually};

async fn asks(actor: &Actor, provider: &str) -> (u16, Value) {
    let body = json!({ "product_name": "精華液", "provider": provider });
    let answer = actor.post("/api/ai/generate", body).await;
    (answer.status, answer.json)
}

#[tokio::test]
async fn every_failure_is_told_and_kept() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let mei = app.reader().await;
    let says = |status: u16, body: &str| Manner::Says(status, body.to_owned());
    for (provider, manner, words) in [
        ("ollama", says(500, r#"{"error":"model crashed"}"#), "model crashed"),
        ("ollama", says(404, r#"{"error":"model 'llama3:70b' not found"}"#), "not found"),
        ("ollama", says(502, "<html>"), "502"),
        ("ollama", says(200, "<html>"), "no JSON"),
        ("ollama", says(200, r#"{"message":"hi"}"#), "lacks"),
        ("ollama", says(200, r#"{"response":"水嫩","done":false}"#), "broke off"),
        (
            "ollama",
            says(200, "{\"response\":\"水\",\"done\":false}\n{\"error\":\"out of memory\"}"),
            "out of memory",
        ),
        ("ollama", Manner::BreaksOff(r#"{"response":"水"#.to_owned()), "broke off"),
        (
            "gemini",
            says(400, r#"{"error":{"code":400,"message":"API key gemini-key is bad","status":"X"}}"#),
            "bad",
        ),
        ("gemini", says(200, r#"{"promptFeedback":{"blockReason":"SAFETY"}}"#), "SAFETY"),
        ("gemini", says(200, r#"{"candidates":[{"finishReason":"RECITATION"}]}"#), "RECITATION"),
        ("gemini", says(200, "{}"), "no text"),
        ("gemini", says(200, "[1"), "no JSON"),
    ] {
        models.answer(manner);
        let (status, told) = asks(&mei, provider).await;
        assert_eq!((status, &told["code"]), (500, &json!("SERVER_ERROR")), "{told}");
        let sentence = told["error"].as_str().unwrap();
        assert!(sentence.starts_with(provider) && sentence.contains(words), "{sentence}");
        assert!(!sentence.contains("gemini-key") && !sentence.contains("127.0.0.1"), "{sentence}");
        let kept = mei.get("/api/ai/history?per_page=1").await.data()[0].clone();
        assert_eq!((&kept["status"], &kept["content"]), (&json!("failed"), &Value::Null));
        assert!(kept["error"].as_str().unwrap().contains(words), "{kept}");
    }
    app.finish().await;
}

#[tokio::test]
async fn what_could_not_have_been_worked_on_is_sent_once_more() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let mei = app.reader().await;
    models.answer_once(Manner::Says(503, "{}".to_owned()));
    assert_eq!(asks(&mei, "ollama").await.0, 200);
    assert_eq!(models.asked().len(), 2);
    models.say(500, &json!({}));
    assert_eq!(asks(&mei, "ollama").await.0, 500);
    assert_eq!(models.asked().len(), 3, "nobody pays twice");
    models.say(503, &json!({}));
    assert_eq!(asks(&mei, "ollama").await.0, 500);
    assert_eq!(models.asked().len(), 5, "and once more is enough");
    app.finish().await;
}

#[tokio::test]
async fn silence_ends_after_the_time_that_is_set() {
    let models = Models::start().await;
    let set = models.are_asked();
    let app = TestApp::with(|config| {
        set(config);
        config.models.timeout = Duration::from_millis(300);
    })
    .await;
    models.answer(Manner::IsSilent);
    let (status, told) = asks(&app.reader().await, "ollama").await;
    assert_eq!(status, 500);
    assert!(told["error"].as_str().unwrap().contains("took longer"), "{told}");
    app.finish().await;
}

#[tokio::test]
async fn a_provider_that_is_away_or_not_set_up_is_told() {
    let app = TestApp::with(|config| {
        config.models.ollama_url = Some("http://127.0.0.1:9".parse().unwrap());
    })
    .await;
    let mei = app.reader().await;
    let (status, told) = asks(&mei, "ollama").await;
    assert_eq!((status, &told["error"]), (500, &json!("ollama: it does not answer")));
    for path in ["/api/ai/generate", "/api/ai/search"] {
        let body = json!({ "product_name": "x", "provider": "gemini", "query": "x" });
        let told = mei.post(path, body).await.fails_with(500);
        assert!(told.contains("TIDEMARK_GEMINI_KEY"), "{told}");
    }
    assert_eq!(mei.get("/api/ai/history?kind=all").await.data().as_array().unwrap().len(), 3);
    app.finish().await;
}

#[tokio::test]
async fn what_nobody_waits_for_is_kept_all_the_same() {
    let models = Models::start().await;
    models.answer(Manner::IsSilent);
    let set = models.are_asked();
    let app = TestApp::with(|config| {
        set(config);
        config.models.timeout = Duration::from_millis(500);
    })
    .await;
    let mei = app.reader().await;
    let request = mei.request(reqwest::Method::POST, "/api/ai/generate");
    let request = request.header("content-type", "application/json").body(r#"{"product_name":"x"}"#);
    let gone = request.timeout(Duration::from_millis(100)).send().await;
    assert!(gone.is_err(), "the client hung up");
    models.say(200, &ollama("好"));
    let kept = || async {
        let history = mei.get("/api/ai/history").await.data();
        history.as_array().is_some_and(|rows| rows.len() == 1).then_some(())
    };
    eventually("the request is kept", kept).await;
    app.finish().await;
}
