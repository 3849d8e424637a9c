//! Vendors and where mail reaches them (contract §3).

use serde_json::{Value, json};

use crate::support::shapes::{column, has_keys};
use crate::support::{Actor, TestApp};

const FIELDS: &[&str] = &[
    "id",
    "vendor_code",
    "vendor_name",
    "contact",
    "phone",
    "pm",
    "note",
    "emails",
    "created_at",
    "updated_at",
];

/// Takes a vendor in.
pub(crate) async fn vendor(manager: &Actor, code: &str, emails: Value) -> Value {
    let body = json!({ "vendor_code": code, "vendor_name": format!("廠商 {code}"), "emails": emails });
    manager.post("/api/vendor/list", body).await.data()
}

fn at(vendor: &Value) -> String {
    format!("/api/vendor/list/{}", vendor["id"])
}

#[tokio::test]
async fn a_vendor_is_taken_in_with_all_its_fields() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let body = json!({
        "vendor_code": "V001", "vendor_name": " 山水茶行 ", "contact": "林小姐", "phone": "02-2345-6789", "pm": "Mei",
        "note": "<b>週三休</b>", "emails": ["a@example.com", { "email": "b@example.com", "kind": "cc", "name": "老闆" }],
    });
    let made = manager.post("/api/vendor/list", body).await.data();
    has_keys(&made, FIELDS);
    assert!(made["id"].is_i64(), "{made}");
    assert_eq!((&made["vendor_name"], &made["note"]), (&json!("山水茶行"), &json!("<b>週三休</b>")));
    let first =
        json!({ "id": made["emails"][0]["id"], "email": "a@example.com", "kind": "to", "name": null });
    assert_eq!(made["emails"][0], first);
    assert_eq!(made["emails"][1]["kind"], "cc");
    assert_eq!(made["created_at"].as_str().unwrap().len(), "2026-01-29 14:00".len());
    let listed = reader.get("/api/vendor/list").await;
    assert_eq!(listed.header("x-total-count"), Some("1"));
    assert_eq!(listed.data(), json!([made]));
    assert_eq!(reader.get(&at(&made)).await.data(), made);
    reader.post("/api/vendor/list", "{}").await.fails_with(403);
    app.finish().await;
}

#[tokio::test]
async fn a_code_is_unique_regardless_of_case_until_its_vendor_is_deleted() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first = vendor(&manager, "V001", json!([])).await;
    let again = json!({ "vendor_code": "v001", "vendor_name": "x" });
    let refused = manager.post("/api/vendor/list", &again).await;
    assert!(refused.fails_with(400).contains("vendor_code"));
    assert_eq!(refused.json["details"][0]["field"], "vendor_code");
    let second = vendor(&manager, "V002", json!([])).await;
    assert!(
        manager
            .put(&at(&second), json!({ "vendor_code": "V001" }))
            .await
            .fails_with(400)
            .contains("vendor_code")
    );
    let gone = manager.delete(&at(&first)).await;
    assert_eq!(gone.json, json!({ "success": true, "data": null, "message": "操作成功" }));
    for path in [at(&first), format!("/api/vendor/{}/emails", first["id"])] {
        manager.get(&path).await.fails_with(404);
    }
    manager.delete(&at(&first)).await.fails_with(404);
    manager.put(&at(&first), json!({ "note": "x" })).await.fails_with(404);
    manager.post("/api/vendor/list", &again).await.data();
    // and: its history stays
    let history = manager.get(&format!("/api/audit/vendors/{}", first["id"])).await.data();
    assert_eq!(column(&history["events"], "type"), ["VendorCreated", "VendorDeleted"]);
    app.finish().await;
}

#[tokio::test]
async fn a_put_changes_the_fields_sent_and_an_equal_one_nothing() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = vendor(&manager, "V001", json!(["a@example.com"])).await;
    let changed = manager.put(&at(&made), json!({ "phone": "123", "id": 99, "what": [] })).await.data();
    assert_eq!(
        (&changed["phone"], &changed["vendor_name"], &changed["emails"]),
        (&json!("123"), &made["vendor_name"], &made["emails"])
    );
    let head = app.head().await;
    manager.put(&at(&made), json!({ "phone": "123", "emails": ["A@example.com"] })).await.data();
    let again = manager.put(&at(&made), json!({ "phone": "123" })).await;
    assert!(app.head().await - head <= 1, "only the spelling of the address may have changed");
    assert_eq!(again.data()["emails"][0]["id"], made["emails"][0]["id"]);
    // and: the list of addresses is replaced as a whole
    let other = json!({ "emails": [{ "email": "c@example.com", "kind": "bcc" }] });
    let replaced = manager.put(&at(&made), other).await.data();
    assert_eq!(column(&replaced["emails"], "email"), ["c@example.com"]);
    // and: a stale If-Match is told
    let tag = manager.get(&at(&made)).await.etag();
    manager.put(&at(&made), json!({ "note": "new" })).await.data();
    let body = json!({ "note": "newer" });
    let stale = manager.sends(reqwest::Method::PUT, &at(&made), body, &[("if-match", &tag)]).await;
    stale.fails_with(412);
    app.finish().await;
}

