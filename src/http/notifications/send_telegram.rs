use std::time::Duration;

use aggregates::notifications::{Channel, MESSAGE_CHARS_MAX, Message, Notification, NotificationCommand};
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use crate::app::App;
use crate::config::is_chat;
use crate::http::{Answer, ApiError, Field, Form, JsonBody, M, Mode, Writer, id_of};
use crate::limits;

/// The message and where it goes.
pub(super) static FORM: Form = Form::new(&[
    Field::text("message", MESSAGE_CHARS_MAX).required().doc("split at 4,096 UTF-16 units"),
    Field::text("chat_id", 64)
        .nullable()
        .or_number()
        .doc("a number or @name; the configured chats unless said"),
    Field::boolean("queued")
        .doc("answer at once; otherwise the answer waits a little for what becomes of it"),
]);

/// A message that was asked for.
#[derive(Serialize, JsonSchema)]
pub(super) struct Asked {
    notification_id: Uuid,
    /// queued, sent, failed or suppressed.
    status: String,
    /// Why it was not sent, or what it waits for.
    reason: Option<String>,
}

pub(super) async fn handler(writer: Writer, JsonBody(body): JsonBody) -> Result<Answer, ApiError> {
    let values = FORM.read(&body, Mode::Create)?;
    let app = writer.app();
    let chat = values.text("chat_id").map(|chat| chat.trim().to_owned()).filter(|chat| !chat.is_empty());
    if chat.as_deref().is_some_and(|chat| !is_chat(chat)) {
        let message = "chat_id must be a number or a name like @shop";
        return Err(ApiError::field("chat_id", "wrong_type", message));
    }
    if chat.is_none() && app.config.telegram.chat_ids.is_empty() && app.config.telegram.token.is_some() {
        let message = "chat_id must be given: TIDEMARK_TELEGRAM_CHAT_ID is not set";
        return Err(ApiError::field("chat_id", "required", message));
    }
    let message = Message {
        channel: Channel::Telegram,
        to: chat.into_iter().collect(),
        subject: None,
        text: values.text("message").unwrap_or_default(),
        because: "asked".to_owned(),
        withheld: None,
    };
    let id = Uuid::now_v7();
    let outcome = writer.create::<Notification>(id, NotificationCommand::Request { id, message }).await?;
    let id = id_of(&outcome)?;
    let obstacle = app.jobs.obstacle(&job_kind(Channel::Telegram.code()));
    let waits = !values.boolean("queued").unwrap_or(false) && obstacle.is_none();
    let (status, reason) = if waits { settled(app, id, outcome.position).await? } else { queued() };
    let asked = Asked { notification_id: id, status, reason: reason.or(obstacle) };
    Ok(M::ok(asked).position(outcome.position))
}

fn queued() -> (String, Option<String>) {
    ("queued".to_owned(), None)
}

/// What became of it, if it becomes anything soon.
async fn settled(app: &App, id: Uuid, position: i64) -> Result<(String, Option<String>), ApiError> {
    let bound = tokio::time::Instant::now() + Duration::from_millis(limits::NOTIFICATION_WAIT_MS);
    let mut applied = app.projector.watch();
    loop {
        let row = projections::notifications::find_notification(&app.pool, id).await?;
        if let Some(row) = row.filter(|row| row.own_position > position) {
            return Ok((row.status, row.reason));
        }
        if tokio::time::timeout_at(bound, applied.changed()).await.is_err() {
            return Ok(queued());
        }
    }
}

/// The kind of job that carries a channel's messages.
pub(super) fn job_kind(channel: &str) -> String {
    match channel {
        "email" => crate::jobs::handlers::BY_MAIL.to_owned(),
        _ => crate::jobs::handlers::BY_TELEGRAM.to_owned(),
    }
}
