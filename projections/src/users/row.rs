//! One user in the table.

use aggregates::Recorded;
use aggregates::users::{Role, UserEvent};
use chrono::{DateTime, Utc};

use crate::table::read_table;

/// A row of `users`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserRow {
    /// Their number.
    pub number: i64,
    /// Their name at the door.
    pub username: String,
    /// The same in lower case: names are unique regardless of case.
    pub username_folded: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What to call them.
    pub display_name: Option<String>,
    /// What they may do.
    pub role: Role,
    /// Not removed.
    pub is_active: bool,
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
                    username_folded: username.to_lowercase(),
                    email: email.clone(),
                    display_name: display_name.clone(),
                    role: *role,
                    is_active: true,
                    created_at: event.recorded_at,
                    ..Self::default()
                };
            }
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
    }
}
