//! Who may call what (contract R3): the list of routes and this list are the same, and every line is tried.

use std::collections::BTreeSet;

use aggregates::users::Role;
use reqwest::Method;
use tidemark::http::Access;

use crate::support::actors::send;
use crate::support::{Actor, TestApp};

/// Method, path and who may.
const CASES: &[(&str, &str, Access)] = &[
    ("GET", "/health", Access::Public),
    ("GET", "/ready", Access::Public),
    ("GET", "/metrics", Access::Public),
    ("GET", "/docs", Access::Public),
    ("GET", "/openapi.json", Access::Public),
    ("GET", "/", Access::Public),
    ("GET", "/login", Access::Public),
    ("POST", "/login", Access::Public),
    ("GET", "/logout", Access::Public),
    ("POST", "/api/auth/token", Access::Public),
    // Its token is checked after the handshake.
    ("GET", "/ws/campaigns/{id}/status/", Access::Public),
    ("POST", "/api/user/change_password", Access::Copy),
    ("POST", "/api/ai/generate", Access::Copy),
    ("POST", "/api/ai/search", Access::Copy),
    ("GET", "/api/ai/trending", Access::Copy),
    ("GET", "/api/ai/history", Access::Copy),
    ("GET", "/api/ai/history/{id}", Access::Copy),
    ("PUT", "/api/ai/history/{id}/favorite", Access::Copy),
    ("DELETE", "/api/ai/history/{id}", Access::Copy),
    ("GET", "/api/ai/usage/stats", Access::Copy),
    ("GET", "/api/system/status", Access::Read),
    ("POST", "/api/system/cleanup", Access::Admin),
    ("POST", "/api/system/k8s/restart", Access::Admin),
    ("GET", "/api/users", Access::Admin),
    ("POST", "/api/users", Access::Admin),
    ("GET", "/api/users/{id}", Access::Admin),
    ("PUT", "/api/users/{id}", Access::Admin),
    ("DELETE", "/api/users/{id}", Access::Admin),
    ("POST", "/api/users/{id}/reset_password", Access::Admin),
    ("POST", "/api/users/{id}/erase", Access::Admin),
    ("GET", "/api/users/login_history", Access::Read),
    ("GET", "/api/user/sessions", Access::Read),
    ("DELETE", "/api/user/sessions/{id}", Access::Copy),
    ("GET", "/api/admin/tokens", Access::Copy),
    ("POST", "/api/admin/tokens", Access::Copy),
    ("DELETE", "/api/admin/tokens/{id}", Access::Copy),
    ("GET", "/api/vendor/list", Access::Read),
    ("POST", "/api/vendor/list", Access::Write),
    ("GET", "/api/vendor/list/{id}", Access::Read),
    ("PUT", "/api/vendor/list/{id}", Access::Write),
    ("DELETE", "/api/vendor/list/{id}", Access::Write),
    ("GET", "/api/vendor/{id}/emails", Access::Read),
    ("POST", "/api/vendor/{id}/emails", Access::Write),
    ("DELETE", "/api/vendor/email/{id}", Access::Write),
    ("POST", "/api/vendor/stockout/import", Access::Write),
    ("GET", "/api/vendor/stockout", Access::Read),
    ("GET", "/api/vendor/stockout/import/{id}/errors.xlsx", Access::Read),
    ("GET", "/api/vendor/stockout/import/{id}/errors.csv", Access::Read),
    ("GET", "/api/vendor/stockout/{id}", Access::Read),
    ("PATCH", "/api/vendor/stockout/{id}", Access::Write),
    ("POST", "/api/vendor/stockout/send", Access::Write),
    ("DELETE", "/api/vendor/stockout/batches/{id}", Access::Write),
    ("GET", "/api/import/drive/files", Access::Read),
    ("POST", "/api/import/drive/import", Access::Write),
    ("POST", "/api/import/files", Access::Write),
    ("GET", "/api/import/jobs", Access::Read),
    ("GET", "/api/import/jobs/{id}", Access::Read),
    ("DELETE", "/api/import/jobs/{id}", Access::Write),
    ("POST", "/api/import/jobs/{id}/redo", Access::Write),
    ("GET", "/api/import/jobs/{id}/errors.xlsx", Access::Read),
    ("GET", "/api/import/jobs/{id}/errors.csv", Access::Read),
    ("POST", "/api/notification/telegram", Access::Write),
    ("POST", "/api/trigger_momo_notification", Access::Write),
    ("POST", "/api/notification/render", Access::Command),
    ("GET", "/api/notification/templates", Access::Read),
    ("GET", "/api/notification/templates/{code}", Access::Read),
    ("PUT", "/api/notification/templates/{code}", Access::Write),
    ("POST", "/api/notification/templates/{code}/preview", Access::Write),
    ("GET", "/api/notification/history", Access::Read),
    ("GET", "/api/notification/history/{id}", Access::Read),
    ("POST", "/api/bot/command", Access::Command),
    ("POST", "/api/bot/telegram/webhook", Access::Secret),
    ("GET", "/api/brands/", Access::Read),
    ("POST", "/api/brands/", Access::Write),
    ("GET", "/api/brands/{id}/", Access::Read),
    ("PUT", "/api/brands/{id}/", Access::Write),
    ("PATCH", "/api/brands/{id}/", Access::Write),
    ("DELETE", "/api/brands/{id}/", Access::Write),
    ("GET", "/api/brands/{id}/products/", Access::Read),
    ("GET", "/api/brands/{id}/campaigns/", Access::Read),
    ("GET", "/api/brands/{id}/dataset_ids/", Access::Read),
    ("GET", "/api/products/", Access::Read),
    ("POST", "/api/products/", Access::Write),
    ("GET", "/api/products/{id}/", Access::Read),
    ("PUT", "/api/products/{id}/", Access::Write),
    ("PATCH", "/api/products/{id}/", Access::Write),
    ("DELETE", "/api/products/{id}/", Access::Write),
    ("GET", "/api/campaigns/", Access::Read),
    ("POST", "/api/campaigns/", Access::Write),
    ("GET", "/api/campaigns/{id}/", Access::Read),
    ("PUT", "/api/campaigns/{id}/", Access::Write),
    ("PATCH", "/api/campaigns/{id}/", Access::Write),
    ("DELETE", "/api/campaigns/{id}/", Access::Write),
    ("POST", "/api/campaigns/{id}/add_product/", Access::Write),
    ("POST", "/api/campaigns/{id}/remove_product/", Access::Write),
    ("GET", "/api/campaigns/{id}/creator_list/", Access::Read),
    ("PUT", "/api/campaigns/{id}/creators/{creator_id}/", Access::Write),
    ("GET", "/api/campaigns/{id}/websocket_url/", Access::Read),
    ("GET", "/api/campaigns/{id}/events/", Access::Read),
    ("GET", "/api/campaigns/token_info/", Access::Read),
    ("POST", "/api/campaigns/{id}/stop_polling/", Access::Write),
    ("GET", "/api/campaigns/active_polling_tasks/", Access::Read),
    ("GET", "/api/daily_sales", Access::Read),
    ("GET", "/api/monthly_summary", Access::Read),
    ("GET", "/api/sales/trend", Access::Read),
    ("GET", "/api/export/daily_sales", Access::Read),
    ("GET", "/api/products", Access::Read),
    ("POST", "/api/listings", Access::Write),
    ("POST", "/api/listings/observations", Access::Write),
    ("GET", "/api/listings/{id}", Access::Read),
    ("PATCH", "/api/listings/{id}", Access::Write),
    ("DELETE", "/api/listings/{id}", Access::Write),
    ("GET", "/api/listings/{id}/statistics", Access::Read),
    ("GET", "/api/history/{product_id}", Access::Read),
    ("GET", "/api/audit/listings/{id}/prices", Access::Audit),
    ("GET", "/api/alerts", Access::Read),
    ("GET", "/api/alerts/{id}/why", Access::Read),
    ("GET", "/api/alerts/rules", Access::Read),
    ("POST", "/api/alerts/rules", Access::Write),
    ("POST", "/api/alerts/rules/test", Access::Write),
    ("GET", "/api/alerts/rules/{id}", Access::Read),
    ("PUT", "/api/alerts/rules/{id}", Access::Write),
    ("DELETE", "/api/alerts/rules/{id}", Access::Write),
    ("GET", "/api/export/excel/all", Access::Read),
    ("GET", "/api/export/excel/changes", Access::Read),
    ("GET", "/api/export/excel/delisted", Access::Read),
    ("GET", "/api/listings/{id}/chart.svg", Access::Read),
    ("GET", "/api/listings/{id}/chart.png", Access::Read),
    ("POST", "/api/run_task", Access::Write),
    ("GET", "/api/system/crawler/status", Access::Read),
    ("GET", "/api/audit/{kind}/{id}", Access::Audit),
    ("GET", "/api/audit/{kind}/{id}/state", Access::Audit),
    ("GET", "/api/audit/campaigns/{id}/statuses", Access::Audit),
    ("GET", "/api/audit/export", Access::Audit),
    ("GET", "/api/events", Access::Admin),
    ("GET", "/api/events/stream", Access::Admin),
    ("GET", "/api/admin/projections", Access::Admin),
    ("POST", "/api/admin/projections/{name}/rebuild", Access::Admin),
    ("DELETE", "/api/admin/projections/{name}/rebuild", Access::Admin),
    ("POST", "/api/admin/projections/{name}/verify", Access::Admin),
    ("GET", "/api/admin/jobs", Access::Admin),
    ("GET", "/api/admin/jobs/{id}", Access::Admin),
    ("POST", "/api/admin/jobs/{id}/retry", Access::Admin),
    ("DELETE", "/api/admin/jobs/{id}", Access::Admin),
    ("POST", "/api/admin/projections/{name}/retry", Access::Admin),
];

