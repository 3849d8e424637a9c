use serde::{Deserialize, Serialize};

use super::Role;

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
