//! One user in the table.

use aggregates::Recorded;
use aggregates::users::{ERASED, Role, UserEvent, UserPatch, fold};
use chrono::{DateTime, Utc};

use crate::table::read_table;

/// A row of `users`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserRow {
    /// Their number.
    pub number: i64,
    /// Their name at the door.
    pub username: String,
    /// The same as it is compared: names are unique regardless of case and form.
    pub username_folded: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// May come in: neither removed nor disabled.
    pub is_active: bool,
    /// Gone; their name is free.
    pub is_removed: bool,
    /// When they were let in.
    pub created_at: DateTime<Utc>,
    /// When their newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The newest event of their stream.
    pub own_position: i64,
}

read_table! { UserRow in "users" by (number) {
    number: bigint = number,
    username: text = username,
    username_folded: text = username_folded,
    email: text = email,
    display_name: text = display_name,
    role: text = role,
    is_active: boolean = is_active,
    is_removed: boolean = is_removed,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    own_position: bigint = own_position,
} }

impl UserRow {
    pub(super) fn evolve(&mut self, change: &UserEvent, event: &Recorded) {
        match change {
            UserEvent::UserRegistered { number, username, email, display_name, role } => {
                *self = Self {
                    number: *number,
                    username: username.clone(),
                    username_folded: fold(username),
                    email: email.clone(),
                    display_name: display_name.clone(),
                    role: *role,
                    is_active: true,
                    created_at: event.recorded_at,
                    ..Self::default()
                };
            }
            UserEvent::UserChanged { changes } => self.apply(changes),
            UserEvent::UserRoleChanged { to, .. } => self.role = *to,
            UserEvent::UserDisabled { .. } => self.is_active = false,
            UserEvent::UserEnabled {} => self.is_active = true,
            UserEvent::UserPasswordReset {} => {}
            UserEvent::UserRemoved { .. } => (self.is_active, self.is_removed) = (false, true),
            UserEvent::UserErased { .. } => self.erase(),
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }

    fn apply(&mut self, changes: &UserPatch) {
        if let Some(username) = &changes.username {
            self.username.clone_from(username);
            self.username_folded = fold(username);
        }
        if let Some(email) = &changes.email {
            self.email.clone_from(email);
        }
        if let Some(display_name) = &changes.display_name {
            self.display_name.clone_from(display_name);
        }
    }

    fn erase(&mut self) {
        for text in [&mut self.username, &mut self.username_folded] {
            ERASED.clone_into(text);
        }
        for text in [&mut self.email, &mut self.display_name] {
            *text = text.take().map(|_| ERASED.to_owned());
        }
        (self.is_active, self.is_removed) = (false, true);
    }
}
