use serde::{Deserialize, Serialize};

use super::{Role, UserCommand, UserEvent, decide};
use crate::{Claim, Decider, Refusal};

/// What is remembered of a user.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// Their number; 0 before they were let in.
    pub number: i64,
    /// Their name at the door.
    pub username: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Registered and not removed.
    pub is_active: bool,
}

impl Decider for User {
    const KIND: &'static str = "user";
    type Command = UserCommand;
    type Event = UserEvent;

    fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, Refusal> {
        match command {
            UserCommand::Register { number, username, email, display_name, role } => {
                decide::register(self, number, username, email, display_name, role)
            }
        }
    }

    fn evolve(&mut self, event: &UserEvent) {
        match event {
            UserEvent::UserRegistered { number, username, email, display_name, role } => {
                *self = Self {
                    number: *number,
                    username: username.clone(),
                    email: email.clone(),
                    display_name: display_name.clone(),
                    role: *role,
                    is_active: true,
                };
            }
        }
    }

    fn claims(&self) -> Vec<Claim> {
        if !self.is_active {
            return Vec::new();
        }
        vec![Claim::new("username", self.username.to_lowercase(), self.number)]
    }
}
