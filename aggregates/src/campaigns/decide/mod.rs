//! One small function per command.

mod change;
mod check;
mod links;
mod report;

pub(super) use change::change;
pub(super) use report::report;

use uuid::Uuid;

use super::{Campaign, CampaignDetails, CampaignEvent, CampaignFigures, Results, ResultsPatch};
use crate::Refusal;
use crate::faults::Faults;
use crate::values::{Status, changed_figures};

/// What a command makes happen, or why nothing does.
type Decision = Result<Vec<CampaignEvent>, Refusal>;

#[expect(clippy::too_many_arguments, reason = "the fields of the command, once each")]
pub(super) fn create(
    campaign: &Campaign,
    id: Uuid,
    brand: Uuid,
    details: CampaignDetails,
    status: Status,
    results: Results,
    link_product: Vec<Uuid>,
    mut figures: CampaignFigures,
) -> Decision {
    campaign.not_begun()?;
    let mut faults = Faults::default();
    let mut patch = details.into();
    check::details(campaign, &mut patch, &mut faults);
    check::results(&ResultsPatch::from(results.clone()), &mut faults);
    faults.figures(&mut figures);
    let wanted = check::links(link_product, &mut faults);
    faults.verdict()?;

    let mut details = CampaignDetails::default();
    details.apply(&patch);
    let mut events = vec![CampaignEvent::CampaignCreated { id, brand, details, status, results }];
    events.extend(figures_sent(campaign, &figures));
    events.extend(links::changes(&[], &wanted));
    Ok(events)
}

pub(super) fn add_product(campaign: &Campaign, product_id: Uuid) -> Decision {
    campaign.live()?;
    if campaign.link_product.contains(&product_id) {
        return Ok(Vec::new());
    }
    let mut faults = Faults::default();
    check::links_count(campaign.link_product.len() + 1, &mut faults);
    faults.verdict()?;
    Ok(vec![CampaignEvent::CampaignProductLinked { product_id }])
}

pub(super) fn remove_product(campaign: &Campaign, product_id: Uuid) -> Decision {
    campaign.live()?;
    if !campaign.link_product.contains(&product_id) {
        return Ok(Vec::new());
    }
    Ok(vec![CampaignEvent::CampaignProductUnlinked { product_id }])
}

pub(super) fn delete(campaign: &Campaign) -> Decision {
    campaign.live()?;
    Ok(vec![CampaignEvent::CampaignDeleted {}])
}

fn figures_sent(campaign: &Campaign, figures: &CampaignFigures) -> impl Iterator<Item = CampaignEvent> {
    changed_figures(&campaign.figures, figures)
        .into_iter()
        .map(|(figure, value)| CampaignEvent::CampaignFigureSent { figure, value })
}

/// The step to another status, with whether the plan foresaw it.
fn status_changed(campaign: &Campaign, status: Option<Status>) -> Option<CampaignEvent> {
    let from = campaign.status;
    let to = status.filter(|to| *to != from)?;
    Some(CampaignEvent::CampaignStatusChanged { from, to, is_override: !from.leads_to(to) })
}

/// What is new among the results.
fn results_reported(campaign: &Campaign, results: &ResultsPatch) -> Option<CampaignEvent> {
    let changes = campaign.results.changed_by(results);
    (!changes.is_empty()).then_some(CampaignEvent::CampaignResultsReported { changes })
}
