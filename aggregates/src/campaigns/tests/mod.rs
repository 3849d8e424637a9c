//! Given what happened to a campaign, when one asks for more, then this happens.

mod changes;
mod creation;
mod links;
mod promises;
mod reports;
mod statuses;

use std::collections::BTreeMap;

use cqrs_es::test::AggregateTestExecutor;

use super::*;
use crate::testing::{self, after, id};
use crate::{Decider, Refusal};

fn given(events: &[CampaignEvent]) -> AggregateTestExecutor<Campaign> {
    testing::given(events)
}

fn tea_week() -> CampaignDetails {
    CampaignDetails { name: "Tea week".to_owned(), dataset_id: "d1".to_owned(), ..CampaignDetails::default() }
}

fn created() -> CampaignEvent {
    CampaignEvent::CampaignCreated {
        id: id(3),
        brand: id(1),
        details: tea_week(),
        status: Status::Pending,
        results: Results::default(),
    }
}

fn create(details: CampaignDetails) -> CampaignCommand {
    CampaignCommand::Create {
        id: id(3),
        brand: id(1),
        details,
        status: Status::Pending,
        results: Results::default(),
        link_product: Vec::new(),
        figures: BTreeMap::new(),
    }
}

/// A change of nothing, for struct-like additions in each test.
#[derive(Clone, Default)]
struct Sent {
    brand: Option<Uuid>,
    patch: CampaignPatch,
    status: Option<Status>,
    results: ResultsPatch,
    link_product: Option<Vec<Uuid>>,
    figures: CampaignFigures,
    strict_status: bool,
}

fn change(sent: Sent) -> CampaignCommand {
    let Sent { brand, patch, status, results, link_product, figures, strict_status } = sent;
    CampaignCommand::Change { brand, patch, status, results, link_product, figures, strict_status }
}

fn patched(patch: CampaignPatch) -> Result<Vec<CampaignEvent>, Refusal> {
    after::<Campaign>(&[created()]).decide(change(Sent { patch, ..Sent::default() }))
}

fn linked(product: u128) -> CampaignEvent {
    CampaignEvent::CampaignProductLinked { product_id: id(product) }
}

fn unlinked(product: u128) -> CampaignEvent {
    CampaignEvent::CampaignProductUnlinked { product_id: id(product) }
}

fn moved() -> CampaignEvent {
    CampaignEvent::CampaignMoved { from: id(1), to: id(9) }
}

fn report(creators: Vec<CreatorReport>) -> CampaignCommand {
    CampaignCommand::Report { status: None, results: ResultsPatch::default(), creators }
}

fn about(creator_id: &str, patch: CreatorPatch) -> CreatorReport {
    CreatorReport { creator_id: creator_id.to_owned(), patch }
}

fn reported(creator_id: &str, changes: CreatorPatch) -> CampaignEvent {
    CampaignEvent::CampaignCreatorReported { creator_id: creator_id.to_owned(), changes }
}
