//! Fired alerts reach people, once.

use serde_json::json;
use tidemark::auth::Secret;

use super::{alerts, judged, sees, sets, watches};
use crate::support::telegram::{FakeTelegram, TOKEN};
use crate::support::{TestApp, eventually};

async fn house_with(telegram: &FakeTelegram) -> TestApp {
    let url = telegram.url();
    TestApp::with(move |config| {
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_ids = vec!["100".to_owned()];
        config.telegram.messages_per_s = 0;
        config.telegram.chat_pause_ms = 0;
    })
    .await
}

#[tokio::test]
async fn a_fired_alert_is_told_by_telegram_and_says_that_it_was() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let rule = json!({ "name": "降價", "when": "drop", "channels": ["telegram"], "rearm": "never" });
    let rule = sets(&manager, rule).await;
    let path = format!("?rule_id={rule}");
    for (price, minutes) in [(3280, 30), (2980, 20), (2900, 10)] {
        sees(&manager, tea, price, minutes).await;
    }
    alerts(&manager, &path, 2).await;
    let told = eventually("the alert says that it was told", || async {
        let found = manager.get(&format!("/api/alerts{path}")).await.data();
        found.as_array()?.iter().any(|alert| alert["notified"] == true).then_some(found)
    })
    .await;
    assert_eq!((&told[0]["suppressed"], &told[0]["notified"]), (&json!("fired_before"), &json!(false)));
    assert_eq!((&told[1]["price"], &told[1]["notified"]), (&json!(2980), &json!(true)));
    let text = telegram.texts().join("\n");
    for part in [
        "降價",
        "Goods TEA",
        "3,280 → 2,980",
        "-300",
        "-9.15%",
        "商品編號 TEA",
        "https://shop.example/goods/TEA",
    ] {
        assert!(text.contains(part), "{part} is not in {text}");
    }
    // and: a log that is judged again tells nobody anything
    for statement in [
        "UPDATE public.alert_checkpoint SET position = 0",
        "DELETE FROM public.alert_watches",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
          WHERE datname = current_database() AND application_name = 'tidemark alerts'",
    ] {
        sqlx::query(statement).execute(&app.app.pool).await.unwrap();
    }
    judged(&manager).await;
    assert_eq!(telegram.texts().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_rule_that_fires_for_many_listings_at_once_tells_of_them_in_one_message() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let mut listings = Vec::new();
    for number in 0..25 {
        listings.push(watches(&manager, &format!("T{number}")).await);
    }
    let rule = json!({ "name": "降價", "when": "drop", "channels": ["telegram"] });
    let rule = sets(&manager, rule).await;
    let see = |prices: Vec<(i64, i64)>, minutes: i64| {
        let at = super::ago(minutes);
        let seen: Vec<_> = prices
            .into_iter()
            .map(|(listing, price)| json!({ "listing": listing, "price": price, "observed_at": at }))
            .collect();
        let manager = manager.clone();
        async move { manager.post("/api/listings/observations", json!(seen)).await.data() }
    };
    see(listings.iter().map(|listing| (*listing, 1_000)).collect(), 30).await;
    let falls = listings.iter().zip(0..).map(|(listing, index)| (*listing, 990 - index * 10));
    see(falls.collect(), 20).await;
    let path = format!("/api/alerts?rule_id={rule}");
    eventually("all alerts say that they were told", || async {
        let found = manager.get(&path).await.data();
        let told = found.as_array()?.iter().filter(|alert| alert["notified"] == true).count();
        (told == listings.len()).then_some(())
    })
    .await;
    let texts = telegram.texts();
    assert_eq!(texts.len(), 1, "{texts:?}");
    let lines: Vec<&str> = texts[0].lines().collect();
    assert_eq!((lines[0], lines.len()), ("降價：25 項商品", 12));
    assert_eq!(lines[1], "・Goods T24　1,000 → 750（-250，-25%）");
    assert_eq!(lines[11], "…… 另有 15 項");
    // and: right afterwards the rule rests on its channel
    sees(&manager, listings[0], 500, 10).await;
    alerts(&manager, &format!("?rule_id={rule}&listing_id={}&suppressed=0", listings[0]), 2).await;
    judged(&manager).await;
    assert_eq!(telegram.texts().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_mail_that_nobody_would_get_is_held_back_and_says_why() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let rule = sets(&manager, json!({ "name": "降價", "when": "drop", "channels": ["mail"] })).await;
    sees(&manager, tea, 3280, 30).await;
    sees(&manager, tea, 2980, 20).await;
    let alert = alerts(&manager, &format!("?rule_id={rule}"), 1).await.remove(0);
    let notices = eventually("the mail is in the history", || async {
        let found = manager.get("/api/notification/history?channel=email").await.data();
        found.as_array().filter(|found| !found.is_empty()).cloned()
    })
    .await;
    assert_eq!((&notices[0]["status"], &notices[0]["because"]), (&json!("suppressed"), &json!("alert")));
    let reason = notices[0]["reason"].as_str().unwrap();
    assert!(reason.contains("TIDEMARK_DIGEST_TO"), "{reason}");
    assert_eq!(alert["notified"], false);
    assert!(app.app.jobs.unfinished().await.unwrap().is_empty());
    app.finish().await;
}
