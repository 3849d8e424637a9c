//! The JSON that clients see. No password, no hash, no token.

use schemars::JsonSchema;
use serde::Serialize;

use super::UserRow;
use crate::Zone;

/// A user as administrators see them.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct UserView {
    /// Their number.
    pub id: i64,
    /// Their name at the door.
    pub username: String,
    /// Where mail reaches them.
    pub email: Option<String>,
    /// What they may do.
    pub role: &'static str,
    /// What to call them.
    pub display_name: Option<String>,
    /// Whether they may come in.
    pub is_active: bool,
    /// When they were let in.
    pub created_at: String,
    /// When something of them changed last.
    pub updated_at: String,
}

impl UserView {
    /// A row as it is shown, times in `zone`.
    pub fn of(row: UserRow, zone: Zone) -> Self {
        Self {
            id: row.number,
            username: row.username,
            email: row.email,
            role: row.role.code(),
            display_name: row.display_name,
            is_active: row.is_active,
            created_at: zone.minute(row.created_at),
            updated_at: zone.minute(row.updated_at),
        }
    }
}
