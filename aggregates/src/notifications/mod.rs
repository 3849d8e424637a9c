//! A message to people outside, by Telegram or mail (contract §3), and what became of it.
//!
//! * Its text and whom it is for are fixed when it is asked for; without an address it goes to the chats of the
//!   settings.
//! * One that there is nobody for is held back from the beginning, and says so.
//! * It is sent, has failed, was held back, or nobody knows whether it went out; each once, with the reason.
//! * One whose end is unknown or that has failed may still turn out to be sent, never the other way round.
//! * A price digest tells of the changes since the one before, so that none is told twice.
//! * A chat that takes no messages any more is switched off, and on again when somebody writes from there.

mod chat;
mod digest;
mod state;
#[cfg(test)]
mod tests;

pub use chat::{Chat, ChatCommand, ChatEvent};
pub use digest::{Digests, DigestsCommand, DigestsEvent, OVERTAKEN};
pub use state::{Notification, NotificationStatus};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;

/// The longest text of a message, in characters.
pub const MESSAGE_CHARS_MAX: usize = 100_000;

/// How a message travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A chat of the bot's.
    #[default]
    Telegram,
    /// A mailbox.
    Email,
}

impl Channel {
    /// Its word.
    pub fn code(self) -> &'static str {
        match self {
            Self::Telegram => "telegram",
            Self::Email => "email",
        }
    }

    /// The channel that a word means.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Telegram, Self::Email].into_iter().find(|channel| channel.code() == code)
    }
}

/// A message as it was asked for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// How it travels.
    pub channel: Channel,
    /// Whom it is for: chats or mail addresses; none: those of the settings.
    #[serde(default)]
    pub to: Vec<String>,
    /// One line; mails only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The text.
    pub text: String,
    /// What it is sent for: `asked`, `price_digest`, `alert`, `crawl_failed` …
    pub because: String,
    /// Why it is not sent at all: there is nobody to send it to. It is suppressed from the beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub withheld: Option<String>,
}

impl Message {
    /// A notice that the house sends by itself, to whom the settings name; only mails have a subject.
    pub fn notice(channel: Channel, subject: &str, text: &str, because: &str) -> Self {
        Self {
            channel,
            to: Vec::new(),
            subject: (channel == Channel::Email).then(|| subject.to_owned()),
            text: text.to_owned(),
            because: because.to_owned(),
            withheld: None,
        }
    }
}

/// What one may ask of a notification.
#[derive(Clone, Debug)]
pub enum NotificationCommand {
    /// Send a message.
    Request {
        /// The new stream's id.
        id: Uuid,
        /// The message.
        message: Message,
    },
    /// It went out.
    Sent {
        /// What the other side called it: message ids, the mail server's words.
        receipt: String,
    },
    /// It will not go out.
    Failed {
        /// Why, in the other side's words.
        reason: String,
    },
    /// It may have gone out.
    Unknown {
        /// Why nobody knows.
        reason: String,
    },
    /// It was held back.
    Suppress {
        /// Why.
        reason: String,
    },
}

/// What may have happened to a notification.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum NotificationEvent {
    /// Somebody, or something that happened, asked for it.
    NotificationRequested {
        /// Its id.
        id: Uuid,
        /// The message.
        message: Message,
    },
    /// It went out.
    NotificationSent {
        /// What the other side called it.
        receipt: String,
    },
    /// It did not go out.
    NotificationFailed {
        /// Why.
        reason: String,
    },
    /// It may have gone out.
    NotificationUnknown {
        /// Why nobody knows.
        reason: String,
    },
    /// It was held back.
    NotificationSuppressed {
        /// Why.
        reason: String,
    },
}

event_sourced!(Notification, NotificationEvent {
    NotificationRequested = "1.0",
    NotificationSent = "1.0",
    NotificationFailed = "1.0",
    NotificationUnknown = "1.0",
    NotificationSuppressed = "1.0",
});
