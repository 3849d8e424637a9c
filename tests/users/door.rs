//! POST /login, GET /login, GET /logout, POST /api/auth/token.

use aggregates::users::Role;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;

use super::house::{House, PASSWORD};

#[tokio::test]
async fn a_form_or_json_lets_one_in_with_a_cookie() {
    let house = House::open().await;
    house.registers("mei", Role::Manager).await;
    let credentials = json!({ "username": "mei", "password": PASSWORD });
    for seen in [
        house.post("/login").form(&[("username", "mei"), ("password", PASSWORD)]).send().await,
        house.post("/login").json(credentials.clone()).send().await,
    ] {
        assert_eq!((seen.status, seen.header("location")), (302, Some("/")), "{seen:?}");
        let cookie = seen.cookie().unwrap();
        assert!(cookie.starts_with("tidemark_session=tds_"), "{cookie}");
        assert!(cookie.ends_with("; Path=/; Max-Age=7776000; HttpOnly; SameSite=Lax"), "{cookie}");
        let cookie = cookie.split(';').next().unwrap();
        house.get("/api/admin/tokens").with_cookie(cookie).send().await.data();
    }
    // and: by https the cookie is for https alone
    let behind_tls = house.post("/login").from("10.0.0.1").header("x-forwarded-proto", "https");
    let seen = behind_tls.json(credentials).send().await;
    assert!(seen.cookie().unwrap().ends_with("; Secure"), "{seen:?}");
}

#[tokio::test]
async fn signing_in_leads_to_a_page_and_without_a_session_it_leads_to_the_door() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let seen = house.post("/login").form(&[("username", "mei"), ("password", PASSWORD)]).send().await;
    let cookie = seen.cookie().unwrap().split(';').next().unwrap().to_owned();
    let page = house.get(seen.header("location").unwrap()).with_cookie(&cookie).send().await;
    assert_eq!(
        (page.status, page.header("content-type")),
        (200, Some("text/html; charset=utf-8")),
        "{page:?}"
    );
    assert_eq!(
        house.get("/api/products?sort_by=change_percent&order=desc").with_cookie(&cookie).send().await.status,
        200
    );
    let stranger = house.get("/").send().await;
    assert_eq!((stranger.status, stranger.header("location")), (302, Some("/login")), "{stranger:?}");
}

#[tokio::test]
async fn afterwards_one_goes_where_one_wanted_on_this_server() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    for (next, location) in
        [("/products?page=2", "/products?page=2"), ("//evil.example", "/"), ("/\\evil.example", "/")]
    {
        let form = [("username", "mei"), ("password", PASSWORD), ("next", next)];
        let seen = house.post("/login").form(&form).send().await;
        assert_eq!((seen.status, seen.header("location")), (302, Some(location)), "{next}");
    }
    let seen = house.post("/login?next=/a").form(&[("username", "mei"), ("password", PASSWORD)]).send().await;
    assert_eq!(seen.header("location"), Some("/a"));
}

#[tokio::test]
async fn who_is_wrong_stays_out() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    for (username, password) in [("mei", "wrong"), ("jun", PASSWORD), ("mei", &"x".repeat(10_000))] {
        let credentials = json!({ "username": username, "password": password });
        for path in ["/login", "/api/auth/token"] {
            let seen = house.post(path).json(credentials.clone()).send().await;
            seen.fails(401, "AUTH_FAILED");
            assert!(seen.cookie().is_none());
        }
    }
}

#[tokio::test]
async fn what_is_missing_or_malformed_is_named() {
    let house = House::open().await;
    for path in ["/login", "/api/auth/token"] {
        let json = |body| house.post(path).json(body).send();
        assert_eq!(json(json!({})).await.fails(400, "VALIDATION_ERROR"), ["username", "password"]);
        assert_eq!(
            json(json!({ "username": "mei", "password": "" })).await.fails(400, "VALIDATION_ERROR"),
            ["password"]
        );
        let wrong_types = json!({ "username": 7, "password": ["x"] });
        assert_eq!(json(wrong_types).await.fails(400, "VALIDATION_ERROR"), ["username", "password"]);
        let nul = json!({ "username": "mei\0", "password": "x" });
        assert_eq!(json(nul).await.fails(400, "VALIDATION_ERROR"), ["username"]);
        let empty_form = house.post(path).form(&[("username", "mei")]).send().await;
        assert_eq!(empty_form.fails(400, "VALIDATION_ERROR"), ["password"]);
        house.post(path).body("application/json", "{").send().await.fails(400, "VALIDATION_ERROR");
        house
            .post(path)
            .body("application/json", vec![0xff, 0xfe])
            .send()
            .await
            .fails(400, "VALIDATION_ERROR");
        house.post(path).body("text/plain", "x").send().await.fails(415, "UNSUPPORTED_MEDIA_TYPE");
        let huge = vec![b'x'; 3 * 1024 * 1024];
        house
            .post(path)
            .body("application/x-www-form-urlencoded", huge)
            .send()
            .await
            .fails(413, "PAYLOAD_TOO_LARGE");
    }
    assert_eq!(house.count("SELECT count(*) FROM login_attempts").await, 0);
}

