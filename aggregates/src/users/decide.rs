//! One small function per command.

use super::{Role, User, UserEvent};
use crate::faults::Faults;
use crate::{Decider, Refusal};

/// The longest username and the longest display name, in characters.
const NAME_CHARS_MAX: usize = 150;
/// The longest address that mail can be sent to (RFC 5321).
const EMAIL_CHARS_MAX: usize = 254;

pub(super) fn register(
    user: &User,
    number: i64,
    mut username: String,
    email: Option<String>,
    display_name: Option<String>,
    role: Role,
) -> Result<Vec<UserEvent>, Refusal> {
    if user.number != 0 {
        return Err(Refusal::already_exists(User::KIND));
    }
    let mut faults = Faults::default();
    if number < 1 {
        faults.add("id", "out_of_range", "must be at least 1");
    }
    faults.name("username", Some(&mut username), NAME_CHARS_MAX);
    faults.printable("username", &username);
    check_email(email.as_deref(), &mut faults);
    let display_name = Some(display_name);
    faults.text("display_name", &display_name, NAME_CHARS_MAX);
    faults.verdict()?;
    let display_name = display_name.flatten();
    Ok(vec![UserEvent::UserRegistered { number, username, email, display_name, role }])
}

/// Whether mail could be sent there at all; whether it arrives only a mail can tell.
fn check_email(email: Option<&str>, faults: &mut Faults) {
    let Some(email) = email else { return };
    let around = email.split_once('@');
    let is_address = around
        .is_some_and(|(name, host)| !name.is_empty() && !host.is_empty() && !host.contains('@'))
        && !email.chars().any(|character| character.is_whitespace() || character.is_control());
    if email.chars().count() > EMAIL_CHARS_MAX {
        faults.add("email", "too_long", &format!("must have at most {EMAIL_CHARS_MAX} characters"));
    } else if !is_address {
        faults.add("email", "not_allowed", "must be an address such as name@example.com");
    }
}
