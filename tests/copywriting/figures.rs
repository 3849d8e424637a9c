//! What requests used, and the bound on it.

use serde_json::{Value, json};

use super::generates;
use crate::support::TestApp;
use crate::support::models::{Models, gemini};
use crate::support::shapes::has_keys;

#[tokio::test]
async fn figures_count_everything_and_deleting_never_shrinks_them() {
    let models = Models::start().await;
    let app = TestApp::with(models.are_asked()).await;
    let (mei, admin) = (app.reader().await, app.admin().await);
    let copy = generates(&mei, "精華液").await;
    models.say(200, &{
        let mut unpriced = gemini("好用");
        unpriced["modelVersion"] = json!("gemini-9-ultra");
        unpriced
    });
    mei.post("/api/ai/generate", json!({ "product_name": "x", "provider": "gemini" })).await;
    models.say(200, &gemini("防曬"));
    mei.post("/api/ai/search", json!({ "query": "防曬" })).await.data();
    models.say(500, &json!({}));
    mei.post("/api/ai/generate", json!({ "product_name": "x" })).await.fails_with(500);

    let stats = mei.get("/api/ai/usage/stats").await.data();
    has_keys(&stats, &["start_date", "end_date", "total", "by_provider", "by_model", "by_user", "daily"]);
    let total = &stats["total"];
    has_keys(
        total,
        &[
            "requests",
            "failed",
            "input_tokens",
            "output_tokens",
            "total_tokens",
            "duration",
            "cost_usd",
            "unpriced",
        ],
    );
    assert_eq!((&total["requests"], &total["failed"], &total["unpriced"]), (&json!(4), &json!(1), &json!(1)));
    assert_eq!((&total["input_tokens"], &total["output_tokens"]), (&json!(146), &json!(135)));
    // 13 tokens read and 25 written by gemini-2.5-flash.
    assert_eq!(total["cost_usd"].to_string(), "0.0000664");
    let of = |list: &str, key: &str| -> Vec<Value> {
        stats[list].as_array().unwrap().iter().map(|row| row[key].clone()).collect()
    };
    assert_eq!(of("by_provider", "provider"), ["gemini", "ollama"]);
    assert_eq!(of("by_model", "model"), ["gemini-2.5-flash", "gemini-9-ultra", "llama3:70b"]);
    assert_eq!(
        (of("by_user", "user_id"), of("by_user", "username")),
        (vec![json!(mei.user_id)], vec![json!(mei.username)])
    );
    assert_eq!(stats["daily"].as_array().unwrap().len(), 30);
    assert_eq!((&stats["daily"][0]["requests"], &stats["daily"][29]["requests"]), (&json!(0), &json!(4)));

    mei.delete(&format!("/api/ai/history/{}", copy["id"])).await.data();
    assert_eq!(mei.get("/api/ai/usage/stats").await.data(), stats);
    assert_eq!(admin.get("/api/ai/usage/stats").await.data()["total"], stats["total"]);
    assert_eq!(app.manager().await.get("/api/ai/usage/stats").await.data()["total"]["requests"], 0);
    app.finish().await;
}

#[tokio::test]
async fn days_are_chosen_within_bounds() {
    let app = TestApp::start().await;
    let mei = app.reader().await;
    let one = mei.get("/api/ai/usage/stats?start_date=2026-01-01&end_date=2026-01-01").await.data();
    assert_eq!((one["daily"].as_array().unwrap().len(), &one["daily"][0]["date"]), (1, &json!("2026-01-01")));
    for query in [
        "start_date=2026-01-02&end_date=2026-01-01",
        "start_date=2020-01-01&end_date=2026-01-01",
        "start_date=soon",
        "end_date=2026-13-01",
        "user_id=x",
    ] {
        mei.get(&format!("/api/ai/usage/stats?{query}")).await.fails_with(400);
    }
    mei.get("/api/ai/usage/stats?user_id=99999").await.fails_with(403);
    app.finish().await;
}

#[tokio::test]
async fn a_days_tokens_are_bounded_for_each_user() {
    let models = Models::start().await;
    let set = models.are_asked();
    let app = TestApp::with(|config| {
        set(config);
        config.models.daily_tokens = 300;
    })
    .await;
    let (mei, jun) = (app.reader().await, app.reader().await);
    generates(&mei, "a").await;
    generates(&mei, "b").await;
    let refused = mei.post("/api/ai/generate", json!({ "product_name": "c" })).await;
    refused.fails_with(429);
    assert_eq!(refused.json["code"], "RATE_LIMITED");
    let wait: i64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=90_000).contains(&wait));
    mei.post("/api/ai/search", json!({ "query": "c" })).await.fails_with(429);
    assert_eq!(models.asked().len(), 2);
    generates(&jun, "a").await;
    app.finish().await;
}
