use async_trait::async_trait;
use serde_json::Value;
use sqlx::PgPool;

use super::mailing::{NO_SERVER, send_mail};
use super::notification::{self, Promise};
use crate::adapters::smtp::{Mail, Mailbox, Mailer};
use crate::event_store::Store;
use crate::jobs::{Attempt, Ended, Job, JobHandler, Stop};

/// Sends a notification by mail.
pub(super) struct NotifyByMail {
    pub(super) mailer: Option<Mailer>,
    pub(super) store: Store,
    pub(super) pool: PgPool,
    /// Who gets what names nobody.
    pub(super) usual: Vec<String>,
}

#[async_trait]
impl JobHandler for NotifyByMail {
    fn kind(&self) -> &'static str {
        notification::BY_MAIL
    }

    fn obstacle(&self) -> Option<String> {
        self.mailer.is_none().then(|| NO_SERVER.to_owned())
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        let Promise { notification_id } = attempt.payload()?;
        let asked = notification::asked(&self.pool, notification_id).await?;
        let named = asked.to();
        let to = if named.is_empty() { self.usual.clone() } else { named };
        let to: Result<Vec<_>, _> = to.iter().map(|address| Mailbox::parse(address)).collect();
        let to = to.map_err(Stop::Failed)?;
        if to.is_empty() {
            return Err(Stop::Failed("nobody is named, and TIDEMARK_DIGEST_TO is not set".to_owned()));
        }
        let message_id = self.mailer.as_ref().map(|mailer| mailer.message_id(notification_id));
        let mail = Mail {
            message_id: message_id.unwrap_or_default(),
            to,
            subject: asked.subject.unwrap_or_else(|| "Tidemark".to_owned()),
            text: asked.message,
            ..Mail::default()
        };
        send_mail(self.mailer.as_ref(), &mail, attempt).await
    }

    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        notification::tell(&self.store, job, ended).await
    }
}
