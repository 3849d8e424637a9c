//! Notifications and what became of them, chats, digests, and the templates of notices.

use aggregates::notifications::{
    Channel, Chat, ChatCommand, Digests, DigestsCommand, Message, Notification, NotificationCommand,
};
use aggregates::templates::{Template, TemplateCommand};
use uuid::Uuid;

use super::{Choices, Slice, may, number};
use crate::support::History;

/// Few messages on their way, few chats, few templates.
#[derive(Default)]
pub(crate) struct Notices {
    messages: Vec<Uuid>,
    digested: i64,
}

impl Slice for Notices {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        match choices.below(10) {
            0..3 => self.request(history, choices, act),
            3..7 if !self.messages.is_empty() => self.settle(history, choices, act),
            7 => {
                let chat = choices.one(&["-100", "7", "@tea"]).to_owned();
                let reason = format!("blocked {act}");
                let off = ChatCommand::SwitchOff { chat: chat.clone(), reason };
                let on = ChatCommand::SwitchOn { chat: chat.clone() };
                let moved = ChatCommand::Move { chat: chat.clone(), to: format!("-100{act}") };
                may::<Chat>(history, &chat, choices.one(&[off, on, moved]));
            }
            8 => {
                let (after, upto) = (self.digested, number(act));
                let command = DigestsCommand::Send { after, upto, changes: 2, notifications: Vec::new() };
                may::<Digests>(history, &"prices", command);
                self.digested = upto;
            }
            _ => template(history, choices, act),
        }
    }
}

impl Notices {
    fn request(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let id = history.new_id();
        let message = Message {
            channel: choices.one(&[Channel::Telegram, Channel::Email]),
            to: choices.some(&["a@example.com".to_owned(), "b@example.com".to_owned()]),
            text: format!("text {act}"),
            ..Message::default()
        };
        may::<Notification>(history, &id, NotificationCommand::Request { id, message });
        self.messages.push(id);
    }

    fn settle(&self, history: &mut History, choices: &mut Choices, act: usize) {
        let newest = self.messages.len().saturating_sub(3);
        let id = choices.one(&self.messages[newest..]);
        let reason = format!("why {act}");
        let command = match choices.below(4) {
            0 => NotificationCommand::Sent { receipt: format!("{act}") },
            1 => NotificationCommand::Failed { reason },
            2 => NotificationCommand::Unknown { reason },
            _ => NotificationCommand::Suppress { reason },
        };
        may::<Notification>(history, &id, command);
    }
}

fn template(history: &mut History, choices: &mut Choices, act: usize) {
    let code = choices.one(&["crawl_failed", "price_digest", "tea_week", "tea_month"]).to_owned();
    let command = TemplateCommand::Write {
        code: code.clone(),
        subject: choices.once_in(2).then(|| format!("subject {act}")),
        body: Some(format!("body {act}")),
        enabled: choices.once_in(3).then(|| act.is_multiple_of(2)),
        version: None,
        create: true,
    };
    may::<Template>(history, &code, command);
}
