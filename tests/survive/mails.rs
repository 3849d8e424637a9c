//! A mail whose server has answered when the program dies, before it wrote the answer down: nobody knows, and nobody
//! gets it twice.

use serde_json::json;

use super::server::House;
use crate::support::sheets::workbook;
use crate::support::smtp::{Reply, SmtpSink};
use crate::support::{Actor, eventually};

const LIST: &str = "/api/vendor/stockout";

/// The one row of the house, once it is so.
async fn becomes(actor: &Actor, status: &str) {
    eventually(&format!("the row is {status}"), || async {
        let rows = actor.get(LIST).await.data();
        (rows[0]["status"] == status).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mail_that_was_answered_when_the_server_was_killed_is_unknown_and_comes_once() {
    let sink = SmtpSink::start().await;
    let house = House::new().with("TIDEMARK_SMTP_URL", &sink.url());
    let server = house.serve().await;
    let admin = house.admin(&server).await;
    let vendor = json!({ "vendor_code": "V1", "vendor_name": "山水", "emails": ["v1@vendor.example"] });
    admin.post("/api/vendor/list", vendor).await.data();
    let sheet = workbook(&[&["廠商代碼", "商品編號"], &["V1", "P-1"]]);
    admin.uploads("/api/vendor/stockout/import", "a.xlsx", sheet, &[]).await.data();
    let id = admin.get(LIST).await.data()[0]["id"].clone();
    // given: the mail is with its server, whose answer comes while the program cannot read it
    sink.plans(Reply::HoldAnswer);
    admin.post("/api/vendor/stockout/send", json!({ "stockout_ids": [id] })).await.data();
    let first = sink.receives(1).await.remove(0);
    server.is_sent("STOP");
    sink.answers().await;
    // when
    server.dies().await;
    let server = house.serve().await;
    let admin = server.receives(&admin);
    // then
    becomes(&admin, "unknown").await;
    let skipped = admin.post("/api/vendor/stockout/send", json!({ "stockout_ids": [id] })).await.data();
    assert_eq!(skipped["skipped"][0]["reason"], "outcome_unknown", "{skipped}");
    assert_eq!(sink.mails().len(), 1, "it came twice");
    // and: whoever insists gets a mail of its own
    let forced = json!({ "stockout_ids": [id], "force": true });
    admin.post("/api/vendor/stockout/send", forced).await.data();
    becomes(&admin, "sent").await;
    let mails = sink.receives(2).await;
    assert_eq!(mails.len(), 2);
    assert_ne!(mails[1].message_id(), first.message_id());
    server.stops().await;
}
