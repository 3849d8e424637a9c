use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::Form;
use crate::templates::Variables;

/// One value that was read.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Text(String),
    Integer(i64),
    Decimal(Decimal),
    Bool(bool),
    Instant(DateTime<Utc>),
    Id(Uuid),
    Choice(&'static str),
    List(Vec<Value>),
    Object(Values),
    Json(Variables),
    Any(serde_json::Value),
}

/// What a body said, field by field: absent, null, or a value of the field's kind.
///
/// The plain getters answer `None` for absent and null; the `nullable_` ones tell them apart. Kinds were checked
/// by the form, so asking for another kind than the form declares finds nothing (and fails in debug builds).
#[derive(Clone, Debug, PartialEq)]
pub struct Values {
    fields: Vec<(&'static str, Value)>,
    known: Vec<&'static str>,
}

/// Defines a getter and its `nullable_` twin.
macro_rules! getters {
    ($($(#[$meta:meta])* $name:ident, $nullable:ident: $variant:ident -> $kind:ty;)+) => {
        $(
            $(#[$meta])*
            pub fn $name(&self, name: &str) -> Option<$kind> {
                match self.get(name) {
                    Some(Value::$variant(value)) => Some(value.clone()),
                    other => none_or_null(name, other),
                }
            }

            $(#[$meta])*
            ///
            /// `Some(None)` is null.
            pub fn $nullable(&self, name: &str) -> Option<Option<$kind>> {
                match self.get(name) {
                    None => None,
                    Some(Value::Null) => Some(None),
                    Some(_) => Some(self.$name(name)),
                }
            }
        )+
    };
}

impl Values {
    pub(super) fn new(form: &Form) -> Self {
        let known = form.fields().iter().map(|field| field.name).collect();
        Self { fields: Vec::with_capacity(form.fields().len()), known }
    }

    pub(super) fn push(&mut self, name: &'static str, value: Value) {
        self.fields.push((name, value));
    }

    fn get(&self, name: &str) -> Option<&Value> {
        debug_assert!(self.known.contains(&name), "the form has no field {name}");
        self.fields.iter().find(|(field, _)| *field == name).map(|(_, value)| value)
    }

    /// Whether the field was sent, null included.
    pub fn has(&self, name: &str) -> bool {
        self.get(name).is_some()
    }

    /// Whether no known field was sent.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    getters! {
        /// A text.
        text, nullable_text: Text -> String;
        /// A whole number.
        integer, nullable_integer: Integer -> i64;
        /// An exact number.
        decimal, nullable_decimal: Decimal -> Decimal;
        /// True or false.
        boolean, nullable_boolean: Bool -> bool;
        /// A time.
        instant, nullable_instant: Instant -> DateTime<Utc>;
        /// A UUID.
        id, nullable_id: Id -> Uuid;
        /// One of the allowed words.
        choice, nullable_choice: Choice -> &'static str;
        /// The fields of an object.
        object, nullable_object: Object -> Values;
        /// Any JSON object, its numbers as they were written.
        json, nullable_json: Json -> Variables;
        /// A text, or any JSON object.
        any, nullable_any: Any -> serde_json::Value;
    }

    /// A list of UUIDs.
    pub fn ids(&self, name: &str) -> Option<Vec<Uuid>> {
        self.list(name, |item| if let Value::Id(id) = item { Some(*id) } else { None })
    }

    /// A list of texts.
    pub fn texts(&self, name: &str) -> Option<Vec<String>> {
        self.list(name, |item| if let Value::Text(text) = item { Some(text.clone()) } else { None })
    }

    /// A list of allowed words.
    pub fn choices(&self, name: &str) -> Option<Vec<&'static str>> {
        self.list(name, |item| if let Value::Choice(word) = item { Some(*word) } else { None })
    }

    /// A list of whole numbers.
    pub fn integers(&self, name: &str) -> Option<Vec<i64>> {
        self.list(name, |item| if let Value::Integer(number) = item { Some(*number) } else { None })
    }

    /// A list of objects.
    pub fn objects(&self, name: &str) -> Option<Vec<Values>> {
        self.list(name, |item| if let Value::Object(values) = item { Some(values.clone()) } else { None })
    }

    fn list<T>(&self, name: &str, item: impl Fn(&Value) -> Option<T>) -> Option<Vec<T>> {
        match self.get(name) {
            Some(Value::List(items)) => Some(items.iter().filter_map(item).collect()),
            other => none_or_null(name, other),
        }
    }
}

fn none_or_null<T>(name: &str, value: Option<&Value>) -> Option<T> {
    debug_assert!(matches!(value, None | Some(Value::Null)), "{name} was asked for as another kind");
    None
}
