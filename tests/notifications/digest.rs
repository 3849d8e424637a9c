//! The price digest: what changed since the last one, once.

use serde_json::json;
use tidemark::auth::Secret;

use super::house_with;
use crate::support::smtp::SmtpSink;
use crate::support::telegram::{FakeTelegram, TOKEN};
use crate::support::{Actor, TestApp};

const TRIGGER: &str = "/api/trigger_momo_notification";

async fn observes(manager: &Actor, code: &str, price: i64, at: &str) {
    let seen = json!([{ "listing": code, "price": price, "observed_at": at, "source": "test" }]);
    manager.post("/api/listings/observations?create=true", seen).await.data();
}

#[tokio::test]
async fn it_tells_what_changed_since_the_last_one_and_nothing_twice() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    observes(&manager, "T1", 100, "2026-01-28T01:00:00Z").await;
    observes(&manager, "T2", 200, "2026-01-28T01:00:00Z").await;
    let none = manager.post(TRIGGER, "").await.data();
    assert_eq!(
        (&none["sent"], &none["changes"]),
        (&json!(0), &json!(0)),
        "a first price is no change: {none}"
    );

    observes(&manager, "T1", 90, "2026-01-28T02:00:00Z").await;
    observes(&manager, "T2", 250, "2026-01-28T02:00:00Z").await;
    observes(&manager, "T2", 260, "2026-01-28T03:00:00Z").await;
    let sent = manager.post(TRIGGER, "{}").await.data();
    assert_eq!((&sent["sent"], &sent["changes"]), (&json!(1), &json!(2)), "{sent}");
    let text = telegram.receives(1).await[0]["text"].as_str().unwrap().to_owned();
    assert!(text.contains("漲價 1 項") && text.contains("T2　200 → 260（+30.0%）"), "{text}");
    assert!(text.contains("降價 1 項") && text.contains("T1　100 → 90（-10.0%）"), "{text}");

    let again = manager.post(TRIGGER, "{}").await.data();
    assert_eq!(again["sent"], 0, "{again}");
    let forced = manager.post(TRIGGER, json!({ "force": true })).await.data();
    assert_eq!((&forced["sent"], &forced["changes"]), (&json!(1), &json!(0)));
    telegram.receives(2).await;
    app.finish().await;
}

#[tokio::test]
async fn what_went_up_and_came_back_is_no_news() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    for (price, hour) in [(100, 1), (120, 2), (100, 3)] {
        observes(&manager, "T1", price, &format!("2026-01-28T0{hour}:00:00Z")).await;
    }
    assert_eq!(manager.post(TRIGGER, "{}").await.data()["sent"], 0);
    app.finish().await;
}

#[tokio::test]
async fn it_goes_by_mail_too_where_somebody_is_named() {
    let (telegram, sink) = (FakeTelegram::start().await, SmtpSink::start().await);
    let (url, api) = (sink.url(), telegram.url());
    let app = TestApp::with(move |config| {
        config.mail.smtp_url = Some(Secret::new(url));
        config.mail.digest_to = vec!["pm@shop.example".to_owned(), "boss@shop.example".to_owned()];
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = api;
        config.telegram.chat_ids = vec!["100".to_owned()];
    })
    .await;
    let manager = app.manager().await;
    observes(&manager, "T1", 100, "2026-01-28T01:00:00Z").await;
    observes(&manager, "T1", 3_280, "2026-01-28T02:00:00Z").await;
    let sent = manager.post(TRIGGER, "{}").await.data();
    assert_eq!(sent["sent"], 2, "{sent}");
    let mail = &sink.receives(1).await[0];
    assert_eq!(mail.to, ["pm@shop.example", "boss@shop.example"]);
    assert!(mail.subject().contains("價格異動 1 項"), "{}", mail.subject());
    assert!(mail.text().contains("100 → 3,280"), "{}", mail.text());
    telegram.receives(1).await;
    app.finish().await;
}

#[tokio::test]
async fn two_who_trigger_it_at_once_send_one() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    observes(&manager, "T1", 100, "2026-01-28T01:00:00Z").await;
    observes(&manager, "T1", 110, "2026-01-28T02:00:00Z").await;
    let (one, other) = tokio::join!(manager.post(TRIGGER, "{}"), manager.post(TRIGGER, "{}"));
    let sent = one.data()["sent"].as_i64().unwrap() + other.data()["sent"].as_i64().unwrap();
    assert_eq!(sent, 1);
    app.keeps_its_promises().await;
    assert_eq!(telegram.messages().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn without_a_bot_nothing_is_sent_and_the_answer_says_what_it_waits_for() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    observes(&manager, "T1", 100, "2026-01-28T01:00:00Z").await;
    observes(&manager, "T1", 110, "2026-01-28T02:00:00Z").await;
    for body in [json!({}), json!({ "force": true })] {
        let sent = manager.post(TRIGGER, body).await.data();
        assert_eq!(sent["sent"], 0, "{sent}");
        assert_eq!(sent["notifications"][0]["status"], "queued");
        assert!(sent["reason"].as_str().unwrap().contains("TIDEMARK_TELEGRAM_TOKEN"), "{sent}");
    }
    app.finish().await;
}
