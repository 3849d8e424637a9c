//! One small function per command.

use super::{Vendor, VendorDetails, VendorEmail, VendorEvent, VendorPatch, is_mail_address};
use crate::faults::{Faults, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::values::plain_code;
use crate::{Decider, Refusal};

/// The longest vendor code, in characters.
const CODE_CHARS_MAX: usize = 64;
/// The most addresses of one vendor.
const EMAILS_MAX: usize = 100;

pub(super) fn create(
    vendor: &Vendor,
    number: i64,
    details: VendorDetails,
    emails: Vec<VendorEmail>,
) -> Result<Vec<VendorEvent>, Refusal> {
    if vendor.number != 0 {
        return Err(Refusal::already_exists(Vendor::KIND));
    }
    let mut patch = details.into();
    let mut faults = Faults::default();
    check(&mut patch, &mut faults);
    let emails = checked_list(emails, &mut faults);
    faults.verdict()?;
    let mut details = VendorDetails::default();
    details.apply(&patch);
    let mut events = vec![VendorEvent::VendorCreated { number, details }];
    events.extend(emails.into_iter().map(|email| VendorEvent::VendorEmailAdded { email }));
    Ok(events)
}

pub(super) fn change(
    vendor: &Vendor,
    mut patch: VendorPatch,
    emails: Option<Vec<VendorEmail>>,
) -> Result<Vec<VendorEvent>, Refusal> {
    vendor.live()?;
    let mut faults = Faults::default();
    check(&mut patch, &mut faults);
    let emails = emails.map(|emails| checked_list(emails, &mut faults));
    faults.verdict()?;
    let mut events = changed(vendor, &patch);
    let Some(emails) = emails else { return Ok(events) };
    let is_kept = |known: &VendorEmail| emails.iter().any(|email| is_same(&email.email, &known.email));
    let gone = vendor.emails.iter().filter(|known| !is_kept(known));
    events.extend(gone.map(|known| VendorEvent::VendorEmailRemoved { id: known.id }));
    for email in emails {
        match vendor.email_like(&email.email) {
            None => events.push(VendorEvent::VendorEmailAdded { email }),
            Some(known) => {
                let email = VendorEmail { id: known.id, ..email };
                if email != *known {
                    events.push(VendorEvent::VendorEmailChanged { email });
                }
            }
        }
    }
    Ok(events)
}

pub(super) fn complete(
    vendor: &Vendor,
    mut patch: VendorPatch,
    emails: Vec<VendorEmail>,
) -> Result<Vec<VendorEvent>, Refusal> {
    vendor.live()?;
    let mut faults = Faults::default();
    check(&mut patch, &mut faults);
    let emails = checked_list(emails, &mut faults);
    let new: Vec<_> = emails.into_iter().filter(|email| vendor.email_like(&email.email).is_none()).collect();
    check_count(vendor.emails.len() + new.len(), &mut faults);
    faults.verdict()?;
    let mut events = changed(vendor, &patch);
    events.extend(new.into_iter().map(|email| VendorEvent::VendorEmailAdded { email }));
    Ok(events)
}

fn changed(vendor: &Vendor, patch: &VendorPatch) -> Vec<VendorEvent> {
    let changes = vendor.details.changed_by(patch);
    if changes.is_empty() { Vec::new() } else { vec![VendorEvent::VendorChanged { changes }] }
}

pub(super) fn add_email(vendor: &Vendor, mut email: VendorEmail) -> Result<Vec<VendorEvent>, Refusal> {
    vendor.live()?;
    let mut faults = Faults::default();
    check_email(&mut email, &mut faults);
    if vendor.email_like(&email.email).is_some() {
        faults.verdict()?;
        return Ok(Vec::new());
    }
    check_count(vendor.emails.len() + 1, &mut faults);
    faults.verdict()?;
    Ok(vec![VendorEvent::VendorEmailAdded { email }])
}

pub(super) fn remove_email(vendor: &Vendor, id: i64) -> Result<Vec<VendorEvent>, Refusal> {
    vendor.live()?;
    if !vendor.emails.iter().any(|known| known.id == id) {
        return Err(Refusal::NotFound("email"));
    }
    Ok(vec![VendorEvent::VendorEmailRemoved { id }])
}

pub(super) fn delete(vendor: &Vendor) -> Result<Vec<VendorEvent>, Refusal> {
    vendor.live()?;
    Ok(vec![VendorEvent::VendorDeleted {}])
}

fn is_same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

fn check(patch: &mut VendorPatch, faults: &mut Faults) {
    if let Some(code) = &mut patch.vendor_code {
        *code = plain_code(code);
    }
    faults.name("vendor_code", patch.vendor_code.as_mut(), CODE_CHARS_MAX);
    faults.printable("vendor_code", patch.vendor_code.as_deref().unwrap_or_default());
    faults.name("vendor_name", patch.vendor_name.as_mut(), NAME_CHARS_MAX);
    faults.printable("vendor_name", patch.vendor_name.as_deref().unwrap_or_default());
    faults.text("contact", &patch.contact, NAME_CHARS_MAX);
    faults.text("phone", &patch.phone, NAME_CHARS_MAX);
    faults.text("pm", &patch.pm, NAME_CHARS_MAX);
    faults.text("note", &patch.note, TEXT_CHARS_MAX);
}

/// The list without repetitions: the first of an address counts.
fn checked_list(emails: Vec<VendorEmail>, faults: &mut Faults) -> Vec<VendorEmail> {
    check_count(emails.len(), faults);
    let mut list: Vec<VendorEmail> = Vec::new();
    for (index, mut email) in emails.into_iter().enumerate().take(EMAILS_MAX) {
        faults.inside(format!("emails[{index}]."));
        check_email(&mut email, faults);
        if !list.iter().any(|known| is_same(&known.email, &email.email)) {
            list.push(email);
        }
    }
    faults.inside(String::new());
    list
}

fn check_count(count: usize, faults: &mut Faults) {
    if count > EMAILS_MAX {
        faults.add("emails", "too_long", &format!("must have at most {EMAILS_MAX} addresses"));
    }
}

fn check_email(email: &mut VendorEmail, faults: &mut Faults) {
    email.email = plain_code(&email.email);
    if email.email.is_empty() {
        faults.add("email", "required", "must not be empty");
    } else if !is_mail_address(&email.email) {
        faults.add("email", "not_allowed", "must be an address such as name@example.com");
    }
    faults.text("name", &Some(email.name.clone()), NAME_CHARS_MAX);
    faults.printable("name", email.name.as_deref().unwrap_or_default());
}
