//! Header and cookie on a route that wants to know who asks.

use aggregates::users::Role;
use serde_json::json;

use super::house::{House, PASSWORD};

const ROUTE: &str = "/api/admin/tokens";

#[tokio::test]
async fn any_scheme_works_and_a_header_counts_more_than_the_cookie() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    let session = cookie.split_once('=').unwrap().1.to_owned();
    let credentials = json!({ "username": "mei", "password": PASSWORD });
    let data = house.post("/api/auth/token").json(credentials).send().await.data();
    let token = data["token"].as_str().unwrap();

    for scheme in ["Token", "Bearer", "bearer"] {
        let ask = house.get(ROUTE).header("authorization", &format!("{scheme} {token}"));
        ask.send().await.data();
        let session_in_a_header = house.get(ROUTE).header("authorization", &format!("{scheme} {session}"));
        session_in_a_header.send().await.fails(401, "AUTH_FAILED");
    }
    house.get(ROUTE).with_cookie(&cookie).send().await.data();
    house.get(ROUTE).with_cookie(&format!("tidemark_session={token}")).send().await.data();
    // and: a good header with a bad cookie is good, a bad one with a good cookie is bad
    house.get(ROUTE).with_token(token).with_cookie("tidemark_session=tds_x").send().await.data();
    for header in ["Token x", "Bearer", "Token", "nonsense", "Token \u{e9}"] {
        let seen = house.get(ROUTE).header("authorization", header).with_cookie(&cookie).send().await;
        seen.fails(401, "AUTH_FAILED");
    }
    // and: what a proxy asks for is not meant for us
    house.get(ROUTE).header("authorization", "Basic YTpi").with_cookie(&cookie).send().await.data();
    house.get(ROUTE).header("authorization", "Basic YTpi").send().await.fails(401, "AUTH_REQUIRED");
    house.get(ROUTE).send().await.fails(401, "AUTH_REQUIRED");
}

#[tokio::test]
async fn a_cookie_counts_only_for_our_own_pages() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    let makes = || house.post(ROUTE).with_cookie(&cookie).json(json!({ "name": "till" }));
    for origin in ["http://evil.example", "null", "https://tidemark.example"] {
        makes().header("origin", origin).send().await.fails(403, "PERMISSION_DENIED");
    }
    makes().header("sec-fetch-site", "cross-site").send().await.fails(403, "PERMISSION_DENIED");
    let own = makes().header("origin", "http://tidemark.example:8000").send().await.data();
    makes().send().await.data();
    // and: reading is harmless, since another site can't see the answer; a token needs no page at all
    house.get(ROUTE).with_cookie(&cookie).header("origin", "http://evil.example").send().await.data();
    let token = own["token"].as_str().unwrap();
    let foreign = house.post(ROUTE).with_token(token).header("origin", "http://evil.example");
    foreign.json(json!({ "name": "till" })).send().await.data();
}

#[tokio::test]
async fn an_outage_is_not_told_as_a_bad_credential_and_closes_no_public_route() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    // given
    house.pool.close().await;
    // when, then
    let seen = house.get(ROUTE).with_cookie(&cookie).send().await;
    seen.fails(503, "UNAVAILABLE");
    assert!(seen.header("retry-after").is_some());
    assert!(!seen.text.to_lowercase().contains("pool"), "{seen:?}");
    assert_eq!(house.get("/login").with_cookie(&cookie).send().await.status, 200);
}

#[tokio::test]
async fn a_token_is_shown_to_its_owner_again_but_no_session_is() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    let credentials = json!({ "username": "mei", "password": PASSWORD });
    let data = house.post("/api/auth/token").json(credentials).send().await.data();
    let token = data["token"].as_str().unwrap();
    let info = |seen: super::client::Seen| seen.json()["data"].clone();
    let of_token = info(house.get("/api/campaigns/token_info/").with_token(token).send().await);
    assert_eq!((&of_token["token"], &of_token["expires_at"]), (&data["token"], &data["expires_at"]));
    assert_eq!(of_token["user_id"].to_string().trim_matches('"'), mei.to_string());
    let of_session = house.get("/api/campaigns/token_info/").with_cookie(&cookie).send().await;
    assert!(!of_session.text.contains("tds_"), "{of_session:?}");
    assert!(info(of_session)["expires_at"].is_string());
}
