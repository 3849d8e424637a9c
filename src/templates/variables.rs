//! Which variables a template names.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Source;
use super::engine::environment;

/// The variables that a template names, such as `vendor_name` or `product.price`, in order.
pub fn names(source: &Source<'_>) -> Vec<String> {
    let environment = environment(minijinja::UndefinedBehavior::Lenient);
    let mut names = BTreeSet::new();
    for text in [source.subject, source.body] {
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