#[tokio::test]
async fn both_ways_in_count_together_and_say_when_to_come_again() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    for index in 0..10 {
        let path = if index % 2 == 0 { "/login" } else { "/api/auth/token" };
        let from = format!("198.51.100.{index}");
        let wrong = json!({ "username": "mei", "password": "wrong" });
        house.post(path).from(&from).json(wrong).send().await.fails(401, "AUTH_FAILED");
    }
    let right = json!({ "username": "MEI", "password": PASSWORD });
    for path in ["/login", "/api/auth/token"] {
        let seen = house.post(path).from("203.0.113.1").json(right.clone()).send().await;
        seen.fails(429, "RATE_LIMITED");
        let wait: i64 = seen.header("retry-after").unwrap().parse().unwrap();
        assert!((800..=900).contains(&wait), "{wait}");
    }
}

#[tokio::test]
async fn the_address_behind_a_trusted_proxy_is_the_one_that_counts() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let wrong = json!({ "username": "nobody", "password": "wrong" });
    let right = json!({ "username": "mei", "password": PASSWORD });
    for _ in 0..10 {
        let ask = house.post("/login").from("10.0.0.1").header("x-forwarded-for", "198.51.100.7");
        ask.json(wrong.clone()).send().await.fails(401, "AUTH_FAILED");
    }
    let other = house.post("/login").from("10.0.0.1").header("x-forwarded-for", "198.51.100.8");
    assert_eq!(other.json(right.clone()).send().await.status, 302);
    // and: a stranger can't put on another address
    let same = house.post("/login").from("198.51.100.7").header("x-forwarded-for", "203.0.113.1");
    same.json(right).send().await.fails(429, "RATE_LIMITED");
}

#[tokio::test]
async fn another_site_signs_nobody_in() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let form = [("username", "mei"), ("password", PASSWORD)];
    for origin in ["http://evil.example", "null", "http://tidemark.example:9000"] {
        let seen = house.post("/login").header("origin", origin).form(&form).send().await;
        seen.fails(403, "PERMISSION_DENIED");
        assert!(seen.cookie().is_none());
    }
    let seen = house.post("/login").header("origin", "http://tidemark.example:8000").form(&form).send().await;
    assert_eq!(seen.status, 302);
}

#[tokio::test]
async fn the_page_asks_for_name_and_password_and_says_what_was_wrong() {
    let house = House::open().await;
    let page = house.get("/login?next=/products%3Fa%3D%22b").send().await;
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    assert!(page.text.contains(r#"name="next" value="/products?a=%22b""#), "{page:?}");
    assert!(!page.text.contains("role=\"alert\""));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none';") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    // when: a browser sends it with a wrong password
    let browser = house.post("/login").header("accept", "text/html,application/xhtml+xml,*/*;q=0.8");
    let form = [("username", "<b>mei"), ("password", "wrong"), ("next", "/products")];
    let again = browser.form(&form).send().await;
    // then
    assert_eq!((again.status, again.header("content-type")), (401, Some("text/html; charset=utf-8")));
    assert!(again.text.contains("role=\"alert\"") && again.text.contains("wrong"), "{again:?}");
    assert!(
        again.text.contains(r#"value="&lt;b&gt;mei""#) && again.text.contains(r#"value="/products""#),
        "{again:?}"
    );
    assert!(again.cookie().is_none());
}

#[tokio::test]
async fn leaving_ends_the_session_and_takes_the_cookie_back() {
    let house = House::open().await;
    house.registers("mei", Role::User).await;
    let cookie = house.cookie_of("mei", PASSWORD).await;
    house.get("/api/admin/tokens").with_cookie(&cookie).send().await.data();
    // and: who only asks what would come ends nothing
    let seen = house.ask("HEAD", "/logout").with_cookie(&cookie).send().await;
    assert_eq!((seen.status, seen.header("location"), seen.cookie()), (302, Some("/login"), None));
    house.get("/api/admin/tokens").with_cookie(&cookie).send().await.data();
    // when, twice: the second time there is nothing to end
    for _ in 0..2 {
        let seen = house.get("/logout").with_cookie(&cookie).send().await;
        assert_eq!((seen.status, seen.header("location")), (302, Some("/login")));
        assert!(seen.cookie().unwrap().contains("Max-Age=0"), "{seen:?}");
    }
    // then
    house.get("/api/admin/tokens").with_cookie(&cookie).send().await.fails(401, "AUTH_FAILED");
    assert_eq!(house.get("/logout").send().await.status, 302);
}

#[tokio::test]
async fn a_token_is_given_for_as_long_as_asked() {
    let house = House::open().await;
    let mei = house.registers("mei", Role::User).await;
    for (asked, lifetime) in [(None, TimeDelta::days(30)), (Some(60), TimeDelta::minutes(1))] {
        let body = json!({ "username": "mei", "password": PASSWORD, "expires_in": asked });
        let before = Utc::now();
        let data = house.post("/api/auth/token").json(body).send().await.data();
        assert_eq!(data["user_id"], json!(mei));
        let printed = data["expires_at"].as_str().unwrap();
        assert!(printed.ends_with('Z'), "{printed}");
        let end: DateTime<Utc> = printed.parse().unwrap();
        assert!((end - before - lifetime).abs() < TimeDelta::seconds(20), "{printed}");
        let token = data["token"].as_str().unwrap();
        house.get("/api/admin/tokens").with_token(token).send().await.data();
    }
    for wrong in [json!(0), json!(315_360_001), json!(-1), json!(1.5), json!("soon"), json!(true)] {
        let body = json!({ "username": "mei", "password": PASSWORD, "expires_in": wrong });
        let seen = house.post("/api/auth/token").json(body).send().await;
        assert_eq!(seen.fails(400, "VALIDATION_ERROR"), ["expires_in"], "{wrong}");
    }
}
