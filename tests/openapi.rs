//! The document of all routes.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::support::TestApp;
use crate::support::shapes::{self, has_at_least_keys};

fn document() -> Value {
    let routes = tidemark::http::routes();
    tidemark::http::openapi::document(routes.iter().map(|route| &route.info))
}

/// Every operation with its method and path.
fn operations(document: &Value) -> Vec<(String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, methods)| {
        methods
            .as_object()
            .unwrap()
            .iter()
            .map(move |(method, it)| (format!("{} {path}", method.to_uppercase()), it))
    });
    each.collect()
}

#[test]
fn every_route_is_in_it_under_a_name_of_its_own() {
    let document = document();
    let operations = operations(&document);
    let told: BTreeSet<_> = operations.iter().map(|(line, _)| line.clone()).collect();
    let routes = tidemark::http::routes();
    let served: BTreeSet<_> =
        routes.iter().map(|route| format!("{} {}", route.info.method, route.info.path)).collect();
    assert_eq!(told, served);
    let names: BTreeSet<_> = operations.iter().map(|(_, it)| it["operationId"].as_str().unwrap()).collect();
    assert_eq!(names.len(), operations.len());
    for (line, operation) in &operations {
        assert!(!operation["operationId"].as_str().unwrap().is_empty(), "{line}");
        assert!(!operation["summary"].as_str().unwrap().is_empty(), "{line}");
    }
}

#[test]
fn it_has_the_structure_of_openapi_3_1() {
    let document = document();
    has_at_least_keys(&document, &["openapi", "info", "paths", "components"]);
    assert_eq!(document["openapi"], "3.1.0");
    has_at_least_keys(&document["info"], &["title", "version"]);
    for (line, operation) in operations(&document) {
        has_at_least_keys(operation, &["operationId", "summary", "responses", "parameters"]);
        let path = line.split_once(' ').unwrap().1;
        let in_path: BTreeSet<_> =
            path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let parameters = operation["parameters"].as_array().unwrap();
        let mut seen = BTreeSet::new();
        for parameter in parameters {
            has_at_least_keys(parameter, &["name", "in", "schema"]);
            assert!(
                seen.insert((parameter["name"].to_string(), parameter["in"].to_string())),
                "{line}: {parameter}"
            );
            assert!(matches!(parameter["in"].as_str(), Some("path" | "query" | "header")));
        }
        let told: BTreeSet<_> = parameters
            .iter()
            .filter(|parameter| parameter["in"] == "path")
            .map(|parameter| {
                assert_eq!(parameter["required"], true);
                parameter["name"].as_str().unwrap()
            })
            .collect();
        assert_eq!(told, in_path, "{line}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(
            responses
                .keys()
                .all(|status| status.parse::<u16>().is_ok_and(|status| (100..600).contains(&status)))
        );
        let is_described = |it: &Value| it["description"].is_string() || it["$ref"].is_string();
        assert!(responses.values().all(is_described), "{line}");
    }
}

#[test]
fn everything_it_points_to_is_there_and_everything_there_is_pointed_to() {
    let document = document();
    let mut pointers = BTreeSet::new();
    collect(&document, &mut pointers);
    for pointer in &pointers {
        let inside = pointer.strip_prefix('#').unwrap_or_else(|| panic!("{pointer} points outside"));
        assert!(document.pointer(inside).is_some(), "{pointer} points nowhere");
    }
    for name in document["components"]["schemas"].as_object().unwrap().keys() {
        assert!(pointers.contains(&format!("#/components/schemas/{name}")), "nobody uses {name}");
    }
}

fn collect(value: &Value, pointers: &mut BTreeSet<String>) {
    match value {
        Value::Object(fields) => {
            pointers.extend(fields.get("$ref").and_then(Value::as_str).map(str::to_owned));
            fields.values().for_each(|field| collect(field, pointers));
        }
        Value::Array(items) => items.iter().for_each(|item| collect(item, pointers)),
        _ => {}
    }
}

#[test]
fn the_shapes_of_the_contract_are_the_shapes_it_tells() {
    let document = document();
    let shapes = [
        ("Brand", shapes::BRAND),
        ("Product", shapes::PRODUCT),
        ("Campaign", shapes::CAMPAIGN),
        ("Creator", shapes::CREATOR),
        ("CampaignBrief", shapes::BRIEF),
    ];
    for (name, keys) in shapes {
        let schema = &document["components"]["schemas"][name];
        shapes::has_keys(&schema["properties"], keys);
        // Null, never missing.
        let required: BTreeSet<_> =
            schema["required"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
        assert_eq!(required, keys.iter().copied().collect(), "{name}");
    }
}

#[tokio::test]
async fn it_is_served_readable_and_the_same_everywhere() {
    let app = TestApp::start().await;
    let nobody = app.visitor();
    let served = nobody.get("/openapi.json").await;
    assert_eq!((served.status, served.header("content-type")), (200, Some("application/json")));
    assert_eq!(served.json, document());
    let printed = crate::support::binary::run(&["openapi"], &[], "").await;
    assert_eq!(
        (printed.code, serde_json::from_str::<Value>(&printed.stdout).unwrap()),
        (0, served.json.clone())
    );
    let page = nobody.get("/docs").await;
    assert!(page.header("content-type").unwrap().starts_with("text/html"));
    let text = String::from_utf8(page.body).unwrap().replace("&#39;", "'");
    for (line, operation) in operations(&served.json) {
        let path = line.split_once(' ').unwrap().1;
        assert!(text.contains(path), "{line} is not on the page");
        assert!(text.contains(operation["summary"].as_str().unwrap()), "{line}");
    }
    app.finish().await;
}
