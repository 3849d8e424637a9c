//! The rules for what is sent, field by field.

use std::collections::BTreeSet;

use uuid::Uuid;

use crate::campaigns::{Campaign, CampaignPatch, CreatorReport, ResultsPatch};
use crate::faults::{AMOUNT_MAX, DESCRIPTION_CHARS_MAX, Faults, NAME_CHARS_MAX, TEXT_CHARS_MAX};
use crate::values::Status;

/// The longest id of a creator, in characters.
const CREATOR_ID_CHARS_MAX: usize = 100;
/// The most creators in a campaign.
pub(super) const CREATORS_MAX: usize = 10_000;
/// The most products that a campaign links.
const LINKS_MAX: usize = 10_000;

/// Checks the fields sent and brings them into the form that is stored.
pub(super) fn details(campaign: &Campaign, patch: &mut CampaignPatch, faults: &mut Faults) {
    faults.name("name", patch.name.as_mut(), NAME_CHARS_MAX);
    faults.required("dataset_id", patch.dataset_id.as_ref(), NAME_CHARS_MAX);
    faults.text("description", &patch.description, DESCRIPTION_CHARS_MAX);
    let texts = [
        ("image_url", &patch.image_url),
        ("service", &patch.service),
        ("creator_type", &patch.creator_type),
        ("creator_level", &patch.creator_level),
        ("creator_category", &patch.creator_category),
        ("gmv", &patch.gmv),
        ("followers", &patch.followers),
        ("views", &patch.views),
        ("budget", &patch.budget),
        ("external_id", &patch.external_id),
        ("video_link", &patch.video_link),
    ];
    for (field, text) in texts {
        faults.text(field, text, TEXT_CHARS_MAX);
    }
    faults.instant("start_date", &mut patch.start_date);
    faults.instant("end_date", &mut patch.end_date);
    date_order(campaign, patch, faults);
}

/// The dates as they would stand afterwards; the fault is of the one that was sent.
fn date_order(campaign: &Campaign, patch: &CampaignPatch, faults: &mut Faults) {
    let start = patch.start_date.unwrap_or(campaign.details.start_date);
    let end = patch.end_date.unwrap_or(campaign.details.end_date);
    let (Some(start), Some(end)) = (start, end) else { return };
    if start <= end {
        return;
    }
    if patch.start_date.is_some() {
        faults.add("start_date", "out_of_range", "must not be after end_date");
    } else if patch.end_date.is_some() {
        faults.add("end_date", "out_of_range", "must not be before start_date");
    }
}

/// A jump that the plan does not foresee, where the house is strict about it.
pub(super) fn strict_step(from: Status, to: Option<Status>, faults: &mut Faults) {
    let Some(to) = to else { return };
    if to == from || from.leads_to(to) {
        return;
    }
    let allowed: Vec<_> = from.next().map(Status::code).collect();
    let rule = match allowed.as_slice() {
        [] => format!("must stay {}", from.code()),
        codes => format!("must be {} after {}", codes.join(" or "), from.code()),
    };
    faults.add("status", "not_allowed", &rule);
}

/// Checks what a campaign is said to have reached.
pub(super) fn results(results: &ResultsPatch, faults: &mut Faults) {
    faults.text("gmv_achieved", &results.gmv_achieved, TEXT_CHARS_MAX);
    faults.text("views_achieved", &results.views_achieved, TEXT_CHARS_MAX);
}

/// The links wanted, each once, in the order of its first mention.
pub(super) fn links(mut wanted: Vec<Uuid>, faults: &mut Faults) -> Vec<Uuid> {
    let mut seen = BTreeSet::new();
    wanted.retain(|product_id| seen.insert(*product_id));
    links_count(wanted.len(), faults);
    wanted
}

/// Checks how many products would be linked.
pub(super) fn links_count(count: usize, faults: &mut Faults) {
    if count > LINKS_MAX {
        faults.add("link_product", "out_of_range", &format!("must have at most {LINKS_MAX} products"));
    }
}

/// Checks a report about one creator and brings it into the form that is stored.
pub(super) fn creator(report: &mut CreatorReport, faults: &mut Faults) {
    faults.required("creator_id", Some(&report.creator_id), CREATOR_ID_CHARS_MAX);
    faults.printable("creator_id", &report.creator_id);
    let patch = &mut report.patch;
    faults.text("name", &patch.name, TEXT_CHARS_MAX);
    faults.text("category", &patch.category, TEXT_CHARS_MAX);
    faults.count("followers", patch.followers);
    faults.decimal("gmv_generated", patch.gmv_generated.as_mut(), 2, 0..=AMOUNT_MAX);
    faults.decimal("views_generated", patch.views_generated.as_mut(), 0, 0..=AMOUNT_MAX);
    faults.decimal("pricing", patch.pricing.as_mut(), 2, 0..=AMOUNT_MAX);
}
