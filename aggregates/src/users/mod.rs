//! A person, or a program, that may use the house (contract R3).
//!
//! * A username is unique regardless of case and form; passwords and tokens are never part of an event.
//! * Two names that only letters of another script tell apart are one name; a name does not mix such scripts.
//! * Roles: admin above manager above user; a bot reads, renders and runs bot commands.
//! * There is always an administrator who can come in: whoever stops being one relies on another who stays.
//! * Nobody removes, disables, demotes or erases themselves.
//! * A removed user's name is free again. An erased one's data is unreadable for good.

mod decide;
mod name;
mod state;
#[cfg(test)]
mod tests;

pub use name::{fold, look};
pub use state::User;

pub use crate::personal::ERASED;

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

details! {
    /// What is known of a person.
    pub struct UserDetails / UserPatch {
        /// Their name at the door: 1 to 150 characters, unique regardless of case.
        username: String,
        /// Where mail reaches them.
        email: Option<String>,
        /// What to call them.
        display_name: Option<String>,
    }
}

/// Who takes something from a user, and who stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// The number of the user who asks; none: the program itself.
    pub asker: Option<i64>,
    /// The number of another administrator who can come in, if there is one. That they still can is checked with
    /// the append, so that two administrators cannot take each other's place at the same time.
    pub other_admin: Option<i64>,
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
        /// False: they are known from now on, and may not come in for now.
        is_enabled: bool,
    },
    /// Change what is known of them, what they may do, or whether they may come in.
    Change {
        /// Name, address, what to call them.
        patch: UserPatch,
        /// What they are to be allowed to do.
        role: Option<Role>,
        /// Whether they may come in.
        is_enabled: Option<bool>,
        /// Whether somebody gives them another password, which itself is no part of it.
        resets_password: bool,
        /// Who asks, and who stays.
        standing: Standing,
    },
    /// Take them away; their name is free again.
    Remove(Standing),
    /// Make what is known of them unreadable for good; whoever is still there is taken away with it.
    Erase(Standing),
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
    /// Something of what is known of them changed.
    UserChanged {
        /// Only what changed.
        changes: UserPatch,
    },
    /// They may do something else now.
    UserRoleChanged {
        /// What they might do before.
        from: Role,
        /// What they may do now.
        to: Role,
        /// The administrator who stays, where one stopped being one.
        other_admin: Option<i64>,
    },
    /// They may not come in for now.
    UserDisabled {
        /// The administrator who stays, where they were one.
        other_admin: Option<i64>,
    },
    /// They may come in again.
    UserEnabled {},
    /// Somebody else gave them another password.
    UserPasswordReset {},
    /// They were taken away.
    UserRemoved {
        /// The administrator who stays, where they were one.
        other_admin: Option<i64>,
    },
    /// What was known of them became unreadable; they are gone, if they were not before.
    UserErased {
        /// The administrator who stays, where they were one.
        other_admin: Option<i64>,
    },
}

event_sourced!(User, UserEvent {
    UserRegistered = "1.0",
    UserChanged = "1.0",
    UserRoleChanged = "1.0",
    UserDisabled = "1.0",
    UserEnabled = "1.0",
    UserPasswordReset = "1.0",
    UserRemoved = "1.0",
    UserErased = "1.0",
});
