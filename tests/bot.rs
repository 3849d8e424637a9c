//! The bot, over HTTP and in Telegram's chats.

use serde_json::{Value, json};
use tidemark::auth::Secret;

use crate::support::telegram::{FakeTelegram, TOKEN};
use crate::support::{Actor, Response, TestApp};

const HOOK: &str = "/api/bot/telegram/webhook";
const SECRET: &str = "x-telegram-bot-api-secret-token";

async fn house_with(telegram: &FakeTelegram) -> TestApp {
    let url = telegram.url();
    TestApp::with(move |config| {
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = url;
        config.telegram.chat_ids = vec!["100".to_owned()];
        config.telegram.webhook_secret = Some(Secret::new("hook-secret"));
        config.telegram.messages_per_s = 0;
        config.telegram.chat_pause_ms = 0;
    })
    .await
}

fn update(id: i64, chat: i64, text: &str) -> Value {
    json!({ "update_id": id, "message": {
        "message_id": 1, "date": 1, "text": text,
        "from": { "id": 5, "is_bot": false, "first_name": "Mei" },
        "chat": { "id": chat, "type": "private" },
    } })
}

async fn telegram_sends(visitor: &Actor, update: &Value) -> Response {
    visitor.sends(reqwest::Method::POST, HOOK, update, &[(SECRET, "hook-secret")]).await
}

#[tokio::test]
async fn a_known_chat_is_answered_once_however_often_telegram_repeats_itself() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let visitor = app.visitor();
    for _ in 0..3 {
        let answer = telegram_sends(&visitor, &update(9_000_000_001, 100, "/help@tidemark_bot")).await;
        assert_eq!(answer.status, 200);
    }
    let messages = telegram.receives(1).await;
    assert_eq!(messages[0]["chat_id"], 100);
    assert!(messages[0]["text"].as_str().unwrap().contains("/status"));
    app.keeps_its_promises().await;
    assert_eq!(telegram.messages().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn an_unknown_chat_is_refused_politely() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    telegram_sends(&app.visitor(), &update(1, 666, "/status")).await;
    let messages = telegram.receives(1).await;
    assert_eq!(messages[0]["chat_id"], 666);
    let text = messages[0]["text"].as_str().unwrap();
    assert!(text.contains("授權") && text.contains("666") && !text.contains("事件"), "{text}");
    app.finish().await;
}

#[tokio::test]
async fn the_secret_opens_the_webhook_and_nothing_else_does() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let (visitor, admin) = (app.visitor(), app.admin().await);
    let body = update(1, 100, "/help");
    for secret in ["", "hook-secre", "hook-secret2", "HOOK-SECRET"] {
        let refused = visitor.sends(reqwest::Method::POST, HOOK, &body, &[(SECRET, secret)]).await;
        assert_eq!((refused.status, &refused.json["code"]), (401, &json!("AUTH_FAILED")), "{secret}");
    }
    assert_eq!(admin.post(HOOK, &body).await.status, 401, "nor does a token");
    app.finish().await;

    let app = TestApp::start().await;
    assert_eq!(telegram_sends(&app.visitor(), &body).await.status, 401, "without a secret nothing does");
    app.finish().await;
}

#[tokio::test]
async fn what_is_of_no_concern_is_taken_and_ignored() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let visitor = app.visitor();
    let group =
        json!({ "update_id": 1, "message": { "chat": { "id": 100, "type": "group" }, "text": "早安" } });
    let machine = json!({ "update_id": 2, "message": { "from": { "id": 1, "is_bot": true }, "chat": { "id": 100, "type": "private" }, "text": "/help" } });
    let picture =
        json!({ "update_id": 3, "message": { "chat": { "id": 100, "type": "private" }, "photo": [] } });
    let button = json!({ "update_id": 4, "callback_query": { "id": "x" } });
    for update in [group, machine, picture, button, json!([]), json!({}), json!({ "update_id": "x" })] {
        assert_eq!(telegram_sends(&visitor, &update).await.status, 200, "{update}");
    }
    let broken = visitor.sends(reqwest::Method::POST, HOOK, "{", &[(SECRET, "hook-secret")]).await;
    assert_eq!(broken.status, 200);
    app.keeps_its_promises().await;
    assert!(telegram.messages().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_flood_of_updates_is_answered_within_bounds() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let visitor = app.visitor();
    for id in 0..50 {
        assert_eq!(telegram_sends(&visitor, &update(id % 10, 100, "/help")).await.status, 200);
    }
    telegram.receives(10).await;
    app.keeps_its_promises().await;
    assert_eq!(telegram.messages().len(), 10);
    app.finish().await;
}

