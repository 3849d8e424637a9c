use aggregates::Recorded;
use aggregates::notifications::{ChatEvent, DigestsEvent, Message, NotificationEvent, NotificationStatus};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::table::read_table;
use crate::users::author;

/// Stands between recipients.
const BETWEEN: &str = ", ";

/// A row of `notifications`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NotificationRow {
    /// Its id.
    pub id: Uuid,
    /// telegram or email.
    pub channel: String,
    /// Whom it is for, separated by commas; empty: those of the settings.
    pub recipients: String,
    /// One line; mails only.
    pub subject: Option<String>,
    /// The text.
    pub message: String,
    /// What it is sent for.
    pub because: String,
    /// queued, sent, failed, unknown or suppressed.
    pub status: String,
    /// Why it was not sent.
    pub reason: Option<String>,
    /// What the other side called it.
    pub receipt: Option<String>,
    /// Who asked for it, see [`author`].
    pub requested_by: String,
    /// When.
    pub requested_at: DateTime<Utc>,
    /// When it ended.
    pub settled_at: Option<DateTime<Utc>>,
    /// Its first event.
    pub created_position: i64,
    /// Its newest event.
    pub own_position: i64,
}

read_table! { NotificationRow in "notifications" by (id) {
    id: uuid = id,
    channel: text = channel,
    recipients: text = recipients,
    subject: text = subject,
    message: text = message,
    because: text = because,
    status: text = status,
    reason: text = reason,
    receipt: text = receipt,
    requested_by: text = requested_by,
    requested_at: timestamptz = requested_at,
    settled_at: timestamptz = settled_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
} }

impl NotificationRow {
    pub(super) fn requested(id: Uuid, message: &Message, event: &Recorded) -> Self {
        let withheld = message.withheld.as_ref();
        let status = withheld.map_or(NotificationStatus::Queued, |_| NotificationStatus::Suppressed);
        Self {
            id,
            channel: message.channel.code().to_owned(),
            recipients: message.to.join(BETWEEN),
            subject: message.subject.clone(),
            message: message.text.clone(),
            because: message.because.clone(),
            status: status.code().to_owned(),
            reason: withheld.cloned(),
            settled_at: withheld.map(|_| event.recorded_at),
            requested_by: author(&event.metadata.actor),
            requested_at: event.recorded_at,
            created_position: event.position,
            own_position: event.position,
            ..Self::default()
        }
    }

    pub(super) fn evolve(&mut self, change: &NotificationEvent, event: &Recorded) {
        let (status, reason, receipt) = match change {
            NotificationEvent::NotificationRequested { .. } => return,
            NotificationEvent::NotificationSent { receipt } => {
                (NotificationStatus::Sent, None, Some(receipt))
            }
            NotificationEvent::NotificationFailed { reason } => {
                (NotificationStatus::Failed, Some(reason), None)
            }
            NotificationEvent::NotificationUnknown { reason } => {
                (NotificationStatus::Unknown, Some(reason), None)
            }
            NotificationEvent::NotificationSuppressed { reason } => {
                (NotificationStatus::Suppressed, Some(reason), None)
            }
        };
        self.status = status.code().to_owned();
        (self.reason, self.receipt) = (reason.cloned(), receipt.cloned());
        self.settled_at = Some(event.recorded_at);
        self.own_position = event.position;
    }

    /// Whom it is for; nobody named: those of the settings.
    pub fn to(&self) -> Vec<String> {
        self.recipients.split(BETWEEN).filter(|to| !to.is_empty()).map(str::to_owned).collect()
    }
}

/// A row of `chats`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChatRow {
    /// Its id.
    pub chat: String,
    /// Why nothing is sent there; none: it takes messages.
    pub switched_off: Option<String>,
    /// Its newest event.
    pub own_position: i64,
}

read_table! { ChatRow in "chats" by (chat) {
    chat: text = chat,
    switched_off: text = switched_off,
    own_position: bigint = own_position,
} }

impl ChatRow {
    pub(super) fn of(change: &ChatEvent, event: &Recorded) -> Self {
        let (chat, switched_off) = match change {
            ChatEvent::ChatSwitchedOff { chat, reason } => (chat, Some(reason.clone())),
            ChatEvent::ChatSwitchedOn { chat } | ChatEvent::ChatMoved { chat, .. } => (chat, None),
        };
        Self { chat: chat.clone(), switched_off, own_position: event.position }
    }
}

/// A row of `price_digests`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DigestRow {
    /// Its event.
    pub own_position: i64,
    /// The newest position that it looks at.
    pub upto: i64,
    /// How many changes it tells of.
    pub changes: i64,
    /// When it was sent.
    pub sent_at: DateTime<Utc>,
}

read_table! { DigestRow in "price_digests" by (own_position) {
    own_position: bigint = own_position,
    upto: bigint = upto,
    changes: bigint = changes,
    sent_at: timestamptz = sent_at,
} }

impl DigestRow {
    pub(super) fn of(change: &DigestsEvent, event: &Recorded) -> Self {
        let DigestsEvent::PriceDigestSent { upto, changes, .. } = change;
        Self { own_position: event.position, upto: *upto, changes: *changes, sent_at: event.recorded_at }
    }
}
