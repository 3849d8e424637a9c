use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::nesting;
use crate::http::ApiError;
use crate::limits;

/// The members of a JSON object with their values as written. A later member of the same name wins.
pub(super) struct Object<'a>(Vec<(String, &'a RawValue)>);

impl<'a> Object<'a> {
    pub(super) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().rev().find(|(key, _)| key == name).map(|(_, raw)| raw.get())
    }

    /// Reads an object that is part of a body already checked.
    pub(super) fn within(json: &'a str) -> Option<Self> {
        members(json).ok()
    }
}

/// Checks a whole body and reads it as an object.
pub(super) fn parse(body: &[u8]) -> Result<Object<'_>, ApiError> {
    let text = std::str::from_utf8(body).map_err(|error| {
        ApiError::invalid(format!("the body is not valid UTF-8 (byte {})", error.valid_up_to() + 1))
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if text.trim().is_empty() {
        return Err(ApiError::invalid("the body is empty: a JSON object is expected"));
    }
    if nesting::deeper_than(limits::JSON_DEPTH, text.as_bytes()) {
        return Err(ApiError::invalid(format!("the body nests deeper than {} levels", limits::JSON_DEPTH)));
    }
    members(text).map_err(|error| match error.classify() {
        serde_json::error::Category::Data => ApiError::invalid("the body must be a JSON object"),
        _ => ApiError::invalid(format!("the body is not valid JSON: {error}")),
    })
}

fn members(json: &str) -> Result<Object<'_>, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(json);
    let object = deserializer.deserialize_map(Members)?;
    deserializer.end()?;
    Ok(object)
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Object<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Object<'de>, A::Error> {
        let mut members = Vec::with_capacity(16);
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Object(members))
    }
}
