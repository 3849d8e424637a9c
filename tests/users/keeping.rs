//! What administrators do with users over HTTP.

use serde_json::{Value, json};

use crate::support::shapes::has_keys;
use crate::support::{Actor, TestApp};

const USER: &[&str] =
    &["id", "username", "email", "role", "display_name", "is_active", "created_at", "updated_at"];
const PASSWORD: &str = "correct horse";

pub(super) async fn lets_in(admin: &Actor, username: &str, role: &str) -> Value {
    let body = json!({ "username": username, "password": PASSWORD, "role": role });
    admin.post("/api/users", body).await.data()
}

fn path(user: &Value) -> String {
    format!("/api/users/{}", user["id"])
}

/// Somebody who signs in with a name and a password, and holds the token.
pub(super) async fn signs_in(app: &TestApp, username: &str, password: &str) -> Actor {
    let body = json!({ "username": username, "password": password });
    let token = app.visitor().post("/api/auth/token", body).await.data();
    app.holder_of(&format!("Token {}", token["token"].as_str().unwrap()))
}

#[tokio::test]
async fn an_administrator_lets_somebody_in_who_then_signs_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({
        "username": " Mei ", "email": "mei@example.com", "password": PASSWORD, "role": "manager",
        "display_name": "小美", "hash": "x",
    });
    let answer = admin.post("/api/users", body).await;
    let mei = answer.data();
    has_keys(&mei, USER);
    assert_eq!((&mei["username"], &mei["email"]), (&json!("Mei"), &json!("mei@example.com")));
    assert_eq!((&mei["role"], &mei["display_name"]), (&json!("manager"), &json!("小美")));
    assert!(mei["id"].is_i64() && mei["created_at"].as_str().unwrap().len() == 16);
    assert!(answer.headers.contains_key("etag") && answer.headers.contains_key("tidemark-position"));
    assert_eq!(admin.get(&path(&mei)).await.data(), mei);
    let all = admin.get("/api/users").await;
    assert_eq!(all.headers["x-total-count"], "2");
    assert_eq!(all.data()[1], mei);
    assert_eq!(admin.get("/api/users?q=小美&role=manager").await.data(), json!([mei]));
    assert_eq!(admin.get("/api/users?page=2&per_page=1").await.data(), json!([mei]));
    admin.get("/api/users?role=king").await.fails_with(400);

    let own = signs_in(&app, "ｍＥＩ", PASSWORD).await;
    assert_eq!(own.post("/api/brands/", json!({ "name": "Tea" })).await.status, 200);
    own.get("/api/users").await.fails_with(403);
    let stored: i64 =
        sqlx::query_scalar("SELECT count(*) FROM events WHERE payload::text LIKE '%correct horse%'")
            .fetch_one(&app.app.pool)
            .await
            .unwrap();
    assert_eq!(stored, 0);
    app.finish().await;
}

#[tokio::test]
async fn somebody_may_be_made_known_before_they_may_come_in() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let head = app.head().await;
    let body = json!({ "username": "mei", "password": PASSWORD, "role": "admin", "is_active": false });
    let mei = admin.post("/api/users", body).await.data();
    assert_eq!((&mei["is_active"], &mei["role"]), (&json!(false), &json!("admin")));
    let audit = admin.get(&format!("/api/audit/users/{}", mei["id"])).await.data();
    let types: Vec<_> = audit["events"].as_array().unwrap().iter().map(|event| &event["type"]).collect();
    assert_eq!(types, ["UserRegistered", "UserDisabled"]);
    assert_eq!(app.head().await, head + 2);
    let credentials = json!({ "username": "mei", "password": PASSWORD });
    app.visitor().post("/api/auth/token", credentials).await.fails_with(401);
    admin.put(&path(&mei), json!({ "is_active": true })).await.data();
    signs_in(&app, "mei", PASSWORD).await.get("/api/users").await.data();
    app.finish().await;
}

#[tokio::test]
async fn bad_input_is_told_field_by_field_and_stores_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let head = app.head().await;
    let long = "x".repeat(10_000);
    for (change, field) in [
        (json!({ "username": "" }), "username"),
        (json!({ "username": 7 }), "username"),
        (json!({ "username": "a\u{0}b" }), "username"),
        (json!({ "username": "ad\u{200b}min" }), "username"),
        (json!({ "username": "adm\u{456}n" }), "username"),
        (json!({ "username": "x".repeat(151) }), "username"),
        (json!({ "username": null }), "username"),
        (json!({ "password": "x" }), "password"),
        (json!({ "password": long }), "password"),
        (json!({ "password": ["correct horse"] }), "password"),
        (json!({ "email": "nowhere" }), "email"),
        (json!({ "email": "a@b\r\nBcc: c@d" }), "email"),
        (json!({ "role": "king" }), "role"),
        (json!({ "display_name": "x".repeat(151) }), "display_name"),
    ] {
        let mut body = json!({ "username": "mei", "password": PASSWORD });
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let answer = admin.post("/api/users", &body).await;
        answer.fails_with(400);
        assert_eq!(answer.json["details"][0]["field"], field, "{body:.200}");
    }
    admin.post("/api/users", "{}").await.fails_with(400);
    admin.post("/api/users", "[]").await.fails_with(400);
    for path in ["/api/users/0", "/api/users/x", "/api/users/99999999999999999999", "/api/users/-1"] {
        admin.get(path).await.fails_with(404);
        admin.put(path, "{}").await.fails_with(404);
        admin.delete(path).await.fails_with(404);
        admin.post(&format!("{path}/reset_password"), "").await.fails_with(404);
        admin.post(&format!("{path}/erase"), "").await.fails_with(404);
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_name_is_taken_in_any_case_form_and_look_and_free_again_after_a_removal() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = lets_in(&admin, "coppo", "user").await;
    for same in ["COPPO", "ｃｏｐｐｏ", "сорро"] {
        let answer = admin.post("/api/users", json!({ "username": same, "password": PASSWORD })).await;
        answer.fails_with(400);
        assert_eq!(
            answer.json["details"][0],
            json!({
                "field": "username", "code": "already_exists", "message": "username is taken",
            })
        );
    }
    let other = lets_in(&admin, "other", "user").await;
    admin.put(&path(&other), json!({ "username": "Coppo" })).await.fails_with(400);
    admin.delete(&path(&mei)).await.data();
    admin.delete(&path(&mei)).await.fails_with(404);
    admin.get(&path(&mei)).await.fails_with(404);
    admin.put(&path(&mei), json!({ "role": "admin" })).await.fails_with(404);
    assert_eq!(admin.put(&path(&other), json!({ "username": "Coppo" })).await.data()["username"], "Coppo");
    let events = app.manager().await.get(&format!("/api/audit/users/{}", mei["id"])).await.data();
    assert_eq!(events["events"][1]["type"], "UserRemoved");
    app.finish().await;
}

