use aggregates::notifications::{Channel, NotificationEvent};
use aggregates::{Fact, Recorded};

use super::Reaction;
use crate::jobs::NewJob;
use crate::jobs::handlers::{BY_MAIL, BY_TELEGRAM, Promise};

/// What is asked to be sent is sent.
pub(super) struct SendNotifications;

impl Reaction for SendNotifications {
    fn name(&self) -> &'static str {
        "send_notifications"
    }

    fn follows(&self) -> &'static [&'static str] {
        &["NotificationRequested"]
    }

    fn promises(&self, event: &Recorded) -> Vec<NewJob> {
        let Fact::Notification(NotificationEvent::NotificationRequested { id, message }) = event.fact()
        else {
            return Vec::new();
        };
        if message.withheld.is_some() {
            return Vec::new();
        }
        let kind = match message.channel {
            Channel::Telegram => BY_TELEGRAM,
            Channel::Email => BY_MAIL,
        };
        vec![NewJob::new(kind, "", Promise { notification_id: *id })]
    }
}
