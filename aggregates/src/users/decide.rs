//! One small function per command.

use super::name::{self, NAME_CHARS_MAX};
use super::{Role, Standing, User, UserDetails, UserEvent, UserPatch};
use crate::faults::Faults;
use crate::{Decider, Refusal};

/// The longest address that mail can be sent to (RFC 5321).
const EMAIL_CHARS_MAX: usize = 254;

pub(super) fn register(
    user: &User,
    number: i64,
    details: UserDetails,
    role: Role,
    is_enabled: bool,
) -> Result<Vec<UserEvent>, Refusal> {
    if user.number != 0 {
        return Err(Refusal::already_exists(User::KIND));
    }
    let mut faults = Faults::default();
    if number < 1 {
        faults.add("id", "out_of_range", "must be at least 1");
    }
    let mut patch = details.into();
    check(&mut patch, &mut faults);
    faults.verdict()?;
    let mut details = UserDetails::default();
    details.apply(&patch);
    let UserDetails { username, email, display_name } = details;
    let mut events = vec![UserEvent::UserRegistered { number, username, email, display_name, role }];
    if !is_enabled {
        // They were no administrator before: nobody has to stay for them.
        events.push(UserEvent::UserDisabled { other_admin: None });
    }
    Ok(events)
}

pub(super) fn change(
    user: &User,
    mut patch: UserPatch,
    role: Option<Role>,
    is_enabled: Option<bool>,
    resets_password: bool,
    standing: Standing,
) -> Result<Vec<UserEvent>, Refusal> {
    live(user)?;
    let mut faults = Faults::default();
    check(&mut patch, &mut faults);
    let role = role.filter(|role| *role != user.role);
    let disables = is_enabled == Some(false) && !user.is_disabled;
    let enables = is_enabled == Some(true) && user.is_disabled;
    let mut other_admin = None;
    let taken_from = role.map(|_| "role").or(disables.then_some("is_active"));
    if let Some(field) = taken_from {
        match losing(user, field, standing) {
            Ok(other) => other_admin = other,
            Err(rule) => faults.add(field, "not_allowed", rule),
        }
    }
    faults.verdict()?;
    let mut events = Vec::new();
    let changes = user.details().changed_by(&patch);
    if !changes.is_empty() {
        events.push(UserEvent::UserChanged { changes });
    }
    if let Some(to) = role {
        events.push(UserEvent::UserRoleChanged { from: user.role, to, other_admin });
    }
    if disables {
        events.push(UserEvent::UserDisabled { other_admin });
    } else if enables {
        events.push(UserEvent::UserEnabled {});
    }
    if resets_password {
        events.push(UserEvent::UserPasswordReset {});
    }
    Ok(events)
}

pub(super) fn remove(user: &User, standing: Standing) -> Result<Vec<UserEvent>, Refusal> {
    live(user)?;
    let other_admin = leaving(user, standing)?;
    Ok(vec![UserEvent::UserRemoved { other_admin }])
}

pub(super) fn erase(user: &User, standing: Standing) -> Result<Vec<UserEvent>, Refusal> {
    if user.number == 0 {
        return Err(Refusal::NotFound(User::KIND));
    }
    if user.is_erased {
        return Ok(Vec::new());
    }
    let other_admin = if user.is_active { leaving(user, standing)? } else { None };
    Ok(vec![UserEvent::UserErased { other_admin }])
}

fn live(user: &User) -> Result<(), Refusal> {
    if user.is_active { Ok(()) } else { Err(Refusal::NotFound(User::KIND)) }
}

/// The administrator who stays when `user` goes; none: they are no administrator.
fn leaving(user: &User, standing: Standing) -> Result<Option<i64>, Refusal> {
    losing(user, "id", standing).map_err(|rule| Refusal::field("id", "not_allowed", format!("id {rule}")))
}

/// The same when they only lose something. The rule that forbids it goes on after the field's name.
fn losing(user: &User, field: &str, standing: Standing) -> Result<Option<i64>, &'static str> {
    if standing.asker == Some(user.number) {
        return Err(match field {
            "id" => "is your own: nobody removes themselves",
            _ => "is your own: another administrator has to change it",
        });
    }
    if !user.is_admin() {
        return Ok(None);
    }
    match standing.other_admin.filter(|other| *other != user.number) {
        Some(other) => Ok(Some(other)),
        None => Err("is that of the last administrator: make another one first"),
    }
}

fn check(patch: &mut UserPatch, faults: &mut Faults) {
    if let Some(username) = &mut patch.username {
        name::check(username, faults);
    }
    check_email(patch.email.as_ref().and_then(|email| email.as_deref()), faults);
    faults.text("display_name", &patch.display_name, NAME_CHARS_MAX);
    if let Some(Some(display_name)) = &patch.display_name {
        faults.printable("display_name", display_name);
    }
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
