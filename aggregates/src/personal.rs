//! What tells who somebody is: kept encrypted in events, with a key of the person's own.

use crate::Decider;
use crate::users::{User, UserEvent};

/// What stands in place of a person's data after it was erased.
pub const ERASED: &str = "erased";

/// The fields of a kind's events, at any depth, that tell who somebody is; mostly none.
pub fn personal_fields(kind: &str) -> &'static [&'static str] {
    if kind == User::KIND { &["username", "email", "display_name"] } else { &[] }
}

/// Whether an event of this type says that what its stream tells of somebody is unreadable from now on.
pub fn erases(event_type: &str) -> bool {
    const ERASING: &str = "UserErased";
    debug_assert!(UserEvent::WIRE.iter().any(|(name, _)| *name == ERASING));
    event_type == ERASING
}
