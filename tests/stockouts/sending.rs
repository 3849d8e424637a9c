use serde_json::{Value, json};

use super::{LIST, ids, imports, listed, morning};
use crate::support::shapes::{column, has_at_least_keys, has_keys};
use crate::support::{Actor, TestApp};
use crate::vendors::vendor;

async fn sends(manager: &Actor, body: Value) -> Value {
    manager.post(&format!("{LIST}/send"), body).await.data()
}

#[tokio::test]
async fn one_mail_a_vendor_is_decided_on() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    vendor(&manager, "v001", json!(["a@example.com", { "email": "c@example.com", "kind": "cc" }])).await;
    imports(&manager, morning()).await;
    let all = ids(&listed(&manager, "").await);
    let answer = sends(&manager, json!({ "stockout_ids": [all[0], all[1], all[2], 999_999, all[0]] })).await;
    has_at_least_keys(&answer, &["mails", "skipped"]);
    assert_eq!(answer["skipped"], json!([{ "id": 999_999, "reason": "not_found" }]));
    let mails = answer["mails"].as_array().unwrap();
    assert_eq!(mails.len(), 2);
    has_at_least_keys(&mails[0], &["vendor_code", "to", "cc", "stockout_ids", "status"]);
    assert_eq!(
        (&mails[0]["vendor_code"], &mails[0]["to"], &mails[0]["cc"]),
        (&json!("V001"), &json!(["a@example.com"]), &json!(["c@example.com"]))
    );
    assert_eq!(
        (&mails[0]["stockout_ids"], &mails[0]["status"]),
        (&json!([all[0], all[2]]), &json!("queued"))
    );
    assert_eq!(
        (&mails[1]["vendor_code"], &mails[1]["to"], &mails[1]["status"]),
        (&json!("V002"), &json!([]), &json!("no_email"))
    );
    // No mail server is configured: the mails wait, and the answer says so.
    assert!(answer["notice"].as_str().unwrap().contains("TIDEMARK_SMTP_URL"), "{answer}");
    assert_eq!(column(&listed(&manager, "").await, "status"), ["queued", "no_email", "queued"]);
    // and: what waits is not sent twice, not even by force
    let head = app.head().await;
    for force in [false, true] {
        let again = sends(&manager, json!({ "stockout_ids": [all[0]], "force": force })).await;
        assert_eq!(again, json!({ "mails": [], "skipped": [{ "id": all[0], "reason": "already_queued" }] }));
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn the_same_rows_sent_by_two_at_once_are_in_one_mail() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    vendor(&manager, "V001", json!(["a@example.com"])).await;
    imports(&manager, morning()).await;
    let all = ids(&listed(&manager, "?vendor_code=V001").await);
    let (one, two) = tokio::join!(
        sends(&manager, json!({ "stockout_ids": all })),
        sends(&manager, json!({ "stockout_ids": all }))
    );
    let mails = |answer: &Value| answer["mails"].as_array().unwrap().len();
    assert_eq!(mails(&one) + mails(&two), 1, "{one} {two}");
    app.finish().await;
}

#[tokio::test]
async fn a_bad_order_to_send_is_told_what_is_wrong() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for body in [
        json!({}),
        json!({ "stockout_ids": [] }),
        json!({ "stockout_ids": "1" }),
        json!({ "stockout_ids": ["x"] }),
    ] {
        let message = manager.post(&format!("{LIST}/send"), body).await.fails_with(400);
        assert!(message.contains("stockout_ids"), "{message}");
    }
    let message = manager.post(&format!("{LIST}/send"), json!({ "stockout_ids": [1], "force": "yes" })).await;
    assert!(message.fails_with(400).contains("force"));
    let nothing = sends(&manager, json!({ "stockout_ids": [5] })).await;
    has_keys(&nothing, &["mails", "skipped"]);
    app.finish().await;
}
