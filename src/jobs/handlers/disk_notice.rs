use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::house_notice::{NOWHERE, ask, messages};
use crate::app::App;
use crate::jobs::{Attempt, JobHandler, Stop};

/// The template that the notice is made from, and what it is sent for.
const TEMPLATE: &str = "disk_warning";

/// Tells people that a disk is getting full.
pub struct DiskNotice {
    app: App,
}

/// What it needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    /// Whose disk it is.
    pub host: String,
    /// How full it is, in percent, as people read it.
    pub usage_percent: String,
    /// The day on which it was so.
    pub day: String,
}

impl DiskNotice {
    /// The kind of its jobs.
    pub const KIND: &'static str = "disk_notice";

    /// The handler of a node.
    pub fn new(app: App) -> Self {
        Self { app }
    }
}

#[async_trait]
impl JobHandler for DiskNotice {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { host, usage_percent, day } = attempt.payload()?;
        let messages = messages(&self.app, TEMPLATE, &format!("{host}/{day}"));
        if messages.is_empty() {
            return Ok(json!({ "suppressed": NOWHERE }));
        }
        let variables = json!({ "host": host, "usage_percent": usage_percent });
        let variables = variables.as_object().cloned().unwrap_or_default().into();
        ask(&self.app, attempt, TEMPLATE, &messages, variables).await
    }
}
