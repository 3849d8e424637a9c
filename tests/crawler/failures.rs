//! What a run came to is on the log, and people hear of one that failed.

use serde_json::json;
use tidemark::auth::Secret;

use super::{visits, watches};
use crate::support::TestApp;
use crate::support::shop::Shop;
use crate::support::telegram::{FakeTelegram, TOKEN};

/// A house with a chat that hears of failures.
async fn house_with(telegram: &FakeTelegram) -> TestApp {
    let url = telegram.url();
    TestApp::with(move |config| {
        Shop::is_visited(config);
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_ids = vec!["100".to_owned()];
        config.telegram.messages_per_s = 0;
        config.telegram.chat_pause_ms = 0;
    })
    .await
}

#[tokio::test]
async fn a_run_tells_the_log_what_it_came_to_and_people_hear_of_one_that_failed() {
    let telegram = FakeTelegram::start().await;
    let (app, shop) = (house_with(&telegram).await, Shop::opens().await);
    let manager = app.manager().await;
    shop.sells("/tea", "100");
    shop.sells("/cake", "200");
    let goods = [watches(&manager, &shop, "/tea").await, watches(&manager, &shop, "/cake").await];
    let good = visits(&manager, &goods).await;
    let path =
        |status: &serde_json::Value| format!("/api/audit/crawl-runs/{}", status["run_id"].as_str().unwrap());
    let told = manager.get(&path(&good)).await.data();
    assert_eq!(
        (&told["events"][0]["type"], told["events"].as_array().unwrap().len()),
        (&json!("CrawlRunFinished"), 1)
    );
    let report = &told["events"][0]["data"]["report"];
    assert_eq!(
        (&report["asked_by"], &report["given_up"]),
        (&json!(format!("user:{}", manager.user_id)), &json!(false))
    );
    assert_eq!(
        (&report["checked"], &report["changed"], &report["failed"]),
        (&json!(2), &json!(2), &json!(0))
    );
    assert_eq!(report["hosts"], json!([{ "host": "127.0.0.1", "checked": 2, "failed": 0 }]));
    for path in ["/tea", "/cake"] {
        shop.answers(path, 403, "robots keep out");
    }
    let bad = visits(&manager, &goods).await;
    assert_eq!(bad["failed"], 2);
    let state = manager.get(&format!("{}/state", path(&bad))).await.data();
    assert_eq!((&state["failed"], &state["hosts"][0]["failed"]), (&json!(2), &json!(2)));
    telegram.receives(1).await;
    let text = telegram.texts().remove(0);
    assert!(text.contains("價格檢查未完成") && text.contains("失敗 2"), "{text}");
    assert!(text.contains(bad["last_error"].as_str().unwrap()), "{text}");
    // and: not again and again while the shop is away
    visits(&manager, &goods).await;
    app.keeps_its_promises().await;
    assert_eq!(telegram.texts().len(), 1);
    app.finish().await;
}
