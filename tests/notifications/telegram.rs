use serde_json::json;

use super::{becomes, house_with, message};
use crate::support::TestApp;
use crate::support::telegram::FakeTelegram;

const SEND: &str = "/api/notification/telegram";

#[tokio::test]
async fn a_message_goes_to_the_configured_chat_or_to_the_one_named() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let sent = manager.post(SEND, message("缺貨 3 件")).await.data();
    assert_eq!(sent["status"], "sent", "{sent}");
    let queued =
        manager.post(SEND, json!({ "message": "夜班", "chat_id": -200, "queued": true })).await.data();
    assert_eq!(queued["status"], "queued");
    let settled = becomes(&manager, &queued["notification_id"], "sent").await;
    assert_eq!((&settled["to"], &settled["because"]), (&json!(["-200"]), &json!("asked")));
    let messages = telegram.messages();
    assert_eq!((&messages[0]["chat_id"], &messages[0]["text"]), (&json!(100), &json!("缺貨 3 件")));
    assert_eq!(messages[1]["chat_id"], -200);
    let history = manager.get("/api/notification/history?status=sent").await;
    assert_eq!(history.header("x-total-count"), Some("2"));
    app.finish().await;
}

#[tokio::test]
async fn a_long_message_is_split_and_each_part_arrives_once_in_order() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let text: String = (0..900).map(|line| format!("第 {line} 行：價格異動\n")).collect();
    telegram.plans(200, json!({ "ok": true, "result": { "message_id": 1 } }));
    telegram.plans(502, json!({ "ok": false, "error_code": 502, "description": "Bad Gateway" }));
    let queued = manager.post(SEND, json!({ "message": text, "queued": true })).await.data();
    let id = &queued["notification_id"];
    let waits = || async {
        let found = manager.get(&format!("/api/notification/history/{}", id.as_str().unwrap())).await.data();
        found["reason"].as_str().is_some_and(|reason| reason.contains("Bad Gateway")).then_some(())
    };
    crate::support::eventually("the second part waits", waits).await;
    app.app.jobs.hurry().await.unwrap();
    becomes(&manager, id, "sent").await;
    let texts = telegram.texts();
    assert!(texts.len() >= 2 && texts.iter().all(|part| part.encode_utf16().count() <= 4_096));
    assert!(texts.iter().all(|part| !part.contains("第 0 行")), "the first part went out already");
    assert!(texts.last().unwrap().ends_with("第 899 行：價格異動"));
    app.finish().await;
}

