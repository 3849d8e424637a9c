use calamine::Reader;
use serde_json::{Value, json};
use tidemark::auth::Secret;

use super::{LIST, ids, imports, listed, morning};
use crate::support::shapes::column;
use crate::support::smtp::{Reply, SmtpSink};
use crate::support::{Actor, TestApp, eventually};
use crate::vendors::vendor;

async fn house_with(sink: &SmtpSink) -> TestApp {
    let url = sink.url();
    TestApp::with(move |config| {
        config.mail.smtp_url = Some(Secret::new(url));
        config.mail.from = Some("Tidemark <tidemark@shop.example>".to_owned());
    })
    .await
}

async fn sends(manager: &Actor, ids: &[i64], force: bool) -> Value {
    manager.post(&format!("{LIST}/send"), json!({ "stockout_ids": ids, "force": force })).await.data()
}

/// Waits until the rows of V001 have this status.
async fn become_(manager: &Actor, status: &str) -> Value {
    let look = || async {
        let rows = listed(manager, "?vendor_code=V001").await;
        column(&rows, "status").iter().all(|found| found == status).then_some(rows)
    };
    eventually(&format!("the rows are {status}"), look).await
}

async fn prepared(sink: &SmtpSink) -> (TestApp, Actor, Vec<i64>) {
    let app = house_with(sink).await;
    let manager = app.manager().await;
    let emails = json!(["a@example.com", { "email": "c@example.com", "kind": "cc" }, { "email": "b@example.com", "kind": "bcc" }]);
    vendor(&manager, "V001", emails).await;
    imports(&manager, morning()).await;
    let rows = ids(&listed(&manager, "?vendor_code=V001").await);
    (app, manager, rows)
}

#[tokio::test]
async fn a_vendor_reads_one_mail_with_a_table_and_a_workbook() {
    let sink = SmtpSink::start().await;
    let (app, manager, rows) = prepared(&sink).await;
    let answer = sends(&manager, &rows, false).await;
    assert_eq!(answer.get("notice"), None);
    let sent = become_(&manager, "sent").await;
    assert!(sent[0]["sent_at"].is_string() && sent[0]["error"].is_null());
    let mail = &sink.receives(1).await[0];
    let mut to = mail.to.clone();
    to.sort();
    assert_eq!(
        (mail.from.as_str(), to),
        (
            "tidemark@shop.example",
            vec!["a@example.com".into(), "b@example.com".into(), "c@example.com".into()]
        )
    );
    assert!(mail.subject().contains("廠商 V001"), "{}", mail.subject());
    assert_eq!(
        mail.message_id(),
        format!("{}@shop.example", answer["mails"][0]["mail_id"].as_str().unwrap())
    );
    assert!(mail.text().contains("P-1") && mail.text().contains("P-4"), "{}", mail.text());
    let html = mail.html();
    assert!(html.contains("<table") && html.contains("高山茶") && html.matches("P-1").count() == 1, "{html}");
    assert!(!String::from_utf8_lossy(&mail.raw).contains("b@example.com"), "a hidden copy stays hidden");
    let (name, bytes) = mail.files().remove(0);
    assert_eq!(name, "stockouts-V001.xlsx");
    let mut book = calamine::Xlsx::new(std::io::Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range_at(0).unwrap().unwrap();
    assert_eq!((range.height(), range.get_value((1, 0)).unwrap().to_string().as_str()), (3, "P-1"));
    // and: what was sent is sent again only by force
    let again = sends(&manager, &rows, false).await;
    assert_eq!(again["skipped"][0], json!({ "id": rows[0], "reason": "already_sent" }));
    sends(&manager, &rows, true).await;
    sink.receives(2).await;
    become_(&manager, "sent").await;
    app.finish().await;
}

#[tokio::test]
async fn what_the_mail_server_refuses_is_told_in_its_words_and_what_it_defers_is_tried_again() {
    let sink = SmtpSink::start().await;
    let (app, manager, rows) = prepared(&sink).await;
    sink.plans(Reply::ToRecipient("550 5.1.1 no such mailbox"));
    sends(&manager, &rows, false).await;
    let failed = become_(&manager, "failed").await;
    assert_eq!(failed[0]["error"], "550 5.1.1 no such mailbox");
    // and: it may be sent again once the address is mended
    sink.plans(Reply::ToText("451 4.7.1 try again later"));
    sends(&manager, &rows, false).await;
    let hurried = || async {
        app.app.jobs.hurry().await.unwrap();
        (sink.mails().len() == 1).then_some(())
    };
    eventually("it is tried again", hurried).await;
    become_(&manager, "sent").await;
    app.finish().await;
}

#[tokio::test]
async fn a_mail_whose_answer_was_lost_is_unknown_and_not_doubled() {
    let sink = SmtpSink::start().await;
    let (app, manager, rows) = prepared(&sink).await;
    sink.plans(Reply::HangUpAfterText);
    sends(&manager, &rows, false).await;
    become_(&manager, "unknown").await;
    let skipped = sends(&manager, &rows, false).await;
    assert_eq!(skipped["skipped"][0]["reason"], "outcome_unknown");
    assert_eq!(sink.mails().len(), 1);
    // and: an unknown row is not taken back with its batch
    let batch = listed(&manager, "").await[0]["batch_id"].as_str().unwrap().to_owned();
    let undone = manager.delete(&format!("/api/vendor/stockout/batches/{batch}")).await.data();
    assert_eq!((&undone["reversed"], undone["kept"].as_array().unwrap().len()), (&json!(1), 2));
    app.finish().await;
}

#[tokio::test]
async fn forty_vendors_are_told_by_one_call() {
    let sink = SmtpSink::start().await;
    let app = house_with(&sink).await;
    let manager = app.manager().await;
    let mut sheet = String::from("vendor_code,product_code\n");
    for number in 0..40 {
        vendor(&manager, &format!("V{number}"), json!([format!("v{number}@example.com")])).await;
        sheet.push_str(&format!("V{number},P-1\nV{number},P-2\n"));
    }
    imports(&manager, sheet.into_bytes()).await;
    let rows = ids(&listed(&manager, "").await);
    let answer = sends(&manager, &rows, false).await;
    assert_eq!(answer["mails"].as_array().unwrap().len(), 40);
    assert_eq!(sink.receives(40).await.len(), 40);
    let all_sent = || async { (ids(&listed(&manager, "?status=sent").await).len() == 80).then_some(()) };
    eventually("all rows are sent", all_sent).await;
    app.finish().await;
}