#[test]
fn every_route_states_who_may_call_it() {
    let line = |method: &str, path: &str, access: Access| format!("{method} {path} {access:?}");
    let routes = tidemark::http::routes();
    let served: BTreeSet<_> = routes
        .iter()
        .map(|route| line(route.info.method.as_str(), route.info.path, route.info.access))
        .collect();
    let expected: BTreeSet<_> =
        CASES.iter().map(|(method, path, access)| line(method, path, *access)).collect();
    let unknown: Vec<_> = served.symmetric_difference(&expected).collect();
    assert!(unknown.is_empty(), "{unknown:#?}");
    assert_eq!(routes.len(), CASES.len());
}

/// A request that does nothing where it is let in: its thing is not there and its body lacks everything.
async fn knocks(actor: &Actor, method: &str, path: &str) -> u16 {
    let path = path
        .replace("{kind}", "brands")
        .replace("{name}", "none")
        .replace("{creator_id}", "mei")
        .replace("{code}", "none");
    let path = path.replace("{id}", &uuid::Uuid::nil().to_string());
    let request = actor.request(method.parse::<Method>().unwrap(), &path);
    let request = if method == "GET" { request } else { request.body("{}") };
    // An answer without an end is known by its beginning.
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn each_route_opens_to_those_who_may_and_to_nobody_else() {
    let app = TestApp::start().await;
    let mut roles = Vec::new();
    for role in Role::ALL {
        roles.push((role, app.somebody(role).await));
    }
    let (nobody, liar) = (app.visitor(), app.holder_of("Token tdm_nonsense"));
    let head = app.head().await;
    for (method, path, access) in CASES {
        let least = access.least_role();
        for stranger in [&nobody, &liar] {
            let status = knocks(stranger, method, path).await;
            assert_eq!(
                status == 401,
                least.is_some() || *access == Access::Secret,
                "{method} {path}: {status}"
            );
        }
        if *access == Access::Secret {
            continue;
        }
        for (role, actor) in &roles {
            let status = knocks(actor, method, path).await;
            let may = least.is_none_or(|least| role.covers(least));
            assert_eq!(status == 403, !may, "{method} {path} as {}: {status}", role.code());
            // A drive that nobody set up says so.
            let is_drive = path.ends_with("/drive/files") && status == 500;
            assert!((status < 500 || is_drive) && status != 401, "{method} {path}: {status}");
        }
    }
    assert_eq!(app.head().await, head, "something was stored");
    app.finish().await;
}

#[tokio::test]
async fn a_token_with_fewer_rights_opens_fewer_doors() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for (role, reads, writes, audits, administers) in [
        ("bot", 200, 403, 403, 403),
        ("user", 200, 403, 403, 403),
        ("manager", 200, 400, 404, 403),
        ("admin", 200, 400, 404, 200),
    ] {
        let body = serde_json::json!({ "name": role, "role": role });
        let made = admin.post("/api/admin/tokens", body).await.data();
        let holder = app.holder_of(&format!("Token {}", made["token"].as_str().unwrap()));
        assert_eq!(holder.get("/api/brands/").await.status, reads);
        assert_eq!(holder.post("/api/brands/", "{}").await.status, writes);
        let nothing = format!("/api/audit/brands/{}", uuid::Uuid::nil());
        assert_eq!(holder.get(&nothing).await.status, audits);
        assert_eq!(holder.get("/api/admin/projections").await.status, administers);
    }
    app.finish().await;
}

#[tokio::test]
async fn unknown_addresses_are_unknown_to_everybody() {
    let app = TestApp::start().await;
    for actor in [app.visitor(), app.admin().await] {
        for path in ["/api/nothing", "/api/brands/a/b/c/", "/nothing", "/api/admin/projections/x/y/z"] {
            actor.get(path).await.fails_with(404);
        }
        for (method, path) in [("DELETE", "/api/brands/"), ("PUT", "/api/events"), ("POST", "/health")] {
            send(actor.request(method.parse().unwrap(), path)).await.fails_with(405);
        }
    }
    app.finish().await;
}
