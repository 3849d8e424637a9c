//! Which variables a template names.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use minijinja::value::{Enumerator, Object};
use serde_json::{Map, Value};

use super::engine::environment;
use super::values::Texts;
use super::{Source, words};

/// The variables that a template names, such as `vendor_name` or `product.price`, in order.
pub fn names(source: &Source<'_>) -> Vec<String> {
    let environment = environment(minijinja::UndefinedBehavior::Lenient, &Texts::default());
    let mut names = BTreeSet::new();
    for text in [source.subject, source.body] {
        // One that was kept before this was refused.
        if words::check_operators(text).is_err() {
            continue;
        }
        if let Ok(template) = environment.template_from_str(text) {
            names.extend(template.undeclared_variables(true));
        }
    }
    names.into_iter().collect()
}

/// Those of them that these values do not have.
pub fn missing(source: &Source<'_>, variables: &Map<String, Value>) -> Vec<String> {
    names(source).into_iter().filter(|name| !has(variables, name)).collect()
}

/// Whether they are the same, or one is a field of what the other names.
pub(super) fn is_about(one: &str, other: &str) -> bool {
    let root = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
    one == other || root(one) == root(other)
}

/// The values, and for each of these names something that answers to everything with nothing.
pub(super) fn standing_in<'a>(
    variables: &Map<String, Value>,
    names: impl Iterator<Item = &'a String>,
) -> minijinja::Value {
    let given = variables
        .iter()
        .map(|(name, value)| (name.clone(), minijinja::Value::from(minijinja::value::Serde(value))));
    let mut values: BTreeMap<String, minijinja::Value> = given.collect();
    for name in names {
        let root = name.split('.').next().unwrap_or_default();
        values.insert(root.to_owned(), minijinja::Value::from_object(Anything));
    }
    minijinja::Value::from(values)
}

/// Empty, and each of its fields is so too.
#[derive(Debug)]
struct Anything;

impl Object for Anything {
    fn get_value(self: &Arc<Self>, _: &minijinja::Value) -> Option<minijinja::Value> {
        Some(minijinja::Value::from_dyn_object(Arc::clone(self)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        Enumerator::Empty
    }
}

fn has(variables: &Map<String, Value>, name: &str) -> bool {
    let mut parts = name.split('.');
    let mut value = parts.next().and_then(|first| variables.get(first));
    for part in parts {
        value = match value {
            Some(Value::Object(fields)) => fields.get(part),
            // What a list or a text answers to is the engine's business.
            Some(_) => return true,
            None => return false,
        };
    }
    value.is_some()
}
