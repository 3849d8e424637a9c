//! Notices: templates, messages to Telegram, mails, and what became of them.

mod digest;
mod mails;
mod notices;
mod telegram;
mod templates;

use serde_json::{Value, json};
use tidemark::auth::Secret;

use crate::support::telegram::{FakeTelegram, TOKEN};
use crate::support::{Actor, TestApp, eventually};

/// A house with a bot that writes as fast as it can.
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

/// A message as it stands once it is settled so.
async fn becomes(actor: &Actor, id: &Value, status: &str) -> Value {
    let path = format!("/api/notification/history/{}", id.as_str().expect("an id"));
    eventually(&format!("it is {status}"), || async {
        let answer = actor.get(&path).await;
        // The read tables may still be on their way.
        (answer.status == 200).then(|| answer.data()).filter(|found| found["status"] == status)
    })
    .await
}

fn message(text: &str) -> Value {
    json!({ "message": text })
}
