use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{MESSAGE_CHARS_MAX, Message, NotificationCommand, NotificationEvent};
use crate::faults::Faults;
use crate::{Decider, Refusal};

/// Where a notification is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotificationStatus {
    /// It waits for its turn.
    #[default]
    Queued,
    /// It went out.
    Sent,
    /// It did not go out.
    Failed,
    /// It may have gone out.
    Unknown,
    /// It was held back.
    Suppressed,
}

impl NotificationStatus {
    const ALL: [Self; 5] = [Self::Queued, Self::Sent, Self::Failed, Self::Unknown, Self::Suppressed];

    /// The word that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Sent => "sent",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
            Self::Suppressed => "suppressed",
        }
    }

    /// The status that a word means.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.code() == code)
    }
}

/// What is remembered of a notification.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Notification {
    /// Its id; nil before it was asked for.
    pub id: Uuid,
    /// The message.
    pub message: Message,
    /// Where it is.
    pub status: NotificationStatus,
    /// Why it is there.
    pub reason: Option<String>,
}

impl Decider for Notification {
    const KIND: &'static str = "notification";
    type Command = NotificationCommand;
    type Event = NotificationEvent;

    fn decide(&self, command: NotificationCommand) -> Result<Vec<NotificationEvent>, Refusal> {
        match command {
            NotificationCommand::Request { id, message } => self.request(id, message),
            NotificationCommand::Sent { receipt } => self.ends(
                NotificationStatus::Sent,
                &[NotificationStatus::Queued, NotificationStatus::Unknown, NotificationStatus::Failed],
                NotificationEvent::NotificationSent { receipt },
            ),
            NotificationCommand::Failed { reason } => self.ends(
                NotificationStatus::Failed,
                &[NotificationStatus::Queued, NotificationStatus::Unknown],
                NotificationEvent::NotificationFailed { reason },
            ),
            NotificationCommand::Unknown { reason } => self.ends(
                NotificationStatus::Unknown,
                &[NotificationStatus::Queued],
                NotificationEvent::NotificationUnknown { reason },
            ),
            NotificationCommand::Suppress { reason } => self.ends(
                NotificationStatus::Suppressed,
                &[NotificationStatus::Queued],
                NotificationEvent::NotificationSuppressed { reason },
            ),
        }
    }

    fn evolve(&mut self, event: &NotificationEvent) {
        match event {
            NotificationEvent::NotificationRequested { id, message } => {
                *self = Self { id: *id, message: message.clone(), ..Self::default() };
                if let Some(reason) = &message.withheld {
                    (self.status, self.reason) = (NotificationStatus::Suppressed, Some(reason.clone()));
                }
            }
            NotificationEvent::NotificationSent { .. } => {
                (self.status, self.reason) = (NotificationStatus::Sent, None);
            }
            NotificationEvent::NotificationFailed { reason } => {
                (self.status, self.reason) = (NotificationStatus::Failed, Some(reason.clone()));
            }
            NotificationEvent::NotificationUnknown { reason } => {
                (self.status, self.reason) = (NotificationStatus::Unknown, Some(reason.clone()));
            }
            NotificationEvent::NotificationSuppressed { reason } => {
                (self.status, self.reason) = (NotificationStatus::Suppressed, Some(reason.clone()));
            }
        }
    }
}

impl Notification {
    fn request(&self, id: Uuid, mut message: Message) -> Result<Vec<NotificationEvent>, Refusal> {
        // Asked for under the same id by a job that could not tell whether its first try was heard.
        if self.id == id {
            return Ok(Vec::new());
        }
        if !self.id.is_nil() {
            return Err(Refusal::already_exists(Self::KIND));
        }
        let mut faults = Faults::default();
        faults.required("message", Some(&message.text), MESSAGE_CHARS_MAX);
        faults.verdict()?;
        message.to.dedup();
        Ok(vec![NotificationEvent::NotificationRequested { id, message }])
    }

    /// The end, once, and only from where it can be reached.
    fn ends(
        &self,
        status: NotificationStatus,
        from: &[NotificationStatus],
        event: NotificationEvent,
    ) -> Result<Vec<NotificationEvent>, Refusal> {
        if self.id.is_nil() {
            return Err(Refusal::NotFound(Self::KIND));
        }
        if self.status == status || !from.contains(&self.status) {
            return Ok(Vec::new());
        }
        Ok(vec![event])
    }
}
