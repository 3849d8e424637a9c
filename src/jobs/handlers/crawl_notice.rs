use aggregates::crawl_runs::{CrawlReport, CrawlRun};
use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use projections::notifications::was_sent_for_since;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::house_notice::{NOWHERE, ask, messages};
use crate::app::App;
use crate::jobs::{Attempt, JobHandler, Stop};
use crate::limits;
use crate::templates::Variables;

/// The template that the notice is made from, and what it is sent for.
const TEMPLATE: &str = "crawl_failed";

/// Tells people that a crawl run failed.
pub struct CrawlNotice {
    app: App,
}

/// What it needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    /// The run.
    pub run: Uuid,
}

impl CrawlNotice {
    /// The kind of its jobs.
    pub const KIND: &'static str = "crawl_notice";

    /// The handler of a node.
    pub fn new(app: App) -> Self {
        Self { app }
    }

    fn variables(&self, report: &CrawlReport) -> Variables {
        let reason = report.last_error.clone().unwrap_or_else(|| "—".to_owned());
        let variables = json!({ "started_at": self.app.zone().minute(report.asked_at), "total": report.checked,
            "checked": report.checked - report.failed, "failed": report.failed, "reason": reason });
        variables.as_object().cloned().unwrap_or_default().into()
    }
}

#[async_trait]
impl JobHandler for CrawlNotice {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { run } = attempt.payload()?;
        let messages = messages(&self.app, TEMPLATE, &run.to_string());
        if messages.is_empty() {
            return Ok(json!({ "suppressed": NOWHERE }));
        }
        // What an earlier attempt of this job asked for does not stand in its way.
        let own: Vec<Uuid> = messages.iter().map(|(_, id)| *id).collect();
        let since = Utc::now() - TimeDelta::seconds(limits::CRAWL_NOTICE_PAUSE_S);
        if was_sent_for_since(&self.app.pool, TEMPLATE, since, &own).await? {
            return Ok(json!({ "suppressed": "people were told of another failed run a short while ago" }));
        }
        let loaded = self.app.store.load::<CrawlRun>(&run.to_string()).await.map_err(Stop::retry)?;
        ask(&self.app, attempt, TEMPLATE, &messages, self.variables(&loaded.state.details)).await
    }
}
