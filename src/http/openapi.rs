//! The OpenAPI 3.1 document, built from the table of routes: what is not in the table does not exist.

mod failures;
mod operation;

pub(super) use operation::tag;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::RouteInfo;

/// The document of these routes.
pub fn document<'a>(routes: impl IntoIterator<Item = &'a RouteInfo>) -> Value {
    let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
        settings.definitions_path = "/components/schemas".into();
        settings.meta_schema = None;
    });
    let mut generator = settings.into_generator();
    let mut paths: Map<String, Value> = Map::new();
    for route in routes {
        let operation = operation::describe(route, &mut generator);
        let methods = paths.entry(address(route.path)).or_insert_with(|| json!({}));
        methods[route.method.as_str().to_lowercase()] = operation;
    }
    let mut schemas = generator.take_definitions(true);
    schemas.extend(failures::schemas());
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Tidemark",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The back office of a retail brand on one event log. Family B answers in \
                {code, message, data}, all other routes in {success, data, message}.",
        },
        "servers": [{ "url": "/" }],
        "security": [{ "token": [] }, { "bearer": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "responses": failures::responses(),
            "securitySchemes": {
                "token": { "type": "apiKey", "in": "header", "name": "Authorization",
                    "description": "`Token <token>`" },
                "bearer": { "type": "http", "scheme": "bearer" },
                "session": { "type": "apiKey", "in": "cookie", "name": super::cookie::SESSION },
            },
        },
    })
}

/// A router's catch-all is a plain parameter to OpenAPI.
fn address(path: &str) -> String {
    path.replace("{*", "{")
}