#[tokio::test]
async fn commands_are_answered_over_http_in_traditional_chinese() {
    let app = TestApp::start().await;
    let (manager, bot) = (app.manager().await, app.bot().await);
    let brand = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&brand, "春季茶會").await;
    manager.changes(&week, json!({ "gmv_achieved": "1234567.5" })).await;
    let ask = |command: &str, args: Value| {
        let (bot, body) = (bot.clone(), json!({ "command": command, "args": args }));
        async move { bot.post("/api/bot/command", body).await }
    };
    let help = ask("/help", json!([])).await.data();
    assert_eq!(help["command"], "/help");
    assert!(help["text"].as_str().unwrap().contains("可用指令"));
    let campaign = ask("/campaign@tidemark_bot", json!(["春季"])).await.data();
    assert!(campaign["text"].as_str().unwrap().contains("春季茶會　待處理"), "{campaign}");
    assert!(campaign["text"].as_str().unwrap().contains("GMV 1,234,567.5"), "{campaign}");
    let none = ask("campaign", json!(["沒有"])).await.data();
    assert!(none["text"].as_str().unwrap().contains("找不到"), "{none}");
    let status = ask("/status", Value::Null).await.data();
    assert!(status["text"].as_str().unwrap().contains("資料即時"), "{status}");
    let words = status["text"].as_str().unwrap();
    assert!(words.contains("尚未設定郵件伺服器") && !words.contains("TIDEMARK"), "{words}");
    let stranger = ask("/stockout", json!(["V404"])).await.data();
    assert!(stranger["text"].as_str().unwrap().contains("找不到廠商「V404」"), "{stranger}");
    let vendor = json!({ "vendor_code": "V1", "vendor_name": "Tea" });
    manager.post("/api/vendor/list", vendor).await.data();
    let known = ask("/stockout", json!(["v1"])).await.data();
    assert!(known["text"].as_str().unwrap().contains("待通知 0"), "{known}");
    let number = ask("/price", json!([13_090_011])).await.data();
    assert_eq!(number["args"], json!(["13090011"]));
    let unknown = ask("/nonsense", json!([])).await;
    assert_eq!((unknown.status, &unknown.json["code"]), (400, &json!("VALIDATION_ERROR")));
    assert!(unknown.json["error"].as_str().unwrap().contains("/help"), "{}", unknown.json);
    // and: what /run starts, its own route gives to managers only
    let user = app.somebody(aggregates::users::Role::User).await;
    user.post("/api/bot/command", json!({ "command": "/run" })).await.fails_with(403);
    for body in [
        json!({}),
        json!({ "command": 5 }),
        json!({ "command": "/help", "args": "x" }),
        json!({ "command": "/help", "args": [1, {}] }),
    ] {
        assert_eq!(bot.post("/api/bot/command", &body).await.status, 400, "{body}");
    }
    app.finish().await;
}

#[tokio::test]
async fn prices_and_changes_are_told_with_figures_and_a_chart() {
    let telegram = FakeTelegram::start().await;
    let app = house_with(&telegram).await;
    let (manager, bot) = (app.manager().await, app.bot().await);
    let now = chrono::Utc::now();
    for (price, minutes) in [(3_280, 2), (3_180, 1)] {
        let at = (now - chrono::TimeDelta::minutes(minutes)).to_rfc3339();
        let seen = json!([{ "listing": "T1", "price": price, "observed_at": at, "source": "test" }]);
        manager.post("/api/listings/observations?create=true", seen).await.data();
    }
    let body = json!({ "command": "/price", "args": ["T1"], "picture": true });
    let price = bot.post("/api/bot/command", body).await.data();
    let text = price["text"].as_str().unwrap();
    assert!(text.contains("現價 TWD 3,180") && text.contains("前價 3,280"), "{text}");
    assert!(price["picture"].as_str().unwrap().starts_with("iVBOR"), "a PNG");
    let changes = bot.post("/api/bot/command", json!({ "command": "/changes" })).await.data();
    assert!(changes["text"].as_str().unwrap().contains("今日價格異動"), "{changes}");
    for command in ["/sales", "/stockout"] {
        let answer = bot.post("/api/bot/command", json!({ "command": command })).await.data();
        assert!(!answer["text"].as_str().unwrap().is_empty());
    }
    telegram_sends(&app.visitor(), &update(77, 100, "/price T1")).await;
    telegram.receives(1).await;
    app.keeps_its_promises().await;
    assert_eq!(telegram.photos().len(), 1);
    app.finish().await;
}