#[tokio::test]
async fn a_change_takes_effect_at_once_and_only_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = lets_in(&admin, "mei", "user").await;
    let own = signs_in(&app, "mei", PASSWORD).await;
    let brand = json!({ "name": "Tea" });
    own.post("/api/brands/", &brand).await.fails_with(403);
    let changed = admin.put(&path(&mei), json!({ "role": "manager", "email": null, "id": 9 })).await;
    assert_eq!(changed.data()["role"], "manager");
    own.post("/api/brands/", &brand).await.data();
    let head = app.head().await;
    assert_eq!(admin.put(&path(&mei), json!({ "role": "manager" })).await.data(), changed.data());
    assert_eq!(app.head().await, head);

    let stale = [("if-match", "\"1\"")];
    let version = changed.headers["etag"].to_str().unwrap().to_owned();
    let put = reqwest::Method::PUT;
    admin.sends(put.clone(), &path(&mei), json!({ "role": "bot" }), &stale).await.fails_with(412);
    let fresh = [("if-match", version.as_str())];
    admin.sends(put.clone(), &path(&mei), json!({ "role": "bot" }), &fresh).await.data();
    admin.sends(put, &path(&mei), json!({ "role": "user" }), &fresh).await.fails_with(412);
    own.post("/api/brands/", json!({ "name": "Coffee" })).await.fails_with(403);
    app.finish().await;
}

#[tokio::test]
async fn the_disabled_and_the_removed_are_out_at_once_on_all_nodes() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let other = app.another_node().await;
    let mei = lets_in(&admin, "mei", "user").await;
    let own = signs_in(&app, "mei", PASSWORD).await;
    let there = other.receives(&own);
    for actor in [&own, &there] {
        actor.get("/api/brands/").await.data();
    }
    let disabled = admin.put(&path(&mei), json!({ "is_active": false })).await.data();
    assert_eq!(disabled["is_active"], false);
    for actor in [&own, &there] {
        actor.get("/api/brands/").await.fails_with(401);
    }
    let body = json!({ "username": "mei", "password": PASSWORD });
    app.visitor().post("/api/auth/token", &body).await.fails_with(401);
    let history = admin.get(&format!("/api/users/login_history?user_id={}", mei["id"])).await.data();
    assert_eq!(history[0]["reason"], "disabled");
    admin.put(&path(&mei), json!({ "is_active": true })).await.data();
    for actor in [&own, &there] {
        actor.get("/api/brands/").await.data();
    }
    admin.delete(&path(&mei)).await.data();
    for actor in [&own, &there] {
        actor.get("/api/brands/").await.fails_with(401);
    }
    app.visitor().post("/api/auth/token", &body).await.fails_with(401);
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_reset_password_is_shown_once_and_ends_what_was_open() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = lets_in(&admin, "mei", "user").await;
    let own = signs_in(&app, "mei", PASSWORD).await;
    let named = own.post("/api/admin/tokens", json!({ "name": "script" })).await.data();
    let script = app.holder_of(&format!("Token {}", named["token"].as_str().unwrap()));
    let reset = format!("{}/reset_password", path(&mei));
    let made = admin.post(&reset, "").await.data();
    has_keys(&made, &["user_id", "password"]);
    let password = made["password"].as_str().unwrap();
    assert!(password.len() >= 16);
    own.get("/api/brands/").await.fails_with(401);
    script.get("/api/brands/").await.data();
    let old = json!({ "username": "mei", "password": PASSWORD });
    app.visitor().post("/api/auth/token", old).await.fails_with(401);
    signs_in(&app, "mei", password).await;
    let sent = admin.post(&reset, json!({ "new_password": "battery staple" })).await.data();
    assert_eq!(sent["password"], Value::Null);
    let own = signs_in(&app, "mei", "battery staple").await;
    admin.post(&reset, json!({ "password": "short" })).await.fails_with(400);
    admin.put(&path(&mei), json!({ "password": "staple battery" })).await.data();
    own.get("/api/brands/").await.fails_with(401);
    signs_in(&app, "mei", "staple battery").await;
    let told = admin.get(&format!("/api/audit/users/{}", mei["id"])).await;
    let text = String::from_utf8(told.body.clone()).unwrap();
    assert_eq!(text.matches("UserPasswordReset").count(), 3);
    assert!(!text.contains("staple") && !text.contains(password));
    app.finish().await;
}
