use serde::{Deserialize, Serialize};

use crate::{Decider, Refusal, event_sourced};

/// A chat of the bot's, by its id.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Chat {
    /// Why nothing is sent there; none: it takes messages.
    pub switched_off: Option<String>,
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
}

event_sourced!(Chat, ChatEvent {
    ChatSwitchedOff = "1.0",
    ChatSwitchedOn = "1.0",
});

impl Decider for Chat {
    const KIND: &'static str = "chat";
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
            ChatCommand::SwitchOff { .. } | ChatCommand::SwitchOn { .. } => Vec::new(),
        })
    }

    fn evolve(&mut self, event: &ChatEvent) {
        self.switched_off = match event {
            ChatEvent::ChatSwitchedOff { reason, .. } => Some(reason.clone()),
            ChatEvent::ChatSwitchedOn { .. } => None,
        };
    }
}
