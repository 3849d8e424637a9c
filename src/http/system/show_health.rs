use schemars::JsonSchema;
use serde::Serialize;

use crate::http::{Answer, Bare};

/// That the program lives.
#[derive(Serialize, JsonSchema)]
pub(super) struct Health {
    status: &'static str,
}

pub(super) async fn handler() -> Answer {
    Bare::ok(Health { status: "ok" })
}
