use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::digest::{self, DigestError};
use crate::event_store::Outcome;
use crate::http::{Answer, ApiError, Field, Form, M, Mode, OptionalJsonBody, Query, WriteError, Writer};

/// Whether it is sent although nothing is new.
pub(super) static FORM: Form = Form::new(&[Field::boolean("force").doc("send it although nothing is new")]);

/// What was sent.
#[derive(Serialize, JsonSchema)]
pub(super) struct Sent {
    /// How many messages are on their way with it; 0: nothing was new, or all wait for a setting that is missing.
    sent: usize,
    /// How many listings it tells of.
    changes: i64,
    /// The messages.
    notifications: Vec<SentBy>,
    /// The position of the log that the next one begins after.
    upto: i64,
    /// Why nothing was sent, or what it waits for.
    reason: Option<String>,
}

/// One message of it.
#[derive(Serialize, JsonSchema)]
pub(super) struct SentBy {
    notification_id: Uuid,
    channel: &'static str,
    /// queued: how it ended is in the history.
    status: &'static str,
}

pub(super) async fn handler(
    writer: Writer,
    query: Query,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Change)?;
    let force = query.flag("force")? || values.boolean("force").unwrap_or(false);
    let app = writer.app();
    // What was written before this request belongs into it.
    let head = app.store.confirmed_head().await?;
    writer.visible(Outcome { aggregate_id: String::new(), position: head, appended: 0 }).await?;
    let digest = digest::send(app, writer.context(), force).await.map_err(explain)?;
    let obstacles = digest
        .notifications
        .iter()
        .filter_map(|(_, channel)| app.jobs.obstacle(&super::send_telegram::job_kind(channel.code())));
    // What waits for a bot or a mail server goes out when there is one, and is not sent before.
    let obstacles: Vec<_> = obstacles.collect();
    let waits = (!obstacles.is_empty()).then(|| obstacles.join("; "));
    let notifications: Vec<_> = digest
        .notifications
        .iter()
        .map(|(id, channel)| SentBy { notification_id: *id, channel: channel.code(), status: "queued" })
        .collect();
    let sent = Sent {
        sent: notifications.len() - obstacles.len(),
        changes: digest.changes,
        notifications,
        upto: digest.upto,
        reason: digest.reason.map(str::to_owned).or(waits),
    };
    if digest.position > 0 {
        writer
            .visible(Outcome { aggregate_id: String::new(), position: digest.position, appended: 1 })
            .await?;
    }
    Ok(M::ok(sent).position(digest.position.max(head)))
}

fn explain(error: DigestError) -> ApiError {
    match error {
        DigestError::Database(error) => error.into(),
        DigestError::Execute(error) => WriteError::from(error).into(),
        DigestError::Template(_) => ApiError::invalid(error.to_string()),
    }
}
