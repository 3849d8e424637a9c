use std::collections::{BTreeMap, BTreeSet};

use super::check::CREATORS_MAX;
use super::{Decision, check, results_reported, status_changed};
use crate::campaigns::{Campaign, CampaignEvent, CreatorDetails, CreatorReport, ResultsPatch};
use crate::faults::Faults;
use crate::values::Status;

pub(crate) fn report(
    campaign: &Campaign,
    status: Option<Status>,
    results: ResultsPatch,
    mut creators: Vec<CreatorReport>,
) -> Decision {
    campaign.live()?;
    let mut faults = Faults::default();
    check::results(&results, &mut faults);
    check_creators(campaign, &mut creators, &mut faults);
    faults.verdict()?;

    let mut events = Vec::new();
    events.extend(status_changed(campaign, status));
    events.extend(results_reported(campaign, &results));
    events.extend(creators_reported(campaign, creators));
    Ok(events)
}

/// Where several creators are reported, a fault says which one it is about.
fn check_creators(campaign: &Campaign, creators: &mut [CreatorReport], faults: &mut Faults) {
    let is_list = creators.len() > 1;
    for (index, creator) in creators.iter_mut().enumerate() {
        if is_list {
            faults.inside(format!("creators[{index}]."));
        }
        check::creator(creator, faults);
    }
    faults.inside(String::new());

    let joining: BTreeSet<_> = creators
        .iter()
        .map(|report| report.creator_id.as_str())
        .filter(|creator_id| !campaign.creators.contains_key(*creator_id))
        .collect();
    if campaign.creators.len() + joining.len() > CREATORS_MAX {
        faults.add("creators", "out_of_range", &format!("must be at most {CREATORS_MAX} in a campaign"));
    }
}

/// What is new about each creator; one who was not known yet is news with nothing else said.
fn creators_reported(campaign: &Campaign, creators: Vec<CreatorReport>) -> Vec<CampaignEvent> {
    // How creators stand after the reports before, since one command may report the same one twice.
    let mut standing: BTreeMap<String, CreatorDetails> = BTreeMap::new();
    let mut events = Vec::new();
    for CreatorReport { creator_id, patch } in creators {
        let known = standing
            .get(&creator_id)
            .or_else(|| campaign.creators.get(&creator_id).map(|creator| &creator.details));
        let changes = match known {
            Some(details) => details.changed_by(&patch),
            None => CreatorDetails::default().changed_by(&patch),
        };
        if known.is_some() && changes.is_empty() {
            continue;
        }
        let mut details = known.cloned().unwrap_or_default();
        details.apply(&changes);
        standing.insert(creator_id.clone(), details);
        events.push(CampaignEvent::CampaignCreatorReported { creator_id, changes });
    }
    events
}
