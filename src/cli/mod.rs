//! What is typed: one file per sub-command, called by `main`.

pub mod token;
pub mod user;

use aggregates::users::Role;

/// Reads a role as it is typed.
///
/// # Errors
/// A sentence with the roles there are.
pub fn parse_role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| format!("must be one of {}", Role::ALL.map(Role::code).join(", ")))
}
