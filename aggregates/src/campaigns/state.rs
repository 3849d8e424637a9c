use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    CampaignCommand, CampaignDetails, CampaignEvent, CampaignFigure, CreatorDetails, CreatorPatch, Results,
    decide,
};
use crate::brands::Brand;
use crate::products::Product;
use crate::values::{Figure, Status, remember_figure};
use crate::{Claim, Decider, Refusal};

/// What is remembered of a campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Campaign {
    /// Its id; nil before it was created.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
    /// Created and not deleted.
    pub is_active: bool,
    /// What is said of it.
    pub details: CampaignDetails,
    /// Where it stands.
    pub status: Status,
    /// What it reached.
    pub results: Results,
    /// Linked products in the order added.
    pub link_product: Vec<Uuid>,
    /// Its creators by id; shared, so that a copy of the state is cheap.
    pub creators: BTreeMap<String, Arc<Creator>>,
    /// Figures that clients sent, by name.
    pub figures: BTreeMap<CampaignFigure, Decimal>,
}

/// A creator in a campaign.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Creator {
    /// The how-manieth to join, from 0: lists keep this order.
    pub ordinal: usize,
    /// What is reported of them.
    pub details: CreatorDetails,
}

impl Decider for Campaign {
    const KIND: &'static str = "campaign";
    type Command = CampaignCommand;
    type Event = CampaignEvent;

    fn decide(&self, command: CampaignCommand) -> Result<Vec<CampaignEvent>, Refusal> {
        use CampaignCommand::{AddProduct, Change, Create, Delete, RemoveProduct, Report};
        match command {
            Create { id, brand, details, status, results, link_product, figures } => {
                decide::create(self, id, brand, details, status, results, link_product, figures)
            }
            Change { brand, patch, status, results, link_product, figures, strict_status } => {
                decide::change(self, brand, patch, status, results, link_product, figures, strict_status)
            }
            AddProduct { product_id } => decide::add_product(self, product_id),
            RemoveProduct { product_id } => decide::remove_product(self, product_id),
            Report { status, results, creators } => decide::report(self, status, results, creators),
            Delete => decide::delete(self),
        }
    }

    fn evolve(&mut self, event: &CampaignEvent) {
        match event {
            CampaignEvent::CampaignCreated { id, brand, details, status, results } => {
                *self = Self {
                    id: *id,
                    brand: *brand,
                    is_active: true,
                    details: details.clone(),
                    status: *status,
                    results: results.clone(),
                    ..Self::default()
                };
            }
            CampaignEvent::CampaignChanged { changes } => self.details.apply(changes),
            CampaignEvent::CampaignMoved { to, .. } => {
                self.brand = *to;
                self.link_product.clear();
            }
            CampaignEvent::CampaignStatusChanged { to, .. } => self.status = *to,
            CampaignEvent::CampaignResultsReported { changes } => self.results.apply(changes),
            CampaignEvent::CampaignProductLinked { product_id } => {
                if !self.link_product.contains(product_id) {
                    self.link_product.push(*product_id);
                }
            }
            CampaignEvent::CampaignProductUnlinked { product_id } => {
                self.link_product.retain(|linked| linked != product_id);
            }
            CampaignEvent::CampaignCreatorReported { creator_id, changes } => {
                self.take_in(creator_id, changes)
            }
            CampaignEvent::CampaignFigureSent { figure, value } => {
                remember_figure(&mut self.figures, *figure, *value);
            }
            CampaignEvent::CampaignDeleted {} => self.is_active = false,
        }
    }

    fn requires(&self, event: &CampaignEvent) -> Vec<Claim> {
        let brand = match event {
            CampaignEvent::CampaignDeleted {} => return Vec::new(),
            CampaignEvent::CampaignCreated { brand, .. } | CampaignEvent::CampaignMoved { to: brand, .. } => {
                *brand
            }
            _ => self.brand,
        };
        let mut required = vec![Claim::new(Brand::KIND, brand, brand)];
        if let CampaignEvent::CampaignProductLinked { product_id } = event {
            required.push(Claim::new(Product::KIND, product_id, brand));
        }
        required
    }

    fn tags(&self) -> Vec<String> {
        if self.id.is_nil() { Vec::new() } else { vec![format!("{}:{}", Brand::KIND, self.brand)] }
    }
}

impl Campaign {
    /// Its creators in the order they joined.
    pub fn creators_in_order(&self) -> Vec<(&str, &Creator)> {
        let mut creators: Vec<_> =
            self.creators.iter().map(|(id, creator)| (id.as_str(), &**creator)).collect();
        creators.sort_unstable_by_key(|(_, creator)| creator.ordinal);
        creators
    }

    /// How many creators it has: the figure a client sent, or else those that were reported.
    pub fn creators_count(&self) -> i64 {
        let sent = self.figures.get(&CampaignFigure::CreatorsCount).and_then(ToPrimitive::to_i64);
        sent.unwrap_or_else(|| i64::try_from(self.creators.len()).unwrap_or(i64::MAX))
    }

    /// A campaign that was created and not deleted.
    pub(super) fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }

    /// A stream that nothing happened on yet.
    pub(super) fn not_begun(&self) -> Result<(), Refusal> {
        if self.id.is_nil() { Ok(()) } else { Err(Refusal::already_exists(Self::KIND)) }
    }

    fn take_in(&mut self, creator_id: &str, changes: &CreatorPatch) {
        if let Some(creator) = self.creators.get_mut(creator_id) {
            Arc::make_mut(creator).details.apply(changes);
        } else {
            let mut creator = Creator::joining(self.creators.len());
            creator.details.apply(changes);
            self.creators.insert(creator_id.to_owned(), Arc::new(creator));
        }
    }
}

impl Creator {
    /// Nothing reported yet; amounts already have their places.
    fn joining(ordinal: usize) -> Self {
        let nothing = Decimal::new(0, 2);
        let details =
            CreatorDetails { gmv_generated: nothing, pricing: nothing, ..CreatorDetails::default() };
        Self { ordinal, details }
    }
}

impl Figure for CampaignFigure {
    const ALL: &'static [Self] = &[Self::CreatorsCount];

    fn field(self) -> &'static str {
        match self {
            Self::CreatorsCount => "creators_count",
        }
    }

    fn places(self) -> u32 {
        0
    }
}
