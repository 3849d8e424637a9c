//! Addresses, methods, headers and queries that make no sense.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::json;

use super::{MADE_BY_THE_HOUSE, Sweep, is_a_clear_error, targets};
use crate::support::actors::send;

/// Every path of the table with the methods that it takes.
fn paths() -> BTreeMap<&'static str, BTreeSet<String>> {
    let mut paths: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
    for route in tidemark::http::routes() {
        let methods = paths.entry(route.info.path).or_default();
        methods.insert(route.info.method.to_string());
        if route.info.method == Method::GET {
            methods.insert("HEAD".to_owned());
        }
    }
    paths
}

#[tokio::test]
async fn other_methods_are_refused_with_those_that_are_taken() {
    let sweep = Sweep::begin().await;
    for (path, methods) in paths() {
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            if methods.contains(method) {
                continue;
            }
            let request =
                sweep.admin.request(Method::from_bytes(method.as_bytes()).unwrap(), &sweep.filled(path));
            let answer = send(request).await;
            assert_eq!(answer.status, 405, "{method} {path}: {}", answer.json);
            is_a_clear_error(&answer, path, 405);
            let allowed: BTreeSet<_> =
                answer.header("allow").unwrap().split(',').map(|it| it.trim().to_owned()).collect();
            assert_eq!(allowed, methods, "{path}");
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn ids_of_nothing_are_not_found() {
    let sweep = Sweep::begin().await;
    let nothing = uuid::Uuid::now_v7().to_string();
    let body_of = |path: &str, method: &Method| {
        targets()
            .into_iter()
            .find(|it| it.path == path && it.method == method.as_str())
            .map(|it| sweep.least(it))
    };
    for route in tidemark::http::routes() {
        let info = route.info;
        if !info.path.contains("{id}") || info.path.starts_with("/ws/") {
            continue;
        }
        for id in ["0", "none", "%00", "%FF", "%F0%9F%8D%B5", "'--", &nothing, &"x".repeat(2_000)] {
            let path =
                info.path.replace("{id}", id).replace("{kind}", "campaigns").replace("{creator_id}", "mei");
            let body = body_of(info.path, &info.method).unwrap_or_else(|| json!({})).to_string();
            let request = sweep.admin.request(info.method.clone(), &path);
            let request = if info.method == Method::GET { request } else { request.body(body) };
            let answer = send(request).await;
            // Always the same answer, whether or not anything is polled.
            let is_fine = info.path.ends_with("/stop_polling/");
            let expected: &[u16] = if is_fine { &[200, 400] } else { &[404, 400] };
            assert!(
                expected.contains(&answer.status),
                "{} {path}: {} {}",
                info.method,
                answer.status,
                answer.json
            );
            if answer.status != 200 {
                is_a_clear_error(&answer, info.path, answer.status);
            }
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn versions_that_are_no_more_are_refused() {
    let sweep = Sweep::begin().await;
    for target in targets().into_iter().filter(|target| target.method != "POST") {
        for stale in
            ["\"1\"", "\"0\"", "W/\"1\"", "nonsense", "\"999999999\"", "\"-1\"", "\"99999999999999999999\""]
        {
            let method = target.method.parse().unwrap();
            let headers = [("if-match", stale)];
            let answer = sweep.admin.sends(method, &sweep.filled(target.path), "{}", &headers).await;
            assert_eq!(answer.status, 412, "{} {} {stale}: {}", target.method, target.path, answer.json);
            is_a_clear_error(&answer, target.path, 412);
        }
    }
    for path in ["/api/brands/{id}/", "/api/products/{id}/", "/api/campaigns/{id}/"] {
        let answer =
            sweep.admin.sends(Method::DELETE, &sweep.filled(path), "", &[("if-match", "\"1\"")]).await;
        is_a_clear_error(&answer, path, 412);
    }
    sweep.end().await;
}

#[tokio::test]
async fn a_key_used_for_something_else_is_refused() {
    let sweep = Sweep::begin().await;
    let key = [("idempotency-key", "used")];
    sweep
        .admin
        .sends(Method::POST, &sweep.filled("/api/campaigns/{id}/stop_polling/"), "{}", &key)
        .await
        .data();
    for target in targets().into_iter().filter(|target| target.method == "POST") {
        let body = json!({ "another": "body" });
        let answer = sweep.admin.sends(Method::POST, &sweep.filled(target.path), body, &key).await;
        let message = is_a_clear_error(&answer, target.path, 400);
        assert!(message.contains("Idempotency-Key"), "{}: {message}", target.path);
    }
    sweep.end().await;
}

#[tokio::test]
async fn queries_that_cannot_be_read_are_refused() {
    let sweep = Sweep::begin().await;
    let many = format!("?{}", "a=1&".repeat(200));
    let long = format!("?search={}", "x".repeat(9_000));
    for (path, methods) in paths() {
        if !methods.contains("GET") || path.starts_with("/ws/") {
            continue;
        }
        let filled = sweep.filled(path);
        let answer = sweep.admin.get(&format!("{filled}{long}")).await;
        is_a_clear_error(&answer, path, 400);
        for odd in ["?page=%FF", "?search=%00", "?limit=%C3%28", &many, "?=&&&==", "?%"] {
            let request = sweep.admin.request(Method::GET, &format!("{filled}{odd}"));
            // Streams have no end: their beginning is enough.
            let status = request.send().await.unwrap().status().as_u16();
            // A drive that nobody set up says so.
            let is_drive = path.ends_with("/drive/files") && status == 500;
            let is_unmade = MADE_BY_THE_HOUSE.contains(&path) && status == 404;
            assert!(is_drive || is_unmade || matches!(status, 200 | 302 | 400), "{path}{odd}: {status}");
        }
    }
    for list in ["/api/brands/", "/api/products/", "/api/campaigns/"] {
        for unreadable in ["?page=%FF", "?search=%00", &many] {
            is_a_clear_error(&sweep.admin.get(&format!("{list}{unreadable}")).await, list, 400);
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn credentials_of_any_form_are_just_wrong() {
    let sweep = Sweep::begin().await;
    let long = format!("Token {}", "x".repeat(20_000));
    for odd in
        ["", " ", "Token", "Token ", "Bearer", "Basic YTpi", "Token a b c", "tdm_x", "Token \u{e9}", &long]
    {
        for path in ["/api/brands/", "/api/admin/tokens"] {
            let holder = sweep.app.holder_of(odd);
            let answer = holder.get(path).await;
            assert_eq!(answer.status, 401, "{odd:.20}");
            is_a_clear_error(&answer, path, 401);
            assert!(!String::from_utf8(answer.body).unwrap().contains("tdm_x"));
        }
    }
    sweep.end().await;
}
