//! `/openapi.json` for programs and `/docs` for people: both rendered once, from the same document.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use axum::http::{HeaderName, HeaderValue, header};
use base64::Engine as _;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Access, Answer, ApiError, Bare, Route, openapi};
use crate::html;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;\
color:#1d2733;background:#fff}h2{margin-top:3rem;border-bottom:1px solid #cdd5de}\
section{margin:1.5rem 0}h3{font:600 1rem ui-monospace,monospace;background:#eef2f6;padding:.4rem .6rem}\
h3 b{display:inline-block;min-width:4.5rem}table{border-collapse:collapse}\
td,th{text-align:left;padding:.15rem 1rem .15rem 0;vertical-align:top}\
pre{background:#f6f8fa;padding:.6rem;overflow:auto;font-size:.85rem}summary{cursor:pointer}\
@media(prefers-color-scheme:dark){body{color:#dce3ea;background:#12181f}h3,pre{background:#1d2733}a{color:#8ab8ff}}";

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// These routes and the two that describe them all.
pub fn documented<S: Clone + Send + Sync + 'static>(mut routes: Vec<Route<S>>) -> Vec<Route<S>> {
    let rendered: Arc<OnceLock<(Answer, Answer)>> = Arc::default();
    let (json, page) = (Arc::clone(&rendered), Arc::clone(&rendered));
    let missing = || ApiError::internal("the document was never made");
    let json = async move || json.get().map(|(json, _)| json.clone()).ok_or_else(missing);
    let page = async move || page.get().map(|(_, page)| page.clone()).ok_or_else(missing);
    routes.push(
        Route::get("/openapi.json", Access::Public, json)
            .doc("read_openapi", "This document")
            .answers_bare::<serde_json::Map<String, Value>>(),
    );
    routes.push(
        Route::get("/docs", Access::Public, page)
            .doc("read_docs", "This document for people")
            .answers_other("text/html"),
    );
    let document = openapi::document(routes.iter().map(|route| &route.info));
    // Nobody else holds the cell yet, so it is empty.
    let _ = rendered.set((Bare::ok(&document), html_answer(&document)));
    routes
}

fn html_answer(document: &Value) -> Answer {
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(STYLE));
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'"));
    Answer::of_type(HeaderValue::from_static("text/html; charset=utf-8"), page(document))
        .header(header::CONTENT_SECURITY_POLICY, policy)
        .header(HeaderName::from_static("referrer-policy"), HeaderValue::from_static("no-referrer"))
}

/// The document as one plain page; whatever stands in the document is escaped.
pub(super) fn page(document: &Value) -> String {
    let info = &document["info"];
    let mut page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{STYLE}</style></head>\
         <body><h1>{title} {version}</h1><p>{description}</p><p>For programs: <a href=\"/openapi.json\">openapi.json</a></p>",
        title = escaped(&info["title"]),
        version = escaped(&info["version"]),
        description = escaped(&info["description"]),
    );
    let mut last_tag = None;
    for (path, method, operation) in operations(document) {
        let tag = escaped(&operation["tags"][0]);
        if last_tag.as_ref() != Some(&tag) {
            append(&mut page, format_args!("<h2 id=\"{tag}\">{tag}</h2>"));
            last_tag = Some(tag);
        }
        section(&mut page, path, method, operation);
    }
    page.push_str("</body></html>");
    page
}

/// Every operation, those of one tag together.
fn operations(document: &Value) -> Vec<(&str, &str, &Value)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    let mut operations: Vec<_> = paths
        .flat_map(|(path, methods)| {
            METHODS.iter().filter_map(|method| Some((path.as_str(), *method, methods.get(*method)?)))
        })
        .collect();
    operations.sort_by_key(|(path, _, _)| openapi::tag(path).to_owned());
    operations
}

fn section(page: &mut String, path: &str, method: &str, operation: &Value) {
    append(
        page,
        format_args!(
            "<section id=\"{id}\"><h3><b>{method}</b>{path}</h3><p>{summary}. {audience}</p>",
            id = escaped(&operation["operationId"]),
            method = method.to_uppercase(),
            path = html::escaped(path),
            summary = escaped(&operation["summary"]),
            audience = escaped(&operation["description"]),
        ),
    );
    let parameters = operation["parameters"].as_array().filter(|parameters| !parameters.is_empty());
    if let Some(parameters) = parameters {
        page.push_str("<table>");
        for parameter in parameters {
            let cells = [
                &parameter["name"],
                &parameter["in"],
                &parameter["schema"]["type"],
                &parameter["description"],
            ];
            page.push_str("<tr>");
            cells.into_iter().for_each(|cell| append(page, format_args!("<td>{}</td>", escaped(cell))));
            page.push_str("</tr>");
        }
        page.push_str("</table>");
    }
    let json = "/content/application~1json/schema";
    fold(page, "Body", operation.pointer(&format!("/requestBody{json}")));
    fold(page, "Answer", operation.pointer(&format!("/responses/200{json}")));
    page.push_str("</section>");
}

fn fold(page: &mut String, title: &str, schema: Option<&Value>) {
    if let Some(schema) = schema {
        let pretty = html::escaped(&format!("{schema:#}"));
        append(page, format_args!("<details><summary>{title}</summary><pre>{pretty}</pre></details>"));
    }
}

fn append(page: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = page.write_fmt(text);
}

fn escaped(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => html::escaped(text),
        other => html::escaped(&other.to_string()),
    }
}
