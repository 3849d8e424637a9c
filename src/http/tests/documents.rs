use std::collections::HashSet;

use schemars::JsonSchema;

use super::*;
use crate::http::docs_page::documented;

/// A brand as clients see it.
#[derive(JsonSchema)]
#[expect(dead_code, reason = "only its schema is of interest")]
struct BrandView {
    id: uuid::Uuid,
    name: String,
    note: Option<String>,
}

fn table() -> Vec<Route<()>> {
    let mut routes = routes();
    routes.push(
        Route::get("/api/shown/{id}", Access::Read, async || M::done())
            .doc("shown", "A <script>alert(1)</script> & more")
            .param("search", "string", "\"quoted\"")
            .answers::<BrandView>(),
    );
    documented(routes)
}

async fn served(path: &str) -> Seen {
    let edge = Edge::new(router(table(), RateLimit::default()), TrustedProxies::default());
    send(edge, Request::builder().uri(path).body(Body::empty()).unwrap()).await
}

/// Every `$ref` below `value`.
fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(items) => items.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn the_document_names_every_route_once() {
    let document = served("/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = HashSet::new();
    for route in table() {
        let operation = &document["paths"][route.info.path][route.info.method.as_str().to_lowercase()];
        assert_eq!(operation["operationId"], route.info.operation_id, "{}", route.info.path);
        assert!(names.insert(route.info.operation_id), "{} is not unique", route.info.operation_id);
        let is_public = route.info.access == Access::Public;
        assert_eq!(operation["security"] == json!([]), is_public);
    }
}

#[tokio::test]
async fn the_document_holds_together() {
    let document = served("/openapi.json").await.json();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.iter().any(|reference| reference == "#/components/schemas/BrandView"), "{found:?}");
    for reference in found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        for operation in methods.as_object().unwrap().values() {
            let declared =
                operation["parameters"].as_array().unwrap().iter().filter(|one| one["in"] == "path");
            let declared: HashSet<String> =
                declared.map(|one| format!("{{{}}}", one["name"].as_str().unwrap())).collect();
            let written: HashSet<String> =
                path.split('/').filter(|part| part.starts_with('{')).map(str::to_owned).collect();
            assert_eq!(declared, written, "{path}");
            assert!(operation["responses"]["200"]["description"].is_string());
        }
    }
}

#[tokio::test]
async fn bodies_and_answers_are_described_in_their_family() {
    let document = served("/openapi.json").await.json();
    let create = &document["paths"]["/api/brands/"]["post"];
    let body = &create["requestBody"]["content"]["application/json"]["schema"];
    assert_eq!(
        (&body["required"], &body["properties"]["name"]["maxLength"]),
        (&json!(["name"]), &json!(100))
    );
    assert_eq!(create["responses"]["400"]["$ref"], "#/components/responses/B400");
    assert!(create["responses"].get("422").is_none());
    let shown = &document["paths"]["/api/shown/{id}"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    assert_eq!(shown["properties"]["success"]["const"], true);
    assert_eq!(shown["properties"]["data"]["$ref"], "#/components/schemas/BrandView");
    let one = &document["paths"]["/api/brands/{id}/"]["get"]["responses"]["200"]["content"]["application/json"]
        ["schema"];
    assert_eq!(one["properties"]["code"]["const"], 200);
}

#[tokio::test]
async fn the_page_is_plain_escaped_and_loads_nothing() {
    let page = served("/docs").await;
    let policy = page.header("content-security-policy").unwrap().to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    let html = page.text();
    assert!(html.contains("A &lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    assert!(html.contains("&quot;quoted&quot;"));
    for loading in ["<script", "src=", "@import", "url(", "style="] {
        assert!(!html.contains(loading), "{loading}");
    }
    for route in table() {
        assert!(html.contains(&format!("id=\"{}\"", route.info.operation_id)), "{}", route.info.path);
    }
}