#[tokio::test]
async fn telegrams_wish_for_patience_is_obeyed() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    telegram.slows_down(600);
    let queued = manager.post(SEND, json!({ "message": "a", "queued": true })).await.data();
    let jobs = || async {
        let jobs = app.app.jobs.list(&["notification.telegram"], Some("queued"), 10).await.unwrap();
        jobs.into_iter().find(|job| job.error.as_deref().is_some_and(|error| error.contains("429")))
    };
    let job = crate::support::eventually("the job waits", jobs).await;
    let pause = (job.run_at - chrono::Utc::now()).num_seconds();
    assert!((590..=600).contains(&pause), "{pause}");
    assert_eq!(job.attempts, 0, "patience is no attempt");
    app.app.jobs.hurry().await.unwrap();
    becomes(&manager, &queued["notification_id"], "sent").await;
    assert_eq!(telegram.messages().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_chat_that_blocked_the_bot_is_switched_off_and_the_history_says_why_nothing_was_sent() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    telegram.blocks();
    let blocked = manager.post(SEND, message("a")).await.data();
    let failed = becomes(&manager, &blocked["notification_id"], "failed").await;
    assert!(failed["reason"].as_str().unwrap().contains("bot was blocked by the user"), "{failed}");
    let next = manager.post(SEND, message("b")).await.data();
    let held_back = becomes(&manager, &next["notification_id"], "suppressed").await;
    assert!(held_back["reason"].as_str().unwrap().contains("switched off"), "{held_back}");
    assert!(telegram.messages().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn without_a_bot_messages_wait_and_the_answer_says_so() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let waiting = manager.post(SEND, message("a")).await.data();
    assert_eq!(waiting["status"], "queued");
    assert!(waiting["reason"].as_str().unwrap().contains("TIDEMARK_TELEGRAM_TOKEN"), "{waiting}");
    app.finish().await;
}

#[tokio::test]
async fn a_message_that_cannot_be_sent_is_refused_and_nothing_is_stored() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let head = app.head().await;
    for body in [
        json!({}),
        json!({ "message": "" }),
        json!({ "message": "  " }),
        json!({ "message": 5 }),
        json!({ "message": "a", "chat_id": "not a chat" }),
        json!({ "message": "a", "chat_id": "../getMe" }),
        json!({ "message": "a".repeat(100_001) }),
        json!({ "message": "a", "queued": "perhaps" }),
    ] {
        let refused = manager.post(SEND, &body).await;
        assert_eq!((refused.status, &refused.json["code"]), (400, &json!("VALIDATION_ERROR")), "{body}");
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_group_that_became_a_supergroup_gets_its_messages_there_from_then_on() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let manager = app.manager().await;
    let description = "Bad Request: group chat was upgraded to a supergroup chat";
    let parameters = json!({ "migrate_to_chat_id": -100_555 });
    let moved =
        json!({ "ok": false, "error_code": 400, "description": description, "parameters": parameters });
    telegram.plans(400, moved);
    let first = manager.post(SEND, message("a")).await.data();
    becomes(&manager, &first["notification_id"], "sent").await;
    // when: another node sends, which remembers nothing of it
    let second = app.another_node().await;
    let next = second.receives(&manager).post(SEND, message("b")).await.data();
    becomes(&manager, &next["notification_id"], "sent").await;
    let chats: Vec<_> = telegram.messages().iter().map(|message| message["chat_id"].clone()).collect();
    assert_eq!(chats, [json!(-100_555), json!(-100_555)]);
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn the_pace_of_a_chat_is_kept() {
    let telegram = FakeTelegram::start().await;
    let url = telegram.url();
    let app = TestApp::with(move |config| {
        config.telegram.token = Some(tidemark::auth::Secret::new(crate::support::telegram::TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_pause_ms = 400;
    })
    .await;
    let manager = app.manager().await;
    let began = std::time::Instant::now();
    for number in 0..4 {
        let body = json!({ "message": format!("{number}"), "chat_id": "7", "queued": true });
        manager.post(SEND, body).await.data();
    }
    telegram.receives(4).await;
    assert!(began.elapsed().as_millis() >= 1_200, "{:?}", began.elapsed());
    app.finish().await;
}

#[tokio::test]
async fn a_chat_that_is_gone_does_not_take_the_message_from_the_others() {
    let telegram = FakeTelegram::start().await;
    let url = telegram.url();
    let app = TestApp::with(move |config| {
        config.telegram.token = Some(tidemark::auth::Secret::new(crate::support::telegram::TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_ids = vec!["100".to_owned(), "200".to_owned()];
        config.telegram.messages_per_s = 0;
        config.telegram.chat_pause_ms = 0;
    })
    .await;
    let manager = app.manager().await;
    telegram.blocks();
    telegram.slows_down(600);
    let queued = manager.post(SEND, json!({ "message": "a", "queued": true })).await.data();
    let waits = || async {
        let jobs = app.app.jobs.list(&["notification.telegram"], Some("queued"), 10).await.unwrap();
        jobs.into_iter().find(|job| job.error.as_deref().is_some_and(|error| error.contains("429")))
    };
    crate::support::eventually("the second chat asks for patience", waits).await;
    app.app.jobs.hurry().await.unwrap();
    becomes(&manager, &queued["notification_id"], "sent").await;
    assert_eq!(
        telegram.messages().iter().map(|message| message["chat_id"].clone()).collect::<Vec<_>>(),
        [200]
    );
    app.finish().await;
}
