use serde_json::{Map, Value, json};

use super::{Field, Form, Kind, Mode};

impl Form {
    /// The JSON Schema of the bodies it reads.
    pub fn schema(&self, mode: Mode) -> Value {
        let properties: Map<String, Value> =
            self.fields().iter().map(|field| (field.name.to_owned(), field_schema(field))).collect();
        let required: Vec<&str> = match mode {
            Mode::Create => {
                self.fields().iter().filter(|field| field.required).map(|field| field.name).collect()
            }
            Mode::Change => Vec::new(),
        };
        let mut schema = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            schema["required"] = json!(required);
        }
        schema
    }
}

fn field_schema(field: &Field) -> Value {
    let mut schema = kind_schema(&field.kind);
    if field.number_as_text {
        schema["type"] = json!(["string", "number"]);
    }
    if !field.doc.is_empty() {
        schema["description"] = json!(field.doc);
    }
    if field.nullable {
        schema = nullable(schema);
    }
    schema
}

fn nullable(mut schema: Value) -> Value {
    let with_null = match schema.get("type") {
        Some(Value::String(one)) => json!([one, "null"]),
        Some(Value::Array(several)) => Value::Array(several.iter().cloned().chain([json!("null")]).collect()),
        _ => return json!({ "anyOf": [schema, { "type": "null" }] }),
    };
    schema["type"] = with_null;
    if let Some(Value::Array(words)) = schema.get_mut("enum") {
        words.push(Value::Null);
    }
    schema
}

fn kind_schema(kind: &Kind) -> Value {
    match kind {
        Kind::Text { max } => json!({ "type": "string", "maxLength": max }),
        Kind::Secret { max } => {
            json!({ "type": "string", "maxLength": max, "format": "password", "writeOnly": true })
        }
        Kind::Integer { min, max } => json!({ "type": "integer", "minimum": min, "maximum": max }),
        Kind::Decimal { places, min, max } => json!({
            "type": ["number", "string"],
            "description": format!("exact, {min} to {max}, at most {places} decimal places"),
        }),
        Kind::Bool => json!({ "type": "boolean" }),
        Kind::Instant => json!({ "type": "string", "format": "date-time" }),
        Kind::Id => json!({ "type": "string", "format": "uuid" }),
        Kind::Choice { allowed, .. } => json!({ "type": "string", "enum": allowed }),
        Kind::List { of, max } => json!({ "type": "array", "items": kind_schema(of), "maxItems": max }),
        Kind::Object(form) => form.schema(Mode::Create),
        Kind::TextOrObject { form, .. } => {
            json!({ "anyOf": [{ "type": "string" }, form.schema(Mode::Create)] })
        }
        Kind::Json => json!({ "type": "object" }),
        Kind::TextOrJson => json!({ "type": ["string", "object"] }),
    }
}
