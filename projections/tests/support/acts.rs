//! What people do, in one word each. An act that the rules forbid fails the test.

use aggregates::Decider;
use aggregates::brands::{Brand, BrandCommand, BrandDetails, BrandFigures, BrandPatch};
use aggregates::campaigns::{
    Campaign, CampaignCommand, CampaignDetails, CampaignFigures, CampaignPatch, CreatorPatch, CreatorReport,
    Results, ResultsPatch,
};
use aggregates::products::{Product, ProductCommand, ProductDetails, ProductFigures, ProductPatch};
use aggregates::values::Status;
use uuid::Uuid;

use super::History;

impl History {
    pub(crate) fn brand(&mut self, name: &str) -> Uuid {
        self.brand_with(
            BrandDetails { name: name.to_owned(), ..BrandDetails::default() },
            BrandFigures::new(),
        )
    }

    pub(crate) fn brand_with(&mut self, details: BrandDetails, figures: BrandFigures) -> Uuid {
        let id = self.new_id();
        self.does::<Brand>(id, BrandCommand::Create { id, details, figures });
        id
    }

    pub(crate) fn product(&mut self, brand: Uuid, name: &str) -> Uuid {
        let dataset_id = format!("about {name}");
        let details = ProductDetails { name: name.to_owned(), dataset_id, ..ProductDetails::default() };
        self.product_with(brand, details, ProductFigures::new())
    }

    pub(crate) fn product_with(
        &mut self,
        brand: Uuid,
        details: ProductDetails,
        figures: ProductFigures,
    ) -> Uuid {
        let id = self.new_id();
        self.does::<Product>(id, ProductCommand::Create { id, brand, details, figures });
        id
    }

    pub(crate) fn campaign(&mut self, brand: Uuid, name: &str, link_product: &[Uuid]) -> Uuid {
        let dataset_id = format!("about {name}");
        let details = CampaignDetails { name: name.to_owned(), dataset_id, ..CampaignDetails::default() };
        self.campaign_with(brand, details, Results::default(), link_product)
    }

    pub(crate) fn campaign_with(
        &mut self,
        brand: Uuid,
        details: CampaignDetails,
        results: Results,
        link_product: &[Uuid],
    ) -> Uuid {
        let (id, link_product, figures) = (self.new_id(), link_product.to_vec(), CampaignFigures::new());
        let status = Status::Pending;
        let create = CampaignCommand::Create { id, brand, details, status, results, link_product, figures };
        self.does::<Campaign>(id, create);
        id
    }

    pub(crate) fn renames_brand(&mut self, id: Uuid, name: &str) {
        let patch = BrandPatch { name: Some(name.to_owned()), ..BrandPatch::default() };
        self.does::<Brand>(id, BrandCommand::Change { patch, figures: BrandFigures::new() });
    }

    pub(crate) fn sends_brand_figures(&mut self, id: Uuid, figures: BrandFigures) {
        self.does::<Brand>(id, BrandCommand::Change { patch: BrandPatch::default(), figures });
    }

    pub(crate) fn deletes_brand(&mut self, id: Uuid) {
        self.does::<Brand>(id, BrandCommand::Delete);
    }

    pub(crate) fn changes_product(&mut self, id: Uuid, patch: ProductPatch) {
        self.does::<Product>(
            id,
            ProductCommand::Change { brand: None, patch, figures: ProductFigures::new() },
        );
    }

    pub(crate) fn moves_product(&mut self, id: Uuid, brand: Uuid) {
        let (patch, figures) = (ProductPatch::default(), ProductFigures::new());
        self.does::<Product>(id, ProductCommand::Change { brand: Some(brand), patch, figures });
    }

    pub(crate) fn sends_product_figures(&mut self, id: Uuid, figures: ProductFigures) {
        let patch = ProductPatch::default();
        self.does::<Product>(id, ProductCommand::Change { brand: None, patch, figures });
    }

    pub(crate) fn deletes_product(&mut self, id: Uuid) {
        self.does::<Product>(id, ProductCommand::Delete);
    }

    pub(crate) fn moves_campaign(&mut self, id: Uuid, brand: Uuid) {
        self.does::<Campaign>(
            id,
            change(Some(brand), CampaignPatch::default(), None, CampaignFigures::new()),
        );
    }

    pub(crate) fn sets_status(&mut self, id: Uuid, status: Status) {
        let (patch, figures) = (CampaignPatch::default(), CampaignFigures::new());
        self.does::<Campaign>(id, change(None, patch, Some(status), figures));
    }

    pub(crate) fn sends_campaign_figures(&mut self, id: Uuid, figures: CampaignFigures) {
        self.does::<Campaign>(id, change(None, CampaignPatch::default(), None, figures));
    }

    pub(crate) fn links(&mut self, id: Uuid, product_id: Uuid) {
        self.does::<Campaign>(id, CampaignCommand::AddProduct { product_id });
    }

    pub(crate) fn unlinks(&mut self, id: Uuid, product_id: Uuid) {
        self.does::<Campaign>(id, CampaignCommand::RemoveProduct { product_id });
    }

    pub(crate) fn reports(&mut self, id: Uuid, gmv_achieved: &str, views_achieved: &str) {
        let results = ResultsPatch {
            gmv_achieved: Some(Some(gmv_achieved.to_owned())),
            views_achieved: Some(Some(views_achieved.to_owned())),
        };
        self.does::<Campaign>(id, CampaignCommand::Report { status: None, results, creators: Vec::new() });
    }

    pub(crate) fn reports_creator(&mut self, id: Uuid, creator: &str, patch: CreatorPatch) {
        let creators = vec![CreatorReport { creator_id: creator.to_owned(), patch }];
        let results = ResultsPatch::default();
        self.does::<Campaign>(id, CampaignCommand::Report { status: None, results, creators });
    }

    pub(crate) fn deletes_campaign(&mut self, id: Uuid) {
        self.does::<Campaign>(id, CampaignCommand::Delete);
    }

    fn does<A: Decider>(&mut self, id: Uuid, command: A::Command) {
        self.execute::<A>(&id.to_string(), command).unwrap();
    }
}

fn change(
    brand: Option<Uuid>,
    patch: CampaignPatch,
    status: Option<Status>,
    figures: CampaignFigures,
) -> CampaignCommand {
    let (results, link_product, strict_status) = (ResultsPatch::default(), None, false);
    CampaignCommand::Change { brand, patch, status, results, link_product, figures, strict_status }
}
