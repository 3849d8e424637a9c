use aggregates::crawl_runs::{CrawlReport, CrawlRun};
use aggregates::notifications::{Channel, Message, Notification, NotificationCommand};
use async_trait::async_trait;
use chrono::{TimeDelta, Utc};
use projections::notifications::was_sent_for_since;
use projections::templates::find_template;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::jobs::{Attempt, JobHandler, Stop};
use crate::limits;
use crate::templates::{Rendered, Source, render};

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

    /// Where this house can tell people at all.
    fn channels(&self) -> Vec<Channel> {
        let config = &self.app.config;
        let by_telegram = config.telegram.token.is_some() && !config.telegram.chat_ids.is_empty();
        let by_mail = config.mail.smtp_url.is_some() && !config.mail.digest_to.is_empty();
        let telegram = by_telegram.then_some(Channel::Telegram);
        telegram.into_iter().chain(by_mail.then_some(Channel::Email)).collect()
    }

    /// The notice, or why there is none.
    async fn notice(
        &self,
        report: &CrawlReport,
        own: &[Uuid],
    ) -> Result<Result<Rendered, &'static str>, Stop> {
        let template = find_template(&self.app.pool, TEMPLATE).await?;
        let Some(template) = template.filter(|template| template.enabled) else {
            return Ok(Err("the template crawl_failed is switched off"));
        };
        let since = Utc::now() - TimeDelta::seconds(limits::CRAWL_NOTICE_PAUSE_S);
        if was_sent_for_since(&self.app.pool, TEMPLATE, since, own).await? {
            return Ok(Err("people were told of another failed run a short while ago"));
        }
        let source = Source { subject: &template.subject, body: &template.body };
        let variables = self.variables(report);
        render(&source, &variables, true).map(Ok).map_err(|error| Stop::Failed(error.to_string()))
    }

    fn variables(&self, report: &CrawlReport) -> Map<String, Value> {
        let reason = report.last_error.clone().unwrap_or_else(|| "—".to_owned());
        let variables = json!({ "started_at": self.app.zone().minute(report.asked_at), "total": report.checked,
            "checked": report.checked - report.failed, "failed": report.failed, "reason": reason });
        variables.as_object().cloned().unwrap_or_default()
    }
}

#[async_trait]
impl JobHandler for CrawlNotice {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { run } = attempt.payload()?;
        let channels = self.channels();
        if channels.is_empty() {
            return Ok(json!({ "suppressed": "there is neither a chat nor a mailbox to tell" }));
        }
        let ids: Vec<(Channel, Uuid)> =
            channels.into_iter().map(|channel| (channel, notice_id(run, channel))).collect();
        let report =
            self.app.store.load::<CrawlRun>(&run.to_string()).await.map_err(Stop::retry)?.state.details;
        // What an earlier attempt of this job asked for does not stand in its way.
        let own: Vec<Uuid> = ids.iter().map(|(_, id)| *id).collect();
        let text = match self.notice(&report, &own).await? {
            Ok(text) => text,
            Err(why) => return Ok(json!({ "suppressed": why })),
        };
        for (channel, id) in &ids {
            let message = Message {
                channel: *channel,
                to: Vec::new(),
                subject: (*channel == Channel::Email).then(|| text.subject.clone()),
                text: text.body.clone(),
                because: TEMPLATE.to_owned(),
            };
            let command = NotificationCommand::Request { id: *id, message };
            let (id, context) = (id.to_string(), attempt.context());
            self.app.store.execute::<Notification>(&id, command, &context).await.map_err(Stop::retry)?;
        }
        Ok(json!({ "notifications": own }))
    }
}

/// The same id for the same run and channel, however often it is asked for.
fn notice_id(run: Uuid, channel: Channel) -> Uuid {
    let hash = Sha256::digest(format!("{TEMPLATE}/{run}/{}", channel.code()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}