#[tokio::test]
async fn an_address_is_added_once_and_removed_by_its_number() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = vendor(&manager, "V001", json!([])).await;
    let emails = format!("/api/vendor/{}/emails", made["id"]);
    let added =
        manager.post(&emails, json!({ "email": "a@example.com", "kind": "cc", "name": "林" })).await.data();
    has_keys(&added, &["id", "email", "kind", "name"]);
    let head = app.head().await;
    assert_eq!(manager.post(&emails, json!({ "email": "A@Example.com" })).await.data(), added);
    assert_eq!(app.head().await, head);
    assert_eq!(manager.get(&emails).await.data(), json!([added]));
    let path = format!("/api/vendor/email/{}", added["id"]);
    manager.delete(&path).await.data();
    manager.delete(&path).await.fails_with(404);
    assert_eq!(manager.get(&emails).await.data(), json!([]));
    manager.post("/api/vendor/999/emails", json!({ "email": "a@example.com" })).await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn what_no_mail_could_be_sent_to_is_refused() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = vendor(&manager, "V001", json!([])).await;
    let emails = format!("/api/vendor/{}/emails", made["id"]);
    let head = app.head().await;
    for bad in
        ["", "nobody", "a@b", "a@example.com\r\nBcc: all@example.com", "a@example.com\n", "<a@example.com>"]
    {
        let trimmed_is_good = bad == "a@example.com\n";
        let answer = manager.post(&emails, json!({ "email": bad })).await;
        if !trimmed_is_good {
            assert!(answer.fails_with(400).contains("email"), "{bad:?}");
        }
        let body = json!({ "vendor_code": "V9", "vendor_name": "x", "emails": ["ok@example.com", bad] });
        if !trimmed_is_good {
            assert!(
                manager.post("/api/vendor/list", body).await.fails_with(400).contains("email"),
                "{bad:?}"
            );
        }
    }
    for body in [json!({ "email": "a@example.com", "kind": "from" }), json!({ "email": 5 }), json!({})] {
        manager.post(&emails, body).await.fails_with(400);
    }
    for (field, wrong) in [
        ("emails", json!("a@example.com")),
        ("emails", json!([5])),
        ("vendor_name", json!(" ")),
        ("vendor_code", json!(null)),
    ] {
        let mut body = json!({ "vendor_code": "V9", "vendor_name": "x" });
        body[field] = wrong;
        assert!(manager.post("/api/vendor/list", body).await.fails_with(400).contains(field));
    }
    assert!(app.head().await <= head + 1);
    app.finish().await;
}

#[tokio::test]
async fn the_list_comes_in_pages_with_its_count() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for number in 1..=5 {
        vendor(&manager, &format!("V{number}"), json!([])).await;
    }
    let page = manager.get("/api/vendor/list?page=2&per_page=2").await;
    assert_eq!(column(&page.data(), "vendor_code"), ["V3", "V4"]);
    assert_eq!(page.header("x-total-count"), Some("5"));
    let beyond = manager.get("/api/vendor/list?page=9&per_page=2").await;
    assert_eq!((beyond.data(), beyond.header("x-total-count")), (json!([]), Some("5")));
    assert_eq!(column(&manager.get("/api/vendor/list?q=v5").await.data(), "vendor_code"), ["V5"]);
    assert_eq!(manager.get("/api/vendor/list?page=x&per_page=-1").await.data().as_array().unwrap().len(), 5);
    app.finish().await;
}

#[tokio::test]
async fn an_added_address_tells_its_version_which_its_removal_honours() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = vendor(&manager, "V001", json!([])).await;
    let path = format!("/api/vendor/{}/emails", made["id"]);
    let added = manager.post(&path, json!({ "email": "a@example.com" })).await;
    let etag = added.header("etag").expect("an ETag").to_owned();
    let address = format!("/api/vendor/email/{}", added.data()["id"]);
    manager.put(&at(&made), json!({ "note": "new" })).await.data();
    let stale = manager.request(reqwest::Method::DELETE, &address).header("if-match", etag);
    crate::support::actors::send(stale).await.fails_with(412);
    app.finish().await;
}
