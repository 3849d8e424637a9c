//! Login history and sessions over HTTP.

use serde_json::{Value, json};

use super::house::{House, PASSWORD};
use super::keeping::{lets_in, signs_in};
use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn administrators_see_every_knock_and_others_their_own() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let mei = lets_in(&admin, "mei", "user").await;
    lets_in(&admin, "jun", "user").await;
    let own = signs_in(&app, "mei", PASSWORD).await;
    signs_in(&app, "jun", PASSWORD).await;
    let wrong = json!({ "username": "mei", "password": "wrong horse" });
    app.visitor().post("/api/auth/token", wrong).await.fails_with(401);

    let all = admin.get("/api/users/login_history").await;
    assert_eq!(all.headers["x-total-count"], "3");
    let all = all.data();
    has_keys(&all[0], &["id", "user_id", "username", "success", "reason", "ip", "user_agent", "at"]);
    assert_eq!((&all[0]["success"], &all[0]["reason"]), (&json!(false), &json!("wrong_password")));
    let of = |query: &str| {
        let (admin, path) = (admin.clone(), format!("/api/users/login_history?{query}"));
        async move { admin.get(&path).await.data().as_array().unwrap().len() }
    };
    assert_eq!(of(&format!("user_id={}", mei["id"])).await, 2);
    assert_eq!(of("success=1").await, 2);
    assert_eq!(of("success=false").await, 1);
    assert_eq!(of("from=2020-01-01&to=2020-01-02").await, 0);
    assert_eq!(of("from=2020-01-01&to=2999-01-01T00:00:00Z").await, 3);
    assert_eq!(of("from=2020-01-01 08:00&to=2999-01-01 08:00").await, 3);
    assert_eq!(of("page=2&per_page=2").await, 1);
    admin.get("/api/users/login_history?success=perhaps").await.fails_with(400);
    admin.get("/api/users/login_history?from=soon").await.fails_with(400);

    let seen = own.get("/api/users/login_history").await.data();
    assert!(seen.as_array().unwrap().iter().all(|knock| knock["user_id"] == mei["id"]), "{seen}");
    own.get(&format!("/api/users/login_history?user_id={}", admin.user_id)).await.fails_with(403);
    // and: a bot reads its own too, like everybody
    let bot = app.bot().await;
    assert_eq!(bot.get("/api/users/login_history").await.data(), json!([]));
    assert_eq!(bot.get("/api/user/sessions").await.data(), json!([]));
    bot.get(&format!("/api/user/sessions?user_id={}", mei["id"])).await.fails_with(403);
    app.finish().await;
}

#[tokio::test]
async fn sessions_are_listed_and_ended_one_by_one() {
    let house = House::open().await;
    house.registers("mei", aggregates::users::Role::User).await;
    house.registers("boss", aggregates::users::Role::Admin).await;
    let (own, other) = (house.cookie_of("mei", PASSWORD).await, house.cookie_of("mei", PASSWORD).await);
    let boss = house.cookie_of("boss", PASSWORD).await;
    let listed = house.get("/api/user/sessions").with_cookie(&own).send().await.data();
    let listed: Vec<Value> = listed.as_array().unwrap().clone();
    assert_eq!(listed.len(), 2);
    let current = listed.iter().find(|session| session["is_current"] == true).unwrap();
    let second = listed.iter().find(|session| session["is_current"] == false).unwrap();
    let path = format!("/api/user/sessions/{}", second["id"].as_str().unwrap());
    house.ask("DELETE", &path).with_cookie(&own).send().await.data();
    house.ask("DELETE", &path).with_cookie(&own).send().await.fails(404, "NOT_FOUND");
    house.get("/api/user/sessions").with_cookie(&other).send().await.fails(401, "AUTH_FAILED");

    let of_boss = house.get("/api/user/sessions").with_cookie(&boss).send().await.data();
    let path = format!("/api/user/sessions/{}", of_boss[0]["id"].as_str().unwrap());
    house.ask("DELETE", &path).with_cookie(&own).send().await.fails(404, "NOT_FOUND");
    house.get("/api/user/sessions?user_id=2").with_cookie(&own).send().await.fails(403, "PERMISSION_DENIED");
    let seen = house.get("/api/user/sessions?user_id=1").with_cookie(&boss).send().await.data();
    assert_eq!(seen[0]["id"], current["id"]);
    let path = format!("/api/user/sessions/{}", current["id"].as_str().unwrap());
    house.ask("DELETE", &path).with_cookie(&boss).send().await.data();
    house.get("/api/user/sessions").with_cookie(&own).send().await.fails(401, "AUTH_FAILED");
}
