//! What goes into the places of a template: values by name, their numbers as they were written (contract R6).
//!
//! The engine knows whole numbers and binary fractions. A number that such a fraction would print otherwise keeps
//! its text beside it, by the fraction's bits, and is printed by that text.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use minijinja::value::ValueKind;
use rust_decimal::Decimal;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Values by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Variables {
    /// The values.
    pub values: Map<String, Value>,
    written: Written,
}

/// The texts of numbers, by the bits of what stands for them.
pub(super) type Texts = Arc<HashMap<u64, String>>;

#[derive(Clone, Debug, Default, PartialEq)]
struct Written(Texts);

/// Why a JSON text cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unreadable {
    /// It is no object.
    NotAnObject,
    /// A number is larger than any that can be reckoned with, at this place.
    TooLarge(String),
}

impl From<Map<String, Value>> for Variables {
    fn from(values: Map<String, Value>) -> Self {
        Self { values, written: Written::default() }
    }
}

impl Variables {
    /// Reads a JSON object.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub fn read(json: &str) -> Result<Self, Unreadable> {
        let mut texts = HashMap::new();
        match read("", json, &mut texts)? {
            Value::Object(values) => Ok(Self { values, written: Written(Arc::new(texts)) }),
            _ => Err(Unreadable::NotAnObject),
        }
    }

    /// Takes others in; they count more than those of the same name.
    pub fn extend(&mut self, others: Self) {
        self.values.extend(others.values);
        let mut texts = (*self.written.0).clone();
        texts.extend(others.written.0.iter().map(|(bits, text)| (*bits, text.clone())));
        self.written = Written(Arc::new(texts));
    }

    pub(super) fn texts(&self) -> Texts {
        Arc::clone(&self.written.0)
    }
}

fn read(place: &str, json: &str, texts: &mut HashMap<u64, String>) -> Result<Value, Unreadable> {
    let json = json.trim();
    let unreadable = |_| Unreadable::NotAnObject;
    match json.bytes().next() {
        Some(b'{') => {
            let members: Members<'_> = serde_json::from_str(json).map_err(unreadable)?;
            let mut fields = Map::new();
            for (name, raw) in members.0 {
                let below = if place.is_empty() { name.clone() } else { format!("{place}.{name}") };
                fields.insert(name, read(&below, raw.get(), texts)?);
            }
            Ok(Value::Object(fields))
        }
        Some(b'[') => {
            let items: Vec<&RawValue> = serde_json::from_str(json).map_err(unreadable)?;
            let items = items.iter().enumerate();
            items.map(|(index, raw)| read(&format!("{place}[{index}]"), raw.get(), texts)).collect()
        }
        Some(b'-' | b'0'..=b'9') => number(place, json, texts),
        _ => serde_json::from_str(json).map_err(unreadable),
    }
}

/// The members of an object, none of them read.
struct Members<'a>(Vec<(String, &'a RawValue)>);

impl<'de: 'a, 'a> serde::Deserialize<'de> for Members<'a> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;
        impl<'de> serde::de::Visitor<'de> for Visitor {
            type Value = Vec<(String, &'de RawValue)>;

            fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                formatter.write_str("an object")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(members)
            }
        }
        deserializer.deserialize_map(Visitor).map(Members)
    }
}

fn number(place: &str, text: &str, texts: &mut HashMap<u64, String>) -> Result<Value, Unreadable> {
    let whole = text.parse::<i64>().map(Value::from).or_else(|_| text.parse::<u64>().map(Value::from));
    if let Some(whole) = whole.ok().filter(|_| text != "-0") {
        return Ok(whole);
    }
    let too_large = || Unreadable::TooLarge(place.to_owned());
    let fraction: f64 = text.parse().map_err(|_| too_large())?;
    let value = serde_json::Number::from_f64(fraction).ok_or_else(too_large)?;
    if minijinja::Value::from(fraction).to_string() == text {
        return Ok(Value::Number(value));
    }
    match texts.get(&fraction.to_bits()) {
        // The same number with more zeros: both are printed with them.
        Some(other) if other == text || (is_same(other, text) && other.len() >= text.len()) => {}
        // Another number that the fraction cannot tell from this one.
        Some(other) if !is_same(other, text) => return Ok(Value::String(text.to_owned())),
        _ => drop(texts.insert(fraction.to_bits(), text.to_owned())),
    }
    Ok(Value::Number(value))
}

fn is_same(one: &str, other: &str) -> bool {
    let exact = |text: &str| Decimal::from_str_exact(text).ok();
    exact(one).zip(exact(other)).is_some_and(|(one, other)| one == other)
}

/// How a value is printed where the engine's own way is a programmer's: null is nothing, true is `true`, and a
/// number is as it was written.
pub(super) fn printed<'a>(texts: &'a Texts, value: &minijinja::Value) -> Option<Cow<'a, str>> {
    match value.kind() {
        ValueKind::None => Some(Cow::Borrowed("")),
        ValueKind::Bool => Some(Cow::Borrowed(if value.is_true() { "true" } else { "false" })),
        ValueKind::Number if !texts.is_empty() && !value.is_integer() => {
            let fraction = f64::try_from(value.clone()).ok()?;
            texts.get(&fraction.to_bits()).map(|text| Cow::Borrowed(text.as_str()))
        }
        _ => None,
    }
}

/// The same with the engine's own way for all others.
pub(super) fn text(texts: &Texts, value: &minijinja::Value) -> String {
    printed(texts, value).map_or_else(|| value.to_string(), Cow::into_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_reckoned_with_is_named_by_its_place() {
        assert_eq!(Variables::read("[1]"), Err(Unreadable::NotAnObject));
        assert_eq!(Variables::read(r#"{"a":1e400}"#), Err(Unreadable::TooLarge("a".into())));
        let inner = Variables::read(r#"{"rows":[{"n":1},{"n":-1e999}]}"#);
        assert_eq!(inner, Err(Unreadable::TooLarge("rows[1].n".into())));
    }

    #[test]
    fn a_later_member_counts_and_other_values_are_as_they_are() {
        let read = Variables::read(r#" {"a":1,"a":[true,null,"x",{"b":2}]} "#).unwrap();
        assert_eq!(Value::Object(read.values), serde_json::json!({ "a": [true, null, "x", { "b": 2 }] }));
    }
}
