use serde_json::{Map, Value, json};

use crate::http::{Code, Family};

/// The failure envelopes of both families.
pub(super) fn schemas() -> [(String, Value); 2] {
    let words: Vec<&str> = Code::ALL.into_iter().map(Code::word).collect();
    let b = json!({
        "type": "object",
        "required": ["code", "message", "data"],
        "properties": {
            "code": { "type": "integer", "description": "the HTTP status" },
            "message": { "type": "string", "description": "what is wrong" },
            "data": { "type": "null" },
        },
    });
    let m = json!({
        "type": "object",
        "required": ["success", "error", "code"],
        "properties": {
            "success": { "const": false },
            "error": { "type": "string", "description": "what is wrong" },
            "code": { "type": "string", "enum": words },
            "details": { "description": "mostly a list of {field, code, message}" },
        },
    });
    [("FailureB".to_owned(), b), ("FailureM".to_owned(), m)]
}

/// Each failure that a route may answer with, by the name that [`reference`] gives it.
pub(super) fn responses() -> Map<String, Value> {
    let mut responses = Map::new();
    for family in [Family::B, Family::M] {
        for code in Code::ALL {
            responses.entry(name(family, code)).or_insert_with(|| response(family, code));
        }
    }
    responses
}

/// Points to a failure.
pub(super) fn reference(family: Family, code: Code) -> Value {
    json!({ "$ref": format!("#/components/responses/{}", name(family, code)) })
}

fn name(family: Family, code: Code) -> String {
    format!("{family:?}{}", code.status().as_u16())
}

fn response(family: Family, code: Code) -> Value {
    let schema = json!({ "$ref": format!("#/components/schemas/Failure{family:?}") });
    let mut response = json!({
        "description": code.sentence(),
        "content": { "application/json": { "schema": schema } },
    });
    if matches!(code, Code::RateLimited | Code::Unavailable) {
        response["headers"] = json!({
            "Retry-After": { "description": "seconds to wait", "schema": { "type": "integer" } },
        });
    }
    response
}
