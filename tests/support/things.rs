use std::ops::Index;

use serde_json::Value;

/// A brand, product or campaign as the answer to its creation showed it.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) id: String,
    /// Its address.
    pub(crate) path: String,
    pub(crate) view: Value,
}

impl Thing {
    pub(crate) fn new(list: &str, view: Value) -> Self {
        let id = view["id"].as_str().expect("an id").to_owned();
        Self { path: format!("{list}{id}/"), id, view }
    }

    /// An address below its own.
    pub(crate) fn at(&self, rest: &str) -> String {
        format!("{}{rest}", self.path)
    }
}

impl Index<&str> for Thing {
    type Output = Value;

    fn index(&self, field: &str) -> &Value {
        &self.view[field]
    }
}
