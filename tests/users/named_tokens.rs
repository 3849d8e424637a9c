//! GET and POST /api/admin/tokens, DELETE /api/admin/tokens/{id}.

use aggregates::users::Role;
use serde_json::{Value, json};

use super::house::{House, PASSWORD};

const ROUTE: &str = "/api/admin/tokens";

/// Somebody with a session.
async fn enters(house: &House, username: &str, role: Role) -> String {
    house.registers(username, role).await;
    house.cookie_of(username, PASSWORD).await
}

async fn makes(house: &House, cookie: &str, body: Value) -> Value {
    house.post(ROUTE).with_cookie(cookie).json(body).send().await.data()
}

fn names(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|token| token["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_token_is_shown_once_and_listed_without_its_text() {
    let house = House::open().await;
    let cookie = enters(&house, "mei", Role::Manager).await;
    let made = makes(&house, &cookie, json!({ "name": " till ", "expires_in": 3600 })).await;
    assert_eq!((&made["name"], &made["role"]), (&json!("till"), &json!("manager")));
    assert!(made["created_at"].as_str().unwrap().ends_with('Z'));
    let token = made["token"].as_str().unwrap();
    let seen = house.get(ROUTE).with_token(token).send().await;
    let list = seen.data();
    assert_eq!(seen.header("x-total-count"), Some("1"));
    let row = list[0].as_object().unwrap();
    let keys: Vec<&str> = row.keys().map(String::as_str).collect();
    let mut expected =
        ["id", "name", "role", "user_id", "username", "created_at", "expires_at", "last_used_at"];
    expected.sort_unstable();
    assert_eq!(keys, expected);
    assert_eq!((&row["id"], &row["expires_at"]), (&made["id"], &made["expires_at"]));
    assert!(!seen.text.contains(token.trim_start_matches("tdm_")));
    let second = house.get(ROUTE).with_token(token).send().await.data();
    assert!(second[0]["last_used_at"].is_string(), "{second}");
}

#[tokio::test]
async fn a_token_has_no_more_rights_than_its_maker() {
    let house = House::open().await;
    let cookie = enters(&house, "mei", Role::Manager).await;
    let asks = |body| house.post(ROUTE).with_cookie(&cookie).json(body).send();
    asks(json!({ "name": "x", "role": "admin" })).await.fails(403, "PERMISSION_DENIED");
    let low = asks(json!({ "name": "x", "role": "user" })).await.data();
    let low = low["token"].as_str().unwrap();
    // and: nor than the token it is made with
    let higher = house.post(ROUTE).with_token(low).json(json!({ "name": "x", "role": "manager" }));
    higher.send().await.fails(403, "PERMISSION_DENIED");
    let same = house.post(ROUTE).with_token(low).json(json!({ "name": "x" })).send().await.data();
    assert_eq!(same["role"], "user");
}

#[tokio::test]
async fn what_is_wrong_is_named_and_nothing_is_made() {
    let house = House::open().await;
    let cookie = enters(&house, "mei", Role::Manager).await;
    for (body, field) in [
        (json!({}), "name"),
        (json!({ "name": "  " }), "name"),
        (json!({ "name": "x".repeat(101) }), "name"),
        (json!({ "name": 7 }), "name"),
        (json!({ "name": "x\0" }), "name"),
        (json!({ "name": "x\ny" }), "name"),
        (json!({ "name": "x", "role": "king" }), "role"),
        (json!({ "name": "x", "expires_in": 0 }), "expires_in"),
        (json!({ "name": "x", "expires_in": i64::MAX }), "expires_in"),
    ] {
        let seen = house.post(ROUTE).with_cookie(&cookie).json(body).send().await;
        assert_eq!(seen.fails(400, "VALIDATION_ERROR"), [field]);
    }
    assert_eq!(names(&house.get(ROUTE).with_cookie(&cookie).send().await.data()), [""; 0]);
}

#[tokio::test]
async fn everyone_sees_and_revokes_their_own_and_an_administrator_all() {
    let house = House::open().await;
    let mei = enters(&house, "mei", Role::User).await;
    let jun = enters(&house, "jun", Role::Manager).await;
    let admin = enters(&house, "root", Role::Admin).await;
    let meis = makes(&house, &mei, json!({ "name": "mei's" })).await;
    let juns = makes(&house, &jun, json!({ "name": "jun's" })).await;
    let lists = |cookie: &String| house.get(ROUTE).with_cookie(cookie).send();
    assert_eq!(names(&lists(&mei).await.data()), ["mei's"]);
    assert_eq!(names(&lists(&jun).await.data()), ["jun's"]);
    assert_eq!(names(&lists(&admin).await.data()), ["jun's", "mei's"]);
    let page = house.get("/api/admin/tokens?page=2&per_page=1").with_cookie(&admin).send().await;
    assert_eq!((names(&page.data()), page.header("x-total-count")), (vec!["mei's"], Some("2")));
    // when
    let deletes =
        |cookie: &String, id: &str| house.ask("DELETE", &format!("{ROUTE}/{id}")).with_cookie(cookie).send();
    let (meis_id, juns_id) = (meis["id"].as_str().unwrap(), juns["id"].as_str().unwrap());
    deletes(&jun, meis_id).await.fails(404, "NOT_FOUND");
    let old =
        house.ask("DELETE", &format!("{ROUTE}/{meis_id}")).with_cookie(&mei).header("if-match", "\"1\"");
    old.send().await.fails(412, "PRECONDITION_FAILED");
    deletes(&mei, meis_id).await.data();
    deletes(&admin, juns_id).await.data();
    // then
    deletes(&mei, meis_id).await.fails(404, "NOT_FOUND");
    deletes(&admin, "no-uuid").await.fails(404, "NOT_FOUND");
    for token in [&meis, &juns] {
        let token = token["token"].as_str().unwrap();
        house.get(ROUTE).with_token(token).send().await.fails(401, "AUTH_FAILED");
    }
    assert_eq!(names(&lists(&admin).await.data()), [""; 0]);
}

#[tokio::test]
async fn a_bot_has_no_tokens_to_see_or_make() {
    let house = House::open().await;
    let bot = enters(&house, "bot", Role::Bot).await;
    house.get(ROUTE).with_cookie(&bot).send().await.fails(403, "PERMISSION_DENIED");
    let makes = house.post(ROUTE).with_cookie(&bot).json(json!({ "name": "x" }));
    makes.send().await.fails(403, "PERMISSION_DENIED");
}

#[tokio::test]
async fn a_repeated_request_gets_the_same_token_and_makes_no_second() {
    let house = House::open().await;
    let cookie = enters(&house, "mei", Role::User).await;
    let asks = |name: &str| {
        let ask = house.post(ROUTE).with_cookie(&cookie).header("idempotency-key", "k1");
        ask.json(json!({ "name": name })).send()
    };
    let (first, second) = (asks("till").await.data(), asks("till").await.data());
    assert_eq!(first, second);
    asks("other").await.fails(400, "VALIDATION_ERROR");
    assert_eq!(house.count("SELECT count(*) FROM api_tokens").await, 1);
    // and: what is kept for that opens no door
    let kept: Vec<u8> =
        sqlx::query_scalar("SELECT answer FROM idempotency_keys").fetch_one(&house.pool).await.unwrap();
    let token = first["token"].as_str().unwrap();
    assert!(!kept.windows(token.len()).any(|window| window == token.as_bytes()));
}
