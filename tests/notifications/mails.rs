//! Mails through the job of a notification, against a server that says what the test wants.

use aggregates::notifications::{Channel, Message, Notification, NotificationCommand};
use serde_json::json;
use tidemark::auth::Secret;
use tidemark::event_store::Context;
use uuid::Uuid;

use super::becomes;
use crate::support::smtp::{Reply, SmtpSink};
use crate::support::wait::PATIENCE;
use crate::support::{TestApp, eventually};

async fn house_with(sink: &SmtpSink) -> TestApp {
    let url = sink.url();
    TestApp::with(move |config| {
        config.mail.smtp_url = Some(Secret::new(url));
        config.mail.from = Some("Tidemark <tidemark@shop.example>".to_owned());
    })
    .await
}

/// Asks for a mail; its id.
async fn asks(app: &TestApp, subject: &str) -> serde_json::Value {
    let id = Uuid::now_v7();
    let message = Message {
        channel: Channel::Email,
        to: vec!["王小明 <wang@vendor.example>".to_owned()],
        subject: Some(subject.to_owned()),
        text: "您好，以下商品缺貨。".to_owned(),
        because: "test".to_owned(),
        withheld: None,
    };
    let context = Context::system("test", "test", "test".to_owned());
    let command = NotificationCommand::Request { id, message };
    let asked = app.app.store.create::<Notification>(&id.to_string(), command, &context).await.unwrap();
    assert!(app.app.projector.wait(asked.position, PATIENCE).await);
    json!(id)
}

#[tokio::test]
async fn a_mail_arrives_as_a_person_would_read_it() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    let manager = app.manager().await;
    let id = asks(&app, "缺貨通知\r\nBcc: evil@vendor.example").await;
    let sent = becomes(&manager, &id, "sent").await;
    assert!(sent["receipt"].as_str().unwrap().contains("queued as 1"), "{sent}");
    let mail = &sink.receives(1).await[0];
    assert_eq!(
        (mail.from.as_str(), &mail.to),
        ("tidemark@shop.example", &vec!["wang@vendor.example".to_owned()])
    );
    assert_eq!(mail.subject(), "缺貨通知 Bcc: evil@vendor.example");
    assert_eq!(mail.text().trim(), "您好，以下商品缺貨。");
    assert_eq!(mail.message_id(), format!("{}@shop.example", id.as_str().unwrap()));
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_for_now_is_tried_again_with_the_same_message_id() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    let manager = app.manager().await;
    sink.plans(Reply::ToText("451 4.7.1 try again later"));
    let id = asks(&app, "a").await;
    let path = format!("/api/notification/history/{}", id.as_str().unwrap());
    let waits = || async {
        let reason = manager.get(&path).await.data()["reason"].clone();
        reason
            .as_str()
            .filter(|reason| reason.contains("451") && reason.contains("try again later"))
            .map(|_| ())
    };
    eventually("it waits with the server's words", waits).await;
    app.app.jobs.hurry().await.unwrap();
    becomes(&manager, &id, "sent").await;
    assert_eq!(sink.mails().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn a_refusal_for_good_is_failed_with_the_servers_words() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    let manager = app.manager().await;
    for (reply, words) in [
        (Reply::ToRecipient("550 5.1.1 no such mailbox"), "550 5.1.1 no such mailbox"),
        (Reply::ToText("554 5.7.1 looks like spam"), "554 5.7.1 looks like spam"),
    ] {
        sink.plans(reply);
        let id = asks(&app, "a").await;
        let failed = becomes(&manager, &id, "failed").await;
        assert_eq!(failed["reason"], words);
    }
    assert!(sink.mails().is_empty());
    app.finish().await;
}

#[tokio::test]
async fn a_server_that_hangs_up_after_the_text_leaves_the_outcome_unknown_and_nothing_is_sent_twice() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    let manager = app.manager().await;
    sink.plans(Reply::HangUpAfterText);
    let id = asks(&app, "a").await;
    let unknown = becomes(&manager, &id, "unknown").await;
    assert!(unknown["reason"].as_str().unwrap().contains("broke off"), "{unknown}");
    app.app.jobs.hurry().await.unwrap();
    app.keeps_its_promises().await;
    assert_eq!(sink.mails().len(), 1);
    app.finish().await;
}

#[tokio::test]
async fn two_hundred_mails_share_a_few_connections() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    for number in 0..200 {
        asks(&app, &number.to_string()).await;
    }
    let mails = sink.receives(200).await;
    let ids: std::collections::BTreeSet<_> = mails.iter().map(|mail| mail.message_id()).collect();
    assert_eq!((mails.len(), ids.len()), (200, 200));
    assert!(sink.connections() <= 4, "{}", sink.connections());
    app.finish().await;
}

#[tokio::test]
async fn without_a_server_mails_wait() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = asks(&app, "a").await;
    let path = format!("/api/notification/history/{}", id.as_str().unwrap());
    let found =
        eventually("it is there", || async { Some(manager.get(&path).await).filter(|a| a.status == 200) });
    let found = found.await.data();
    assert_eq!(found["status"], "queued");
    assert!(found["reason"].as_str().unwrap().contains("no mail server is configured"), "{found}");
    app.finish().await;
}
