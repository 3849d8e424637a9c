//! Telling people of fired alerts: each with a message of its own, unless a rule fires for many things at once.
//!
//! A rule may send some messages a minute. When more waits, it is gathered for a moment and told in one message that
//! names the weightiest; after such a message the rule rests for some minutes, and what fires meanwhile is told
//! together again. Which message a notice goes with is written down before the message is asked for, so a crash
//! neither loses a notice nor tells it twice.

use aggregates::Recorded;
use aggregates::alerts::{Alert, AlertCommand, Channel, alert_stream};
use aggregates::notifications::{self, Message, Notification, NotificationCommand};
use chrono::{DateTime, Utc};
use futures::{StreamExt, TryStreamExt};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::notice::together;
use super::outbox::{self, Held, Told};
use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use crate::limits;

/// What a notification of an alert is sent for.
const BECAUSE: &str = "alert";
/// Why a mail is not sent that nobody would get.
const NOBODY: &str = "there is nobody to write to: TIDEMARK_DIGEST_TO is not set";

/// What to do with what waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Plan {
    Alone,
    Together,
    Wait,
}

/// Tells what it is time to tell; whether something waits on.
pub(super) async fn tell(app: &App) -> anyhow::Result<bool> {
    let mut something_waits = false;
    for held in outbox::held(&app.pool).await? {
        match plan(&held) {
            Plan::Alone => outbox::send_alone(&app.pool, &held, notice_id).await?,
            Plan::Together => outbox::send_together(&app.pool, &held, Uuid::now_v7()).await?,
            Plan::Wait => something_waits = true,
        }
    }
    for (message, is_together, count) in outbox::unasked(&app.pool).await? {
        ask(app, message, is_together, count).await?;
        outbox::asked(&app.pool, message).await?;
    }
    Ok(something_waits)
}

fn plan(held: &Held) -> Plan {
    let age = |since: DateTime<Utc>| (held.now - since).to_std().unwrap_or_default();
    if held.told_together_at.is_some_and(|at| age(at) < limits::ALERTS_TOGETHER_PAUSE) {
        return Plan::Wait;
    }
    if held.waiting + held.told_lately <= limits::ALERTS_ALONE {
        return Plan::Alone;
    }
    let is_gathered = held.waiting > limits::ALERTS_ALONE && age(held.since) >= limits::ALERTS_GATHERED;
    if is_gathered { Plan::Together } else { Plan::Wait }
}

/// Asks for a message. Asking again is the same as asking once.
async fn ask(app: &App, id: Uuid, is_together: bool, count: i64) -> anyhow::Result<()> {
    let named = if is_together { limits::ALERTS_NAMED } else { 1 };
    let notices = outbox::weightiest(&app.pool, id, named).await?;
    let Some(first) = notices.first() else { return Ok(()) };
    let (subject, text) =
        if is_together { together(&notices, count) } else { (first.subject(), first.message.clone()) };
    let channel = match Channel::parse(&first.channel) {
        Some(Channel::Mail) => notifications::Channel::Email,
        _ => notifications::Channel::Telegram,
    };
    let because = BECAUSE.to_owned();
    let has_nobody = channel == notifications::Channel::Email && app.config.mail.digest_to.is_empty();
    let withheld = has_nobody.then(|| NOBODY.to_owned());
    let message = Message { channel, to: Vec::new(), subject: Some(subject), text, because, withheld };
    let context = Context::system("alerts", "alerts", first.correlation_id.clone());
    let context = Context { causation: Some(first.position), ..context };
    let request = NotificationCommand::Request { id, message };
    match app.store.execute::<Notification>(&id.to_string(), request, &context).await {
        // It was asked for before a crash.
        Ok(_) | Err(ExecuteError::Refused(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The same id for the same alert, however often it is judged.
fn notice_id(alert: Uuid, channel: &str) -> Uuid {
    let hash = Sha256::digest(format!("{alert}/{channel}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    uuid::Builder::from_custom_bytes(bytes).into_uuid()
}

/// A notification went out: the alerts that it told of learn of it.
pub(super) async fn sent(app: &App, event: &Recorded) -> anyhow::Result<()> {
    let Ok(message) = Uuid::parse_str(&event.aggregate_id) else { return Ok(()) };
    let told = outbox::told_by(&app.pool, message).await?;
    let context = Context::system("alerts", "alerts", event.metadata.correlation_id.clone());
    let context = &Context { causation: Some(event.position), ..context };
    let noting = told.into_iter().map(|told| async move {
        let Told { alert_id: id, rule_id, listing_id, channel } = told;
        let command = AlertCommand::Notify { id, channel };
        app.store.execute::<Alert>(&alert_stream(rule_id, listing_id), command, context).await
    });
    futures::stream::iter(noting)
        .buffer_unordered(limits::ALERTS_KEPT_AT_ONCE)
        .try_collect::<Vec<_>>()
        .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    fn held(waiting: i64, told_lately: i64, since_s: i64, together_s: Option<i64>) -> Held {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        Held {
            rule_id: Uuid::nil(),
            channel: "telegram".to_owned(),
            waiting,
            since: now - TimeDelta::seconds(since_s),
            told_lately,
            told_together_at: together_s.map(|seconds| now - TimeDelta::seconds(seconds)),
            now,
        }
    }

    #[test]
    fn few_go_alone_and_many_together_and_then_the_rule_rests() {
        let few = limits::ALERTS_ALONE;
        let (gathered, rested) = (60, i64::try_from(limits::ALERTS_TOGETHER_PAUSE.as_secs()).unwrap());
        assert_eq!(plan(&held(1, 0, 0, None)), Plan::Alone);
        assert_eq!(plan(&held(few, 0, 0, None)), Plan::Alone);
        assert_eq!(plan(&held(1, few, 0, None)), Plan::Wait, "it has said enough this minute");
        assert_eq!(plan(&held(few + 1, 0, 0, None)), Plan::Wait, "more may come in a moment");
        assert_eq!(plan(&held(few + 1, 0, gathered, None)), Plan::Together);
        assert_eq!(plan(&held(few + 1, few, gathered, None)), Plan::Together);
        assert_eq!(plan(&held(1, 0, gathered, Some(30))), Plan::Wait);
        assert_eq!(plan(&held(500, 0, gathered, Some(30))), Plan::Wait);
        assert_eq!(plan(&held(1, 0, gathered, Some(rested))), Plan::Alone);
        assert_eq!(plan(&held(500, 0, gathered, Some(rested))), Plan::Together);
    }
}
