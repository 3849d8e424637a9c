use uuid::Uuid;

use super::{Decision, check, figures_sent, links, results_reported, status_changed};
use crate::campaigns::{Campaign, CampaignEvent, CampaignFigures, CampaignPatch, ResultsPatch};
use crate::faults::Faults;
use crate::values::Status;

#[expect(clippy::too_many_arguments, reason = "the fields of the command, once each")]
pub(crate) fn change(
    campaign: &Campaign,
    brand: Option<Uuid>,
    mut patch: CampaignPatch,
    status: Option<Status>,
    results: ResultsPatch,
    link_product: Option<Vec<Uuid>>,
    mut figures: CampaignFigures,
    strict_status: bool,
) -> Decision {
    campaign.live()?;
    let mut faults = Faults::default();
    check::details(campaign, &mut patch, &mut faults);
    if strict_status {
        check::strict_step(campaign.status, status, &mut faults);
    }
    check::results(&results, &mut faults);
    let wanted = link_product.map(|wanted| check::links(wanted, &mut faults));
    faults.figures(&mut figures);
    faults.verdict()?;

    let moved_to = brand.filter(|to| *to != campaign.brand);
    let mut events = Vec::new();
    events.extend(moved_to.map(|to| CampaignEvent::CampaignMoved { from: campaign.brand, to }));
    events.extend(changed(campaign, &patch));
    events.extend(status_changed(campaign, status));
    events.extend(results_reported(campaign, &results));
    if let Some(wanted) = wanted {
        let present = if moved_to.is_some() { &[] } else { campaign.link_product.as_slice() };
        events.extend(links::changes(present, &wanted));
    }
    events.extend(figures_sent(campaign, &figures));
    Ok(events)
}

/// What is new among the plain fields.
fn changed(campaign: &Campaign, patch: &CampaignPatch) -> Option<CampaignEvent> {
    let changes = campaign.details.changed_by(patch);
    (!changes.is_empty()).then_some(CampaignEvent::CampaignChanged { changes })
}
