//! Erasing a person: the events stay, what they tell of the person is unreadable for good.

use std::time::Duration;

use aggregates::users::{Standing, User, UserCommand};
use reqwest::Method;
use serde_json::{Value, json};
use tidemark::event_store::Context;
use tidemark::housekeeping;

use super::keeping::{lets_in, signs_in};
use crate::support::actors::send;
use crate::support::shapes::has_keys;
use crate::support::{Actor, TestApp};

const PASSWORD: &str = "correct horse";
const WORDS: [&str; 3] = ["Meiling", "meiling@example.com", "小美玲"];

async fn a_person(admin: &Actor) -> Value {
    let body = json!({
        "username": WORDS[0], "email": WORDS[1], "display_name": WORDS[2], "password": PASSWORD, "role": "manager",
    });
    admin.post("/api/users", body).await.data()
}

/// Every word that any table of the database holds, as text.
async fn everything_stored(app: &TestApp) -> String {
    let tables: Vec<(String, String)> = sqlx::query_as(
        "SELECT schemaname::text, tablename::text FROM pg_tables WHERE schemaname IN ('public', 'read')",
    )
    .fetch_all(&app.app.pool)
    .await
    .unwrap();
    let mut all = String::new();
    for (schema, table) in tables {
        let sql = format!("SELECT coalesce(string_agg(t::text, ' '), '') FROM {schema}.{table} t");
        let text: String = sqlx::query_scalar(&sql).fetch_one(&app.app.pool).await.unwrap();
        all.push_str(&text);
    }
    all
}

#[tokio::test]
async fn what_tells_who_somebody_is_never_stands_on_the_log_in_plain_words() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = a_person(&admin).await;
    let path = format!("/api/users/{}", mei["id"]);
    admin.put(&path, json!({ "display_name": "小美玲二" })).await.data();
    let stored: String = sqlx::query_scalar("SELECT string_agg(e::text, ' ') FROM events e")
        .fetch_one(&app.app.pool)
        .await
        .unwrap();
    for word in WORDS {
        assert!(!stored.contains(word), "{word}");
    }
    assert!(stored.contains("sealed:v1:"));
    let told = admin.get(&format!("/api/audit/users/{}", mei["id"])).await.data();
    assert_eq!(told["events"][0]["data"]["username"], WORDS[0]);
    assert_eq!(told["events"][1]["data"]["changes"], json!({ "display_name": "小美玲二" }));
    assert_eq!(told["events"][0]["actor"], json!({ "user_id": admin.user_id, "name": admin.username }));
    let state = admin.get(&format!("/api/audit/users/{}/state", mei["id"])).await.data();
    assert_eq!(state["email"], WORDS[1]);
    app.finish().await;
}

