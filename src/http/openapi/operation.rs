use axum::http::Method;
use schemars::SchemaGenerator;
use serde_json::{Value, json};

use super::failures;
use crate::http::{Access, Code, Family, RouteInfo, Shape};

/// One method of one path.
pub(super) fn describe(route: &RouteInfo, generator: &mut SchemaGenerator) -> Value {
    let mut operation = json!({
        "operationId": route.operation_id,
        "summary": route.summary,
        "tags": [tag(route.path)],
        "description": audience(route.access),
        "parameters": parameters(route),
        "responses": responses(route, generator),
    });
    if matches!(route.access, Access::Public | Access::Secret) {
        operation["security"] = json!([]);
    }
    if let Some((form, mode)) = route.body {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": form.schema(mode) } },
        });
    }
    if let Some(options) = route.upload {
        let mut fields = json!({ "file": { "type": "string", "format": "binary" } });
        for option in options {
            fields[option.name] = json!({ "type": option.kind, "description": option.doc });
        }
        let schema = json!({ "type": "object", "required": ["file"], "properties": fields });
        let content = json!({ "multipart/form-data": { "schema": schema } });
        operation["requestBody"] = json!({ "required": true, "content": content });
    }
    operation
}

/// The part of the house that an address belongs to.
pub(in crate::http) fn tag(path: &str) -> &str {
    let below = path.strip_prefix("/api/").and_then(|rest| rest.split('/').next());
    below.filter(|word| !word.is_empty()).unwrap_or("house")
}

fn audience(access: Access) -> String {
    match access.least_role() {
        None => "Open to anybody.".to_owned(),
        Some(role) => format!("Takes the role {} or a higher one.", role.code()),
    }
}

fn parameters(route: &RouteInfo) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'));
    let mut parameters: Vec<Value> = in_path
        .map(|name| {
            json!({ "name": name.trim_start_matches('*'), "in": "path", "required": true,
            "schema": path_schema(route.family(), name) })
        })
        .collect();
    parameters.extend(route.parameters.iter().map(|parameter| {
        json!({ "name": parameter.name, "in": "query", "description": parameter.doc,
            "schema": { "type": parameter.kind } })
    }));
    parameters.extend(headers(route).into_iter().map(|(name, kind, doc)| {
        json!({ "name": name, "in": "header", "description": doc, "schema": { "type": kind } })
    }));
    parameters
}

fn path_schema(family: Family, name: &str) -> Value {
    if family == Family::B && name == "id" {
        json!({ "type": "string", "format": "uuid" })
    } else {
        json!({ "type": "string" })
    }
}

/// The request headers that mean something to a route (contract R7 to R9).
fn headers(route: &RouteInfo) -> Vec<(&'static str, &'static str, &'static str)> {
    if !route.path.starts_with("/api/") {
        return Vec::new();
    }
    match route.method {
        Method::GET => vec![
            ("Tidemark-After", "integer", "wait until the write at this position shows"),
            ("If-None-Match", "string", "answer 304 while this is the version"),
        ],
        Method::POST => vec![("Idempotency-Key", "string", "the same key replays the stored answer")],
        _ => vec![("If-Match", "string", "refuse unless this is the newest version")],
    }
}

fn responses(route: &RouteInfo, generator: &mut SchemaGenerator) -> Value {
    let mut responses = json!({ "200": success(route, generator) });
    for code in may_fail_with(route) {
        responses[code.status().as_str()] = failures::reference(route.family(), code);
    }
    responses
}

fn success(route: &RouteInfo, generator: &mut SchemaGenerator) -> Value {
    let schema = match route.answer {
        Shape::Enveloped(shape) => enveloped(route.family(), Value::from(shape(generator))),
        Shape::Nothing => enveloped(route.family(), json!({ "type": "null" })),
        Shape::Bare(shape) => Value::from(shape(generator)),
        Shape::Other(content_type) => {
            return json!({ "description": "done", "content": { content_type: {} } });
        }
    };
    json!({ "description": "done", "content": { "application/json": { "schema": schema } } })
}

fn enveloped(family: Family, data: Value) -> Value {
    match family {
        Family::B => json!({
            "type": "object",
            "required": ["code", "message", "data"],
            "properties": { "code": { "const": 200 }, "message": { "type": "string" }, "data": data },
        }),
        Family::M => json!({
            "type": "object",
            "required": ["success", "data", "message"],
            "properties": { "success": { "const": true }, "data": data, "message": { "type": "string" } },
        }),
    }
}

fn may_fail_with(route: &RouteInfo) -> Vec<Code> {
    let mut codes = vec![Code::ValidationError, Code::ServerError, Code::Unavailable];
    if !matches!(route.access, Access::Public | Access::Secret) {
        codes.extend([Code::AuthRequired, Code::PermissionDenied]);
    }
    if route.path.contains('{') {
        codes.push(Code::NotFound);
    }
    if route.is_rate_limited {
        codes.push(Code::RateLimited);
    }
    if !route.method.is_safe() {
        codes.extend([Code::Conflict, Code::PayloadTooLarge, Code::UnsupportedMediaType]);
    }
    if matches!(route.method, Method::PUT | Method::PATCH | Method::DELETE) {
        codes.push(Code::PreconditionFailed);
    }
    codes
}
