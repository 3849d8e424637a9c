//! What tells who somebody is: kept encrypted in events, with a key of the person's own.

use crate::Decider;
use crate::users::{User, UserEvent};

/// What stands in place of a person's data after it was erased.
pub const ERASED: &str = "erased";

/// The fields of a kind's events, at any depth, that tell who somebody is; mostly none.
///
/// Another kind of people also needs its word where keys are read and where they are destroyed: in the columns that the
/// event store reads, and in a trigger on its claim.
pub fn personal_fields(kind: &str) -> &'static [&'static str] {
    if kind == User::KIND { &["username", "email", "display_name"] } else { &[] }
}

/// The event that says that what its stream tells of somebody is unreadable from now on.
pub const ERASING: &str = "UserErased";

/// Whether an event of this type is that one.
pub fn erases(event_type: &str) -> bool {
    debug_assert!(UserEvent::WIRE.iter().any(|(name, _)| *name == ERASING));
    event_type == ERASING
}
