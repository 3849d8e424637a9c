use aggregates::Fault;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::number::{NotANumber, Number};
use super::object::Object;
use super::values::{Value, Values};
use super::{Field, Form, Kind, Mode};
use crate::http::instant;
use crate::templates::{Unreadable, Variables};

/// What is wrong with a value: a stable word and a sentence that begins with the field's name.
type Wrong = (&'static str, String);

/// Reads the fields of `form` from `object`; `within` goes before their names in faults.
pub(super) fn fields(
    form: &Form,
    object: &Object<'_>,
    mode: Mode,
    within: &str,
    faults: &mut Vec<Fault>,
) -> Values {
    let mut values = Values::new(form);
    for field in form.fields() {
        let path = format!("{within}{}", field.name);
        match object.get(field.name) {
            Some(raw) => {
                if let Some(value) = read(field, raw, &path, faults) {
                    values.push(field.name, value);
                }
            }
            None if field.required && mode == Mode::Create => faults.push(missing(&path)),
            None => {}
        }
    }
    values
}

fn missing(path: &str) -> Fault {
    Fault::new(path, "required", format!("{path} is required"))
}

fn read(field: &Field, raw: &str, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    if raw == "null" {
        return null(field, path, faults);
    }
    let value = value(&field.kind, field, raw, path, faults)?;
    match &value {
        Value::Text(text) if field.required && text.is_empty() => {
            faults.push(missing(path));
            None
        }
        _ => Some(value),
    }
}

fn null(field: &Field, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    if field.required {
        faults.push(missing(path));
        return None;
    }
    if field.nullable {
        return Some(Value::Null);
    }
    let message = format!("{path} may not be null: it must be {}", field.kind.expectation());
    faults.push(Fault::new(path, "null", message));
    None
}

fn value(kind: &Kind, field: &Field, raw: &str, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    let read = match kind {
        Kind::List { of, max } => return list(of, *max, field, raw, path, faults),
        Kind::Object(form) => return object(form, raw, path, faults),
        Kind::TextOrObject { text, form } if raw.starts_with('"') => {
            return object(form, &format!("{{\"{text}\":{raw}}}"), path, faults);
        }
        Kind::TextOrObject { form, .. } => return object(form, raw, path, faults),
        Kind::Text { max } if field.number_as_text && is_number(raw) => sized(raw.to_owned(), *max),
        Kind::Text { max } => text(raw).and_then(|text| sized(tidy(field, text), *max)),
        Kind::Secret { max } => text(raw).and_then(|text| sized(text, *max)),
        Kind::Integer { min, max } => integer(raw, *min, *max),
        Kind::Decimal { places, min, max } => decimal(raw, *places, *min, *max),
        Kind::Bool => match raw {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong_type(kind)),
        },
        Kind::Instant => parsed(kind, raw, instant::parse).map(Value::Instant),
        Kind::Id => parsed(kind, raw, |text| Uuid::parse_str(text).ok()).map(Value::Id),
        Kind::Choice { allowed, also } => choice(raw, allowed, also).ok_or_else(|| unknown_value(kind, raw)),
        Kind::Json => json(raw),
        Kind::TextOrJson => text_or_json(raw),
    };
    read.map_err(|(code, rest)| faults.push(Fault::new(path, code, format!("{path} {rest}")))).ok()
}

fn parsed<T>(kind: &Kind, raw: &str, parse: impl Fn(&str) -> Option<T>) -> Result<T, Wrong> {
    text(raw).ok().and_then(|text| parse(text.trim())).ok_or_else(|| wrong_type(kind))
}

fn wrong_type(kind: &Kind) -> Wrong {
    ("wrong_type", format!("must be {}", kind.expectation()))
}

fn unknown_value(kind: &Kind, raw: &str) -> Wrong {
    let code = if raw.starts_with('"') { "unknown_value" } else { "wrong_type" };
    (code, format!("must be {}", kind.expectation()))
}

fn is_number(raw: &str) -> bool {
    raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())
}

fn text(raw: &str) -> Result<String, Wrong> {
    if !raw.starts_with('"') {
        return Err(wrong_type(&Kind::Text { max: 0 }));
    }
    // Half of a surrogate pair passes as JSON, but is no text.
    let text: String =
        serde_json::from_str(raw).map_err(|_| ("invalid_text", "holds half a character".to_owned()))?;
    if text.contains('\0') {
        return Err(("invalid_text", "may not hold a NUL character".to_owned()));
    }
    Ok(text)
}

/// A name is the same with spaces around it; free text stays as it was typed.
fn tidy(field: &Field, text: String) -> String {
    if field.required { text.trim().to_owned() } else { text }
}

fn sized(text: String, max: usize) -> Result<Value, Wrong> {
    if text.len() > max && text.chars().count() > max {
        return Err(("too_long", format!("must have at most {max} characters")));
    }
    Ok(Value::Text(text))
}

