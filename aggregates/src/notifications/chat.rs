use serde::{Deserialize, Serialize};

use crate::{Decider, Refusal, event_sourced};

/// A chat of the bot's, by its id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Why nothing is sent there; none: it takes messages.
    pub switched_off: Option<String>,
    /// The chat that it became; none: it is still itself.
    #[serde(default)]
    pub moved_to: Option<String>,
}

/// What one may ask of a chat.
#[derive(Clone, Debug)]
pub enum ChatCommand {
    /// It takes no messages any more.
    SwitchOff {
        /// Which chat.
        chat: String,
        /// In Telegram's words.
        reason: String,
    },
    /// Somebody writes from there again.
    SwitchOn {
        /// Which chat.
        chat: String,
    },
    /// It became another chat, as a group that grows becomes a supergroup.
    Move {
        /// Which chat.
        chat: String,
        /// Which one it is now.
        to: String,
    },
}

/// What may have happened to a chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ChatEvent {
    /// Nothing is sent there any more.
    ChatSwitchedOff {
        /// Which chat.
        chat: String,
        /// In Telegram's words.
        reason: String,
    },
    /// It takes messages again.
    ChatSwitchedOn {
        /// Which chat.
        chat: String,
    },
    /// It became another chat: what is meant for it goes there.
    ChatMoved {
        /// Which chat.
        chat: String,
        /// Which one it is now.
        to: String,
    },
}

event_sourced!(Chat, ChatEvent {
    ChatSwitchedOff = "1.0",
    ChatSwitchedOn = "1.0",
    ChatMoved = "1.0",
});

impl Decider for Chat {
    const KIND: &'static str = "chat";
    const STATE_VERSION: i32 = 2;
    type Command = ChatCommand;
    type Event = ChatEvent;

    fn decide(&self, command: ChatCommand) -> Result<Vec<ChatEvent>, Refusal> {
        Ok(match command {
            ChatCommand::SwitchOff { chat, reason } if self.switched_off.is_none() => {
                vec![ChatEvent::ChatSwitchedOff { chat, reason }]
            }
            ChatCommand::SwitchOn { chat } if self.switched_off.is_some() => {
                vec![ChatEvent::ChatSwitchedOn { chat }]
            }
            ChatCommand::Move { chat, to } if chat != to && self.moved_to.as_ref() != Some(&to) => {
                vec![ChatEvent::ChatMoved { chat, to }]
            }
            ChatCommand::SwitchOff { .. } | ChatCommand::SwitchOn { .. } | ChatCommand::Move { .. } => {
                Vec::new()
            }
        })
    }

    fn evolve(&mut self, event: &ChatEvent) {
        match event {
            ChatEvent::ChatSwitchedOff { reason, .. } => self.switched_off = Some(reason.clone()),
            ChatEvent::ChatSwitchedOn { .. } => self.switched_off = None,
            // What was wrong with it as it was, is no trouble of what it became.
            ChatEvent::ChatMoved { to, .. } => (self.switched_off, self.moved_to) = (None, Some(to.clone())),
        }
    }
}
