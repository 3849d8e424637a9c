//! A person, or a program, that may use the house (contract R3).
//!
//! * A username is unique regardless of case; passwords and tokens are never part of an event.
//! * Roles: admin above manager above user; a bot reads, renders and runs bot commands.

mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use state::User;

use serde::{Deserialize, Serialize};

use crate::event_sourced;

/// What a user may do (contract R3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Reads, render, bot commands.
    Bot,
    /// Reads, and writes AI copy.
    #[default]
    User,
    /// Writes, and reads the audit.
    Manager,
    /// Everything.
    Admin,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] = [Self::Bot, Self::User, Self::Manager, Self::Admin];

    /// The code that clients see.
    pub fn code(self) -> &'static str {
        match self {
            Self::Bot => "bot",
            Self::User => "user",
            Self::Manager => "manager",
            Self::Admin => "admin",
        }
    }

    /// Reads a code.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == text)
    }

    /// Whether `self` may do all that `other` may.
    pub fn covers(self, other: Self) -> bool {
        self.rank() >= other.rank()
    }

    fn rank(self) -> u8 {
        match self {
            Self::Bot => 0,
            Self::User => 1,
            Self::Manager => 2,
            Self::Admin => 3,
        }
    }
}

/// What one may ask of a user.
#[derive(Clone, Debug)]
pub enum UserCommand {
    /// Let somebody in.
    Register {
        /// The number allotted to them (contract R4).
        number: i64,
        /// 1 to 150 characters, unique regardless of case.
        username: String,
        /// Where mail reaches them.
        email: Option<String>,
        /// What to call them.
        display_name: Option<String>,
        /// What they may do.
        role: Role,
    },
}

/// What may have happened to a user.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum UserEvent {
    /// Somebody was let in.
    UserRegistered {
        /// Their number.
        number: i64,
        /// Their name at the door.
        username: String,
        /// Where mail reaches them.
        email: Option<String>,
        /// What to call them.
        display_name: Option<String>,
        /// What they may do.
        role: Role,
    },
}

event_sourced!(User, UserEvent { UserRegistered = "1.0" });