/// The number in a JSON number or in a string that holds one.
fn number(raw: &str) -> Result<Number, NotANumber> {
    if is_number(raw) {
        return Number::parse(raw);
    }
    let text = text(raw).map_err(|_| NotANumber::Malformed)?;
    Number::parse(text.trim())
}

fn integer(raw: &str, min: i64, max: i64) -> Result<Value, Wrong> {
    let kind = Kind::Integer { min, max };
    let number = match number(raw) {
        Ok(number) if number.places() > 0 => return Err(wrong_type(&kind)),
        Ok(number) => Some(number),
        Err(NotANumber::Malformed | NotANumber::TooPrecise) => return Err(wrong_type(&kind)),
        Err(NotANumber::TooLarge) => None,
    };
    number
        .and_then(|number| number.integer(min, max))
        .map(Value::Integer)
        .ok_or_else(|| out_of_range(min, max))
}

fn decimal(raw: &str, places: u32, min: i64, max: i64) -> Result<Value, Wrong> {
    let too_precise = || ("too_precise", format!("must have at most {places} decimal places"));
    let number = match number(raw) {
        Ok(number) if number.places() > u64::from(places) => return Err(too_precise()),
        Ok(number) => Some(number),
        Err(NotANumber::Malformed) => return Err(wrong_type(&Kind::Decimal { places, min, max })),
        Err(NotANumber::TooPrecise) => return Err(too_precise()),
        Err(NotANumber::TooLarge) => None,
    };
    number
        .and_then(|number| number.decimal(places, min, max))
        .map(Value::Decimal)
        .ok_or_else(|| out_of_range(min, max))
}

fn out_of_range(min: i64, max: i64) -> Wrong {
    let sentence = match (min, max) {
        (0, i64::MAX) => "must not be negative, and smaller than 2^63".to_owned(),
        _ => format!("must be between {min} and {max}"),
    };
    ("out_of_range", sentence)
}

fn choice(raw: &str, allowed: &[&'static str], also: &[(&str, &'static str)]) -> Option<Value> {
    let text = text(raw).ok()?;
    let text = text.trim();
    let word = allowed.iter().copied().find(|word| *word == text);
    word.or_else(|| also.iter().find(|(spelling, _)| *spelling == text).map(|(_, word)| *word))
        .map(Value::Choice)
}

fn json(raw: &str) -> Result<Value, Wrong> {
    let variables = Variables::read(raw).map_err(|error| match error {
        Unreadable::NotAnObject => wrong_type(&Kind::Json),
        Unreadable::TooLarge(place) => {
            ("out_of_range", format!("holds a number too large to reckon with, at {place}: send it as text"))
        }
    })?;
    without_nul(raw)?;
    Ok(Value::Json(variables))
}

/// A NUL can only come as an escape; in doubt (an escaped backslash before "u0000") it is refused as well.
fn without_nul(raw: &str) -> Result<(), Wrong> {
    let has_nul = raw.contains("\\u0000");
    if has_nul { Err(("invalid_text", "may not hold a NUL character".to_owned())) } else { Ok(()) }
}

fn text_or_json(raw: &str) -> Result<Value, Wrong> {
    if raw.starts_with('"') {
        return text(raw).map(|text| Value::Any(text.into()));
    }
    let map: serde_json::Map<_, _> = serde_json::from_str(raw).map_err(|_| wrong_type(&Kind::TextOrJson))?;
    without_nul(raw)?;
    Ok(Value::Any(map.into()))
}

fn list(
    of: &Kind,
    max: usize,
    field: &Field,
    raw: &str,
    path: &str,
    faults: &mut Vec<Fault>,
) -> Option<Value> {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(raw) else {
        let message = format!("{path} must be {}", field.kind.expectation());
        faults.push(Fault::new(path, "wrong_type", message));
        return None;
    };
    if items.len() > max {
        faults.push(Fault::new(path, "too_long", format!("{path} must have at most {max} items")));
        return None;
    }
    let mut values = Vec::with_capacity(items.len());
    for (index, item) in items.iter().enumerate() {
        // One bad item is enough to know: a thousand of them would drown the answer.
        values.push(value(of, field, item.get(), &format!("{path}[{index}]"), faults)?);
    }
    Some(Value::List(values))
}

fn object(form: &Form, raw: &str, path: &str, faults: &mut Vec<Fault>) -> Option<Value> {
    let Some(object) = Object::within(raw) else {
        faults.push(Fault::new(path, "wrong_type", format!("{path} must be an object")));
        return None;
    };
    let known = faults.len();
    let values = fields(form, &object, Mode::Create, &format!("{path}."), faults);
    (faults.len() == known).then_some(Value::Object(values))
}
