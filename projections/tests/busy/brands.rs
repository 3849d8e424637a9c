//! Brands, products and campaigns.

use aggregates::brands::{Brand, BrandCommand, BrandFigure, BrandFigures, BrandPatch};
use aggregates::campaigns::{
    Campaign, CampaignCommand, CampaignFigure, CampaignFigures, CampaignPatch, CreatorPatch, CreatorReport,
    ResultsPatch,
};
use aggregates::products::{Product, ProductCommand, ProductFigure, ProductFigures, ProductPatch};
use aggregates::values::Status;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Choices, Slice, may};
use crate::support::History;

/// Few brands with their products and campaigns; new ones come when some are deleted.
#[derive(Default)]
pub(crate) struct FamilyB {
    brands: Vec<Uuid>,
    products: Vec<Uuid>,
    campaigns: Vec<Uuid>,
}

impl Slice for FamilyB {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        self.brands.retain(|id| history.state::<Brand>(&id.to_string()).1.is_active);
        self.products.retain(|id| history.state::<Product>(&id.to_string()).1.is_active);
        self.campaigns.retain(|id| history.state::<Campaign>(&id.to_string()).1.is_active);
        if self.brands.len() < 3 {
            self.brands.push(history.brand(&format!("brand {act}")));
        }
        let brand = choices.one(&self.brands);
        if self.products.len() < 5 {
            self.products.push(history.product(brand, &format!("product {act}")));
        } else if self.campaigns.len() < 5 {
            self.campaigns.push(history.campaign(brand, &format!("campaign {act}"), &[]));
        } else {
            let (product, campaign) = (choices.one(&self.products), choices.one(&self.campaigns));
            something(history, choices, act, (brand, product, campaign));
        }
    }
}

/// One act, which the rules may forbid.
fn something(history: &mut History, choices: &mut Choices, act: usize, ids: (Uuid, Uuid, Uuid)) {
    let (brand, product_id, campaign) = ids;
    let of_campaign = |history: &mut History, command| may::<Campaign>(history, &campaign, command);
    match choices.below(100) {
        0..2 => may::<Brand>(history, &brand, BrandCommand::Delete),
        2..4 => may::<Product>(history, &product_id, ProductCommand::Delete),
        4..6 => of_campaign(history, CampaignCommand::Delete),
        6..10 => {
            let value = (act.is_multiple_of(2)).then(|| Decimal::from(act));
            let figures = BrandFigures::from([(BrandFigure::CreatorsCount, value)]);
            let patch = BrandPatch { category: Some(Some(format!("{act}"))), ..BrandPatch::default() };
            may::<Brand>(history, &brand, BrandCommand::Change { patch, figures });
        }
        10..20 => {
            let brand = (act.is_multiple_of(2)).then_some(brand);
            let patch = ProductPatch { stock: Some(5), ..ProductPatch::default() };
            let value = choices.once_in(2).then(|| Decimal::from(act));
            let figures = match choices.below(3) {
                0 => ProductFigures::from([(ProductFigure::CollabCreators, value)]),
                _ => ProductFigures::new(),
            };
            let command = ProductCommand::Change { brand, patch, figures };
            may::<Product>(history, &product_id, command);
        }
        20..50 => {
            let (_, campaign) = history.state::<Campaign>(&campaign.to_string());
            let fitting = products_of(history, campaign.brand);
            let product_id = if fitting.is_empty() { product_id } else { choices.one(&fitting) };
            of_campaign(history, CampaignCommand::AddProduct { product_id });
        }
        50..53 => {
            let linked = history.state::<Campaign>(&campaign.to_string()).1.link_product;
            let product_id = if linked.is_empty() { product_id } else { choices.one(&linked) };
            of_campaign(history, CampaignCommand::RemoveProduct { product_id });
        }
        53..75 => of_campaign(history, change(choices, act, brand)),
        _ => of_campaign(history, report(choices, act)),
    }
}

/// The live products of a brand, in the order in which they came.
fn products_of(history: &History, brand: Uuid) -> Vec<Uuid> {
    let products = history.states::<Product>();
    let mut products: Vec<Uuid> = products
        .into_iter()
        .filter(|product| product.is_active && product.brand == brand)
        .map(|product| product.id)
        .collect();
    products.sort_unstable();
    products
}

fn change(choices: &mut Choices, act: usize, brand: Uuid) -> CampaignCommand {
    CampaignCommand::Change {
        brand: choices.once_in(4).then_some(brand),
        patch: CampaignPatch { budget: Some(Some(format!("{act}"))), ..CampaignPatch::default() },
        status: Some(choices.one(&Status::ALL)),
        results: ResultsPatch { gmv_achieved: Some(Some(format!("${act}"))), ..ResultsPatch::default() },
        link_product: None,
        figures: match choices.below(3) {
            0 => CampaignFigures::from([(
                CampaignFigure::CreatorsCount,
                choices.once_in(2).then_some(Decimal::TEN),
            )]),
            _ => CampaignFigures::new(),
        },
        strict_status: false,
    }
}

fn report(choices: &mut Choices, act: usize) -> CampaignCommand {
    let creators = (0..3).map(|_| CreatorReport {
        creator_id: format!("creator {}", choices.below(8)),
        patch: CreatorPatch { followers: i64::try_from(act).ok(), ..CreatorPatch::default() },
    });
    let (status, creators) = (None, creators.collect());
    CampaignCommand::Report { status, results: ResultsPatch::default(), creators }
}