#[tokio::test]
async fn an_erased_person_is_gone_everywhere_and_the_history_keeps_its_shape() {
    let app = TestApp::start().await;
    let other = app.another_node().await;
    let admin = app.admin().await;
    let mei = a_person(&admin).await;
    let (number, path) = (&mei["id"], format!("/api/users/{}", mei["id"]));
    let own = signs_in(&app, WORDS[0], PASSWORD).await;
    let brand = own.creates_brand("Tea").await;
    let brand_audit = format!("/api/audit/brands/{}", brand.id);
    assert_eq!(admin.get(&brand_audit).await.data()["events"][0]["actor"]["name"], WORDS[0]);
    own.put("/api/notification/templates/crawl_failed", json!({ "subject": "s", "body": "b" })).await.data();
    let templates = "/api/notification/templates";
    let written_by = |list: Value| {
        list.as_array().unwrap().iter().find(|one| one["code"] == "crawl_failed").unwrap()["updated_by"]
            .clone()
    };
    assert_eq!(written_by(admin.get(templates).await.data()), WORDS[0]);
    app.visitor().post("/api/auth/token", json!({ "username": WORDS[0], "password": "wrong" })).await;
    let audit = format!("/api/audit/users/{number}");
    let before = admin.get(&audit).await.data();
    let events = admin.get("/api/events?limit=1000").await.data()["events"].as_array().unwrap().len();

    admin.post(&format!("{path}/erase"), "").await.data();

    own.get("/api/brands/").await.fails_with(401);
    other.receives(&own).get("/api/brands/").await.fails_with(401);
    admin.get(&path).await.fails_with(404);
    let after = admin.get(&audit).await.data();
    has_keys(&after["events"][0]["data"], &["number", "username", "email", "display_name", "role"]);
    assert_eq!(after["events"].as_array().unwrap().len(), before["events"].as_array().unwrap().len() + 1);
    let data = &after["events"][0]["data"];
    assert_eq!([&data["username"], &data["email"], &data["display_name"]], ["erased"; 3]);
    assert_eq!((&data["role"], &data["number"]), (&json!("manager"), number));
    assert_eq!(
        admin.get(&brand_audit).await.data()["events"][0]["actor"],
        json!({ "user_id": number, "name": "erased" })
    );
    assert_eq!(written_by(admin.get(templates).await.data()), "erased");
    assert_eq!(admin.get(&format!("{audit}/state")).await.data()["username"], "erased");
    let as_it_was = format!("{audit}/state?as_of={}", before["events"][0]["position"]);
    assert_eq!(admin.get(&as_it_was).await.data()["username"], "erased");
    let all = admin.get("/api/events?limit=1000").await;
    assert_eq!(all.data()["events"].as_array().unwrap().len(), events + 1);
    let there = other.receives(&admin);
    for actor in [&admin, &there] {
        for told in ["/api/events?limit=1000", "/api/audit/export?kind=users", "/api/users/login_history"] {
            let text = String::from_utf8(actor.get(told).await.body).unwrap();
            assert!(WORDS.iter().all(|word| !text.contains(word)), "{told}: {text}");
        }
        let mut stream = actor.listens("/api/events/stream?after=0&kind=users", None).await;
        loop {
            let (_, heard) = stream.next().await.expect("another event");
            let text = heard.to_string();
            assert!(WORDS.iter().all(|word| !text.contains(word)), "{text}");
            if heard["type"] == "UserErased" {
                break;
            }
        }
    }
    let stored = everything_stored(&app).await;
    for word in WORDS {
        assert!(!stored.to_lowercase().contains(&word.to_lowercase()), "{word} is still stored");
    }
    let key: Option<Vec<u8>> = sqlx::query_scalar("SELECT key FROM person_keys WHERE id = $1")
        .bind(number.to_string())
        .fetch_one(&app.app.pool)
        .await
        .unwrap();
    assert_eq!(key, None);
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn erasing_twice_is_once_and_a_removed_person_can_be_erased_too() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = a_person(&admin).await;
    let path = format!("/api/users/{}", mei["id"]);
    admin.delete(&path).await.data();
    admin.post(&format!("{path}/erase"), "").await.data();
    let head = app.head().await;
    admin.post(&format!("{path}/erase"), "").await.data();
    assert_eq!(app.head().await, head);
    let again = lets_in(&admin, WORDS[0], "user").await;
    assert_ne!(again["id"], mei["id"]);
    assert_eq!(signs_in(&app, WORDS[0], PASSWORD).await.get("/api/brands/").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_request_tells_no_more_of_them() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let body = json!({ "username": WORDS[0], "display_name": WORDS[2], "password": PASSWORD });
    let ask = || send(admin.request(Method::POST, "/api/users").header("idempotency-key", "k").json(&body));
    let mei = ask().await.data();
    assert_eq!(ask().await.data(), mei);
    admin.post(&format!("/api/users/{}/erase", mei["id"]), "").await.data();
    let head = app.head().await;
    ask().await.fails_with(404);
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn a_rebuild_after_an_erasure_gives_the_same_rows() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = a_person(&admin).await;
    let jun = lets_in(&admin, "jun", "user").await;
    admin.put(&format!("/api/users/{}", mei["id"]), json!({ "email": null, "role": "user" })).await.data();
    admin.post(&format!("/api/users/{}/erase", mei["id"]), "").await.data();
    let job = admin.post("/api/admin/projections/users/rebuild", "").await.data();
    assert!(job["job_id"].is_string());
    app.verify_projections().await;
    assert_eq!(admin.get(&format!("/api/users/{}", jun["id"])).await.data()["username"], "jun");
    app.finish().await;
}

#[tokio::test]
async fn an_erasure_that_was_cut_off_after_its_event_is_completed_by_the_next_or_by_housekeeping() {
    for by_housekeeping in [false, true] {
        let app = TestApp::start().await;
        let admin = app.admin().await;
        let mei = a_person(&admin).await;
        signs_in(&app, WORDS[0], PASSWORD).await;
        // given: the event is there, and nothing else
        let (id, standing) =
            (mei["id"].to_string(), Standing { asker: Some(admin.user_id), other_admin: None });
        let context = Context::system("test", "test", "test".to_owned());
        let erased = app.app.store.execute::<User>(&id, UserCommand::Erase(standing), &context).await;
        let position = erased.unwrap().position;
        assert!(app.app.projector.wait(position, Duration::from_secs(20)).await);
        let left = |table: &'static str| {
            let (pool, number) = (app.app.pool.clone(), mei["id"].as_i64());
            let sql = format!("SELECT count(*) FROM {table} WHERE user_id = $1");
            async move { sqlx::query_scalar::<_, i64>(&sql).bind(number).fetch_one(&pool).await.unwrap() }
        };
        assert_eq!((left("user_passwords").await, left("api_tokens").await), (1, 1));
        // when
        if by_housekeeping {
            housekeeping::sweep(&app.app.pool).await.unwrap();
        } else {
            admin.post(&format!("/api/users/{id}/erase"), "").await.data();
        }
        // then
        let stored = everything_stored(&app).await;
        for word in WORDS {
            assert!(!stored.contains(word), "{word}");
        }
        for table in ["user_passwords", "sessions", "api_tokens"] {
            assert_eq!(left(table).await, 0, "{table}");
        }
        let attempt: String = sqlx::query_scalar("SELECT username FROM login_attempts WHERE user_id = $1")
            .bind(mei["id"].as_i64())
            .fetch_one(&app.app.pool)
            .await
            .unwrap();
        assert_eq!(attempt, "erased");
        app.finish().await;
    }
}
