use aggregates::Refusal;
use aggregates::stockouts::{MailOutcome, StockoutBatch, StockoutCommand};
use aggregates::vendor_mails::{Letter, MailStage, VendorMail, VendorMailCommand};
use async_trait::async_trait;
use chrono::Utc;
use projections::stockouts::stockouts_of_mail;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::mailing::{NO_SERVER, send_mail};
use crate::adapters::smtp::{Attachment, Mail, Mailbox, Mailer};
use crate::app::App;
use crate::event_store::{Act, ExecuteError};
use crate::jobs::{Attempt, Ended, Ending, Job, JobHandler, Stop};
use crate::sheets::write::Format;
use crate::stockouts::letter::{Composed, compose};

/// Tells a vendor of its stockouts by mail.
pub struct StockoutMails {
    app: App,
    mailer: Option<Mailer>,
}

/// What it needs to know.
#[derive(Debug, Serialize, Deserialize)]
pub struct Payload {
    /// The mail.
    pub mail: Uuid,
}

impl StockoutMails {
    /// The kind of its jobs.
    pub const KIND: &'static str = "stockout_mail";

    /// The handler of a node.
    pub fn new(app: App, mailer: Option<Mailer>) -> Self {
        Self { app, mailer }
    }

    async fn composed(&self, letter: &Letter) -> Result<Composed, Stop> {
        let pool = &self.app.pool;
        let ids: Vec<i64> = letter.batches.iter().flat_map(|part| part.ids.iter().copied()).collect();
        let rows = stockouts_of_mail(pool, &ids).await?;
        if rows.len() < ids.len() {
            return Err(Stop::retry("the read tables do not show the rows yet"));
        }
        let template = crate::stockouts::letter::template(pool).await?;
        let day = self.app.zone().day(Utc::now());
        let letter = letter.clone();
        // Filling in is bounded, but it is work, as is writing the workbook.
        let composing = tokio::task::spawn_blocking(move || compose(&letter, &rows, &template, day));
        composing.await.map_err(Stop::retry)?.map_err(Stop::Failed)
    }
}

#[async_trait]
impl JobHandler for StockoutMails {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn obstacle(&self) -> Option<String> {
        self.mailer.is_none().then(|| NO_SERVER.to_owned())
    }

    fn again(&self) -> Result<(), &'static str> {
        Err("a mail that failed stays so: send its stockouts again, which makes another mail")
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Payload { mail } = attempt.payload()?;
        let state = self.app.store.load::<VendorMail>(&mail.to_string()).await.map_err(Stop::retry)?.state;
        if state.stage != MailStage::Queued {
            return Ok(json!({ "receipt": "it ended before" }));
        }
        let letter = state.details;
        let Composed { subject, text, html, workbook, workbook_name } = self.composed(&letter).await?;
        let boxes = |addresses: &[String]| addresses.iter().map(Mailbox::new).collect();
        let (to, cc, bcc) = (boxes(&letter.to), boxes(&letter.cc), boxes(&letter.bcc));
        let content_type = Format::Excel.content_type().to_owned();
        let attachments = vec![Attachment { name: workbook_name, content_type, bytes: workbook }];
        let message_id = letter.message_id;
        let mail = Mail { message_id, to, cc, bcc, subject, text, html: Some(html), attachments };
        send_mail(self.mailer.as_ref(), &mail, attempt).await
    }

    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        let Ok(Payload { mail }) = serde_json::from_value(job.payload.clone()) else { return Ok(()) };
        let state = self.app.store.load::<VendorMail>(&mail.to_string()).await.map_err(Stop::retry)?.state;
        if state.stage != MailStage::Queued || state.id.is_nil() {
            return Ok(());
        }
        let receipt = ended.result.as_ref().and_then(|result| result["receipt"].as_str()).unwrap_or_default();
        let answer = ended.reason.clone().unwrap_or_else(|| receipt.to_owned());
        let outcome = match ended.ending {
            Ending::Done => MailOutcome::Sent,
            Ending::Failed => MailOutcome::Failed(answer.clone()),
            Ending::Unknown => MailOutcome::Unknown,
        };
        let mut act = Act::new();
        let settled = VendorMailCommand::Settle { outcome: outcome.clone(), answer };
        act.execute::<VendorMail>(mail.to_string(), settled);
        for part in &state.details.batches {
            let command = StockoutCommand::Settle { mail, outcome: outcome.clone() };
            act.execute::<StockoutBatch>(part.batch.to_string(), command);
        }
        match self.app.store.execute_all(act, &job.context()).await {
            Ok(_) | Err(ExecuteError::Refused(Refusal::NotFound(_))) => Ok(()),
            Err(error) => Err(Stop::retry(error)),
        }
    }
}
