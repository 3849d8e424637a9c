//! What an administrator sees of durable jobs, and does about them.

use serde_json::{Value, json};
use tidemark::auth::Secret;

use crate::support::shapes::column;
use crate::support::telegram::{FakeTelegram, TOKEN};
use crate::support::{Actor, TestApp, eventually};

const JOBS: &str = "/api/admin/jobs";
const SEND: &str = "/api/notification/telegram";

/// Asks for a message without waiting for it; its address.
async fn asks(admin: &Actor, text: &str) -> String {
    let asked = admin.post(SEND, json!({ "message": text, "chat_id": 100, "queued": true })).await.data();
    format!("/api/notification/history/{}", asked["notification_id"].as_str().expect("an id"))
}

/// The thing at an address, once it is so.
async fn becomes(admin: &Actor, path: &str, field: &str, word: &str) -> Value {
    eventually(&format!("{field} is {word}"), || async {
        let answer = admin.get(path).await;
        (answer.status == 200).then(|| answer.data()).filter(|found| found[field] == word)
    })
    .await
}

/// The address of the newest job, once there is one in this state.
async fn newest(admin: &Actor, state: &str) -> String {
    eventually(&format!("a job is {state}"), || async {
        let jobs = admin.get(&format!("{JOBS}?kind=notification.telegram&state={state}")).await.data();
        jobs[0]["id"].as_str().map(|id| format!("{JOBS}/{id}"))
    })
    .await
}

#[tokio::test]
async fn a_message_that_failed_is_sent_when_its_job_is_tried_again() {
    let telegram = FakeTelegram::start().await;
    let url = telegram.url();
    let app = TestApp::with(move |config| {
        config.telegram.token = Some(Secret::new(TOKEN));
        config.telegram.api_url = url;
    })
    .await;
    let admin = app.admin().await;
    let refusal = json!({ "ok": false, "error_code": 400, "description": "Bad Request: message is too odd" });
    telegram.plans(400, refusal);
    let message = asks(&admin, "缺貨 3 件").await;
    becomes(&admin, &message, "status", "failed").await;
    let job = newest(&admin, "failed").await;
    let failed = admin.get(&job).await.data();
    assert!(failed["error"].as_str().is_some_and(|error| error.contains("too odd")), "{failed}");
    assert_eq!((&failed["attempts"], &failed["due_at"]), (&json!(1), &Value::Null));
    admin.delete(&job).await.fails_with(400);
    let again = admin.post(&format!("{job}/retry"), json!({})).await.data();
    assert_eq!((&again["id"], &again["error"]), (&failed["id"], &Value::Null));
    becomes(&admin, &message, "status", "sent").await;
    assert_eq!(telegram.texts(), ["缺貨 3 件"]);
    becomes(&admin, &job, "state", "done").await;
    let error = admin.post(&format!("{job}/retry"), json!({})).await.fails_with(400);
    assert!(error.contains("done"), "{error}");
    // and: what may have happened is not tried again
    sqlx::query("UPDATE jobs SET state = 'unknown'").execute(&app.app.pool).await.unwrap();
    let error = admin.post(&format!("{job}/retry"), json!({})).await.fails_with(400);
    assert!(error.contains("twice"), "{error}");
    app.finish().await;
}

#[tokio::test]
async fn a_job_that_waits_for_a_missing_setting_is_given_up_and_its_message_says_by_whom() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let messages = [asks(&admin, "a").await, asks(&admin, "b").await];
    let jobs = eventually("two jobs wait", || async {
        let found = admin.get(&format!("{JOBS}?state=queued&per_page=1")).await;
        (found.header("x-total-count") == Some("2")).then(|| found.data())
    })
    .await;
    assert_eq!(column(&jobs, "kind"), ["notification.telegram"]);
    assert!(jobs[0]["obstacle"].as_str().is_some_and(|words| words.contains("TELEGRAM")), "{jobs}");
    assert!(jobs[0]["due_at"].is_string());
    for _ in &messages {
        let job = newest(&admin, "queued").await;
        admin.delete(&job).await.data();
        becomes(&admin, &job, "state", "failed").await;
    }
    for message in &messages {
        let reason = becomes(&admin, message, "status", "failed").await["reason"].clone();
        assert_eq!(reason, format!("given up by user {}", admin.user_id), "a number: names may be erased");
    }
    admin.get(&format!("{JOBS}/{}", uuid::Uuid::now_v7())).await.fails_with(404);
    admin.delete(&format!("{JOBS}/{}", uuid::Uuid::now_v7())).await.fails_with(404);
    let error = admin.get(&format!("{JOBS}?state=late")).await.fails_with(400);
    assert!(error.contains("queued, running, ending"), "{error}");
    app.finish().await;
}
