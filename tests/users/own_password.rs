//! POST /api/user/change_password.

use aggregates::users::Role;
use serde_json::json;

use super::house::{House, PASSWORD};

const ROUTE: &str = "/api/user/change_password";
const NEW: &str = "battery staple";

#[tokio::test]
async fn the_new_one_works_and_other_sessions_end() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let (own, other) = (house.cookie_of("mei", PASSWORD).await, house.cookie_of("mei", PASSWORD).await);
    let body = json!({ "current_password": PASSWORD, "new_password": NEW });
    house.post(ROUTE).with_cookie(&own).json(body).send().await.data();
    house.get("/api/admin/tokens").with_cookie(&own).send().await.data();
    house.get("/api/admin/tokens").with_cookie(&other).send().await.fails(401, "AUTH_FAILED");
    house.cookie_of("mei", NEW).await;
    let old = json!({ "username": "mei", "password": PASSWORD });
    house.post("/login").json(old).send().await.fails(401, "AUTH_FAILED");
}

#[tokio::test]
async fn a_wrong_current_or_a_weak_new_one_changes_nothing() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    let too_long = "x".repeat(1_001);
    for (current, new, field) in [
        ("wrong", NEW, "current_password"),
        (&"x".repeat(10_000), NEW, "current_password"),
        (PASSWORD, "1234567", "new_password"),
        (PASSWORD, "密碼密碼密碼密", "new_password"),
        (PASSWORD, &too_long, "new_password"),
        (PASSWORD, "", "new_password"),
    ] {
        let body = json!({ "current_password": current, "new_password": new });
        let seen = house.post(ROUTE).with_cookie(&cookie).json(body).send().await;
        assert_eq!(seen.fails(400, "VALIDATION_ERROR"), [field]);
    }
    house.cookie_of("mei", PASSWORD).await;
    house.post(ROUTE).json(json!({})).send().await.fails(401, "AUTH_REQUIRED");
}
