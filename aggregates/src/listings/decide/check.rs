//! What may be said of a listing.

use serde_json::Value;

use crate::Refusal;
use crate::faults::{Faults, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::listings::ListingPatch;
use crate::values::plain_code;

/// The longest goods code, brand or category, in characters.
const WORD_CHARS_MAX: usize = 100;
/// The longest way to read a price, in bytes of JSON.
const RULE_BYTES_MAX: usize = 4_000;
/// The longest pause between two visits: thirty days.
const INTERVAL_S_MAX: i64 = 30 * 24 * 60 * 60;

/// What was sent, in the form that is stored.
pub(super) fn checked(number: i64, mut patch: ListingPatch) -> Result<ListingPatch, Refusal> {
    let mut faults = Faults::default();
    if number < 1 {
        faults.add("id", "out_of_range", "must be at least 1");
    }
    check_code(&mut patch, &mut faults);
    tidy(&mut patch.name);
    tidy(&mut patch.brand);
    tidy(&mut patch.category);
    tidy(&mut patch.url);
    faults.text("url", &patch.url, TEXT_CHARS_MAX);
    check_address("url", patch.url.as_ref(), &mut faults);
    faults.text("name", &patch.name, NAME_CHARS_MAX);
    faults.text("brand", &patch.brand, WORD_CHARS_MAX);
    faults.text("category", &patch.category, WORD_CHARS_MAX);
    faults.text("image_url", &patch.image_url, TEXT_CHARS_MAX);
    if let Some(Some(extract)) = &patch.extract {
        check_extract(extract, &mut faults);
    }
    if let Some(Some(interval_s)) = patch.interval_s
        && !(1..=INTERVAL_S_MAX).contains(&interval_s)
    {
        faults.add("interval", "out_of_range", &format!("must be between 1 and {INTERVAL_S_MAX} seconds"));
    }
    faults.verdict()?;
    Ok(patch)
}

/// A blank is nothing said.
fn tidy(text: &mut Option<Option<String>>) {
    if let Some(some) = text {
        *some = some.take().map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
    }
}

fn check_code(patch: &mut ListingPatch, faults: &mut Faults) {
    tidy(&mut patch.product_id);
    if let Some(Some(code)) = &mut patch.product_id {
        *code = plain_code(code);
        faults.required("product_id", Some(code), WORD_CHARS_MAX);
        faults.printable("product_id", code);
    }
}

/// Only pages of the web can be visited.
fn check_address(field: &str, address: Option<&Option<String>>, faults: &mut Faults) {
    let Some(Some(address)) = address else { return };
    let lower = address.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#', '\\']).next().unwrap_or_default());
    if host.is_some_and(|host| host.contains('@')) {
        faults.add(field, "not_allowed", "must not hold a user name or a password: everybody reads it");
        return;
    }
    let has_host = host.is_some_and(|host| !host.is_empty() && !host.starts_with(':'));
    if !has_host || address.chars().any(|character| character.is_whitespace() || character.is_control()) {
        faults.add(field, "not_allowed", "must be an address such as https://shop.example/goods/1");
    }
}

/// What it means only the crawler knows; here it is kept small.
fn check_extract(extract: &Value, faults: &mut Faults) {
    if !(extract.is_string() || extract.is_object()) {
        faults.add("extract", "wrong_type", "must be text or an object");
    } else if extract.to_string().len() > RULE_BYTES_MAX {
        faults.add("extract", "too_long", &format!("must have at most {RULE_BYTES_MAX} bytes"));
    }
}
