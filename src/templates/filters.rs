use minijinja::value::{Rest, Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, filters, tests};

use rust_decimal::Decimal;

use super::values::{Texts, text};
use crate::limits;

/// The filters that [`add_to`] adds.
pub(super) const FILTERS: [&str; 15] = [
    "upper", "lower", "trim", "length", "count", "first", "last", "round", "abs", "int", "default", "d",
    "join", "amount", "times",
];

/// The tests that it adds.
pub(super) const TESTS: [&str; 5] = ["defined", "undefined", "none", "number", "string"];

/// The filters and tests that templates have.
pub(super) fn add_to(environment: &mut Environment<'_>, texts: &Texts) {
    environment.add_filter("upper", filters::upper);
    environment.add_filter("lower", filters::lower);
    environment.add_filter("trim", filters::trim);
    environment.add_filter("length", filters::length);
    environment.add_filter("count", filters::length);
    environment.add_filter("first", filters::first);
    environment.add_filter("last", filters::last);
    environment.add_filter("round", filters::round);
    environment.add_filter("abs", filters::abs);
    environment.add_filter("int", filters::int);
    environment.add_filter("default", default);
    environment.add_filter("d", default);
    // These three print what they are given.
    let known = texts.clone();
    environment.add_filter("join", move |list: &Value, between: Option<String>| {
        join(&known, list, between.as_deref().unwrap_or_default())
    });
    let known = texts.clone();
    environment.add_filter("amount", move |value: &Value| grouped(&text(&known, value)));
    let known = texts.clone();
    environment.add_filter("times", move |one: &Value, other: &Value| times(&known, one, other));
    environment.add_test("defined", tests::is_defined);
    environment.add_test("undefined", tests::is_undefined);
    environment.add_test("none", tests::is_none);
    environment.add_test("number", tests::is_number);
    environment.add_test("string", tests::is_string);
}

/// The other value where there is none.
fn default(value: &Value, other: Rest<Value>) -> Value {
    if value.is_undefined() || value.is_none() {
        return other.first().cloned().unwrap_or_else(|| Value::from(""));
    }
    value.clone()
}

/// Items of a list with a text between them.
fn join(texts: &Texts, list: &Value, between: &str) -> Result<String, Error> {
    if list.kind() != ValueKind::Seq && list.kind() != ValueKind::Iterable {
        return Err(Error::new(ErrorKind::InvalidOperation, "join takes a list"));
    }
    let mut joined = String::new();
    for (index, item) in list.try_iter()?.enumerate() {
        if index > 0 {
            joined.push_str(between);
        }
        joined.push_str(&text(texts, &item));
        if joined.len() > limits::TEMPLATE_OUTPUT_BYTES {
            return Err(Error::new(ErrorKind::WriteFailure, "the joined text is too long"));
        }
    }
    Ok(joined)
}

/// A number times another. There is no `*`, which would also make long lists and texts.
fn times(texts: &Texts, one: &Value, other: &Value) -> Result<Value, Error> {
    let number = |value: &Value| text(texts, value).parse::<Decimal>().ok();
    let product = number(one).zip(number(other)).and_then(|(one, other)| one.checked_mul(other));
    let product =
        product.ok_or_else(|| Error::new(ErrorKind::InvalidOperation, "times takes two numbers"))?;
    Ok(Value::from(product.normalize().to_string()))
}

/// A number's text with thousands separators: 3280 becomes 3,280; any other text as it is.
pub fn grouped(text: &str) -> String {
    let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
    let (whole, places) =
        digits.split_once('.').map_or((digits, None), |(whole, places)| (whole, Some(places)));
    if whole.is_empty() || !whole.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.to_owned();
    }
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    match places.filter(|places| places.bytes().any(|digit| digit != b'0')) {
        Some(places) => format!("{sign}{grouped}.{places}"),
        None => format!("{sign}{grouped}"),
    }
}
