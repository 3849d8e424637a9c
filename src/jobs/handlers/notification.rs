//! What jobs that carry notifications have in common.

use aggregates::Decider;
use aggregates::notifications::{Notification, NotificationCommand};
use projections::notifications::{NotificationRow, find_notification};
use serde::{Deserialize, Serialize};
use sqlx::PgPool;
use uuid::Uuid;

use crate::event_store::{ExecuteError, Store};
use crate::jobs::{Ended, Ending, Job, Stop};

/// The kind of job that sends by Telegram.
pub const BY_TELEGRAM: &str = "notification.telegram";
/// The kind of job that sends by mail.
pub const BY_MAIL: &str = "notification.mail";

/// What such a job is about.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Promise {
    /// The notification that it carries.
    pub notification_id: Uuid,
}

/// The notification as it was asked for.
pub(super) async fn asked(pool: &PgPool, id: Uuid) -> Result<NotificationRow, Stop> {
    let found = find_notification(pool, id).await?;
    found.ok_or_else(|| Stop::Failed("there is no such notification".to_owned()))
}

/// Tells the log what became of it.
pub(super) async fn tell(store: &Store, job: &Job, ended: &Ended) -> Result<(), Stop> {
    let Ok(Promise { notification_id }) = serde_json::from_value(job.payload.clone()) else { return Ok(()) };
    let reason = || ended.reason.clone().unwrap_or_default();
    let word = |name: &str| {
        let word = ended.result.as_ref().and_then(|result| result[name].as_str());
        word.map(str::to_owned)
    };
    let command = match ended.ending {
        Ending::Done => match word("suppressed") {
            Some(reason) => NotificationCommand::Suppress { reason },
            None => NotificationCommand::Sent { receipt: word("receipt").unwrap_or_default() },
        },
        Ending::Failed => NotificationCommand::Failed { reason: reason() },
        Ending::Unknown => NotificationCommand::Unknown { reason: reason() },
    };
    execute::<Notification>(store, job, &notification_id.to_string(), command).await
}

/// Carries out a command in the name of a job. What the log refuses it will refuse again: that is said, and the
/// job goes on.
pub(super) async fn execute<A: Decider>(
    store: &Store,
    job: &Job,
    id: &str,
    command: A::Command,
) -> Result<(), Stop> {
    match store.execute::<A>(id, command, &job.context()).await {
        Ok(_) => Ok(()),
        Err(ExecuteError::Refused(refusal)) => {
            tracing::warn!(%refusal, job = %job.id, kind = job.kind, "what a job told the log was refused");
            Ok(())
        }
        Err(error) => Err(Stop::retry(error)),
    }
}
