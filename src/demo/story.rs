//! The story as data: `story.json`, in the words that the API's own bodies use.

use aggregates::brands::BrandDetails;
use aggregates::campaigns::{CampaignDetails, CreatorPatch, CreatorReport};
use aggregates::products::ProductDetails;
use aggregates::values::Status;
use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use serde::Deserialize;
use uuid::Uuid;

use super::history::History;

/// A brand with all that belongs to it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Brand {
    pub(super) details: BrandDetails,
    pub(super) products: Vec<ProductDetails>,
    pub(super) campaigns: Vec<Campaign>,
}

/// A campaign as the story begins.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Campaign {
    pub(super) details: CampaignDetails,
    pub(super) status: Status,
    starts_in_days: i64,
    lasts_days: i64,
    /// The external ids of the products it links.
    pub(super) products: Vec<String>,
    creators: Vec<Creator>,
}

#[derive(Clone, Debug, Deserialize)]
struct Creator {
    id: String,
    /// The external id of the product they work for, if only one.
    works_for: Option<String>,
    report: CreatorPatch,
}

/// Every brand of the story.
///
/// # Errors
/// When the file and this build disagree.
pub(super) fn brands() -> serde_json::Result<Vec<Brand>> {
    serde_json::from_str(include_str!("story.json"))
}

/// The name that the demo knows a thing by.
pub(super) fn key(external_id: Option<&String>) -> &str {
    external_id.map_or("", String::as_str)
}

impl Campaign {
    /// What is said of it when it is told at `now`.
    pub(super) fn details_at(&self, now: DateTime<Utc>) -> CampaignDetails {
        let start = now.trunc_subsecs(0) + TimeDelta::days(self.starts_in_days);
        let end = start + TimeDelta::days(self.lasts_days);
        CampaignDetails { start_date: Some(start), end_date: Some(end), ..self.details.clone() }
    }

    /// What its creators have done when the story begins.
    pub(super) fn reports(&self, history: &History) -> Vec<CreatorReport> {
        let report = |creator: &Creator| {
            let works_for = creator.works_for.as_ref().and_then(|key| history.products.get(key));
            let patch = CreatorPatch { product_id: Some(works_for.copied()), ..creator.report.clone() };
            CreatorReport { creator_id: creator.id.clone(), patch }
        };
        self.creators.iter().map(report).collect()
    }

    /// The live ids of the products it links.
    pub(super) fn links(&self, history: &History) -> Vec<Uuid> {
        self.products.iter().filter_map(|key| history.products.get(key)).copied().collect()
    }

    /// The `number`th run of the same campaign: nobody has done anything yet.
    pub(super) fn again(&self, number: usize) -> Self {
        let mut next = self.clone();
        next.details.name = format!("{} #{number}", self.details.name);
        next.details.external_id = Some(format!("{}-{number}", key(self.details.external_id.as_ref())));
        next.status = Status::Pending;
        next.starts_in_days = 1;
        for creator in &mut next.creators {
            creator.report = CreatorPatch {
                status: Some(Status::Pending),
                gmv_generated: None,
                views_generated: None,
                ..creator.report.clone()
            };
        }
        next
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn tells_of_three_brands_twenty_products_and_six_campaigns() {
        let brands = brands().unwrap();
        let products: Vec<_> = brands.iter().flat_map(|brand| &brand.products).collect();
        let campaigns: Vec<_> = brands.iter().flat_map(|brand| &brand.campaigns).collect();
        assert_eq!((brands.len(), products.len(), campaigns.len()), (3, 20, 6));
        let statuses: BTreeSet<_> = campaigns.iter().map(|campaign| campaign.status.code()).collect();
        assert_eq!(statuses.len(), 4);
    }

    #[test]
    fn every_thing_has_a_key_of_its_own_and_links_stay_in_their_brand() {
        let mut keys = BTreeSet::new();
        for brand in brands().unwrap() {
            let products: BTreeSet<_> =
                brand.products.iter().map(|product| key(product.external_id.as_ref()).to_owned()).collect();
            for campaign in &brand.campaigns {
                let works_for = campaign.creators.iter().filter_map(|creator| creator.works_for.as_ref());
                assert!(campaign.products.iter().chain(works_for).all(|key| products.contains(key)));
                assert!(keys.insert(key(campaign.details.external_id.as_ref()).to_owned()));
            }
            assert!(products.into_iter().all(|key| key.starts_with("demo-") && keys.insert(key)));
        }
    }
}
