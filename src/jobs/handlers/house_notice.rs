//! Notices that the house sends by itself: from a template, to the chats and mailboxes of the settings.

use aggregates::notifications::{Channel, Message, Notification, NotificationCommand};
use projections::templates::find_template;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::app::App;
use crate::jobs::{Attempt, Stop};
use crate::templates::{Rendered, Variables, render_aside};

/// Why a notice becomes no message.
pub(super) const NOWHERE: &str = "there is neither a chat nor a mailbox to tell";

/// The messages of a notice: what each travels by, and the same id however often it is asked for.
pub(super) fn messages(app: &App, template: &str, key: &str) -> Vec<(Channel, Uuid)> {
    let config = &app.config;
    let by_telegram = config.telegram.token.is_some() && !config.telegram.chat_ids.is_empty();
    let by_mail = config.mail.smtp_url.is_some() && !config.mail.digest_to.is_empty();
    let telegram = by_telegram.then_some(Channel::Telegram);
    let channels = telegram.into_iter().chain(by_mail.then_some(Channel::Email));
    channels.map(|channel| (channel, message_id(template, key, channel))).collect()
}

fn message_id(template: &str, key: &str, channel: Channel) -> Uuid {
    let hash = Sha256::digest(format!("{template}/{key}/{}", channel.code()));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// The template filled in; none: it is switched off.
async fn text(app: &App, template: &str, variables: Variables) -> Result<Option<Rendered>, Stop> {
    let found = find_template(&app.pool, template).await?;
    let Some(found) = found.filter(|found| found.enabled) else { return Ok(None) };
    let rendered = render_aside(found.subject, found.body, variables, true).await;
    rendered.map(Some).map_err(|error| Stop::Failed(error.to_string()))
}

/// Asks for the messages of a notice, or says that its template is switched off.
pub(super) async fn ask(
    app: &App,
    attempt: &Attempt,
    template: &str,
    messages: &[(Channel, Uuid)],
    variables: Variables,
) -> Result<Value, Stop> {
    let Some(text) = text(app, template, variables).await? else {
        return Ok(json!({ "suppressed": format!("the template {template} is switched off") }));
    };
    for (channel, id) in messages {
        let message = Message::notice(*channel, &text.subject, &text.body, template);
        let command = NotificationCommand::Request { id: *id, message };
        let (id, context) = (id.to_string(), attempt.context());
        app.store.execute::<Notification>(&id, command, &context).await.map_err(Stop::retry)?;
    }
    let ids: Vec<_> = messages.iter().map(|(_, id)| id).collect();
    Ok(json!({ "notifications": ids }))
}
