use serde::{Deserialize, Serialize};

use super::{ERASED, Role, UserCommand, UserDetails, UserEvent, decide, look};
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
    /// May not come in for now.
    #[serde(default)]
    pub is_disabled: bool,
    /// What was known of them is gone.
    #[serde(default)]
    pub is_erased: bool,
}

impl User {
    /// Whether they are an administrator who can come in.
    pub(super) fn is_admin(&self) -> bool {
        self.is_active && !self.is_disabled && self.role == Role::Admin
    }

    pub(super) fn details(&self) -> UserDetails {
        UserDetails {
            username: self.username.clone(),
            email: self.email.clone(),
            display_name: self.display_name.clone(),
        }
    }
}

impl Decider for User {
    const KIND: &'static str = "user";
    const STATE_VERSION: i32 = 2;
    type Command = UserCommand;
    type Event = UserEvent;

    fn decide(&self, command: UserCommand) -> Result<Vec<UserEvent>, Refusal> {
        match command {
            UserCommand::Register { number, username, email, display_name, role, is_enabled } => {
                let details = UserDetails { username, email, display_name };
                decide::register(self, number, details, role, is_enabled)
            }
            UserCommand::Change { patch, role, is_enabled, resets_password, standing } => {
                decide::change(self, patch, role, is_enabled, resets_password, standing)
            }
            UserCommand::Remove(standing) => decide::remove(self, standing),
            UserCommand::Erase(standing) => decide::erase(self, standing),
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
                    ..Self::default()
                };
            }
            UserEvent::UserChanged { changes } => {
                let mut details = self.details();
                details.apply(changes);
                let UserDetails { username, email, display_name } = details;
                (self.username, self.email, self.display_name) = (username, email, display_name);
            }
            UserEvent::UserRoleChanged { to, .. } => self.role = *to,
            UserEvent::UserDisabled { .. } => self.is_disabled = true,
            UserEvent::UserEnabled {} => self.is_disabled = false,
            UserEvent::UserPasswordReset {} => {}
            UserEvent::UserRemoved { .. } => self.is_active = false,
            UserEvent::UserErased { .. } => {
                ERASED.clone_into(&mut self.username);
                self.email = self.email.take().map(|_| ERASED.to_owned());
                self.display_name = self.display_name.take().map(|_| ERASED.to_owned());
                (self.is_active, self.is_erased) = (false, true);
            }
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let mut claims = Vec::new();
        if self.is_active {
            claims.push(Claim::new("username", look(&self.username), self.number));
        }
        if self.number != 0 && !self.is_erased {
            // Its release destroys the key of what is known of them.
            claims.push(Claim::new("person", self.number, self.number));
        }
        if self.is_admin() {
            claims.push(Claim::new("admin", self.number, self.number));
        }
        claims
    }

    fn requires(&self, event: &UserEvent) -> Vec<Claim> {
        match event {
            UserEvent::UserRoleChanged { other_admin, .. }
            | UserEvent::UserDisabled { other_admin }
            | UserEvent::UserRemoved { other_admin }
            | UserEvent::UserErased { other_admin } => {
                other_admin.iter().map(|admin| Claim::new("admin", admin, admin)).collect()
            }
            _ => Vec::new(),
        }
    }
}
