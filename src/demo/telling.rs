//! Telling the story: what is not there yet is made, by the commands that a user has.

use std::collections::BTreeMap;

use aggregates::brands::{Brand, BrandCommand};
use aggregates::campaigns::{Campaign, CampaignCommand, CreatorReport, Results, ResultsPatch};
use aggregates::products::{Product, ProductCommand, ProductDetails};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::history::History;
use super::{context, story};
use crate::event_store::{ExecuteError, Store};

/// Tells the part of the story that `history` lacks, and adds it there.
///
/// # Errors
/// When a command comes to nothing.
pub(super) async fn tell(
    store: &Store,
    brands: &[story::Brand],
    history: &mut History,
    now: DateTime<Utc>,
) -> Result<(), ExecuteError> {
    for brand in brands {
        let brand_id = match history.brands.get(&brand.details.name) {
            Some(id) => *id,
            None => create_brand(store, brand, history).await?,
        };
        for product in &brand.products {
            if !history.products.contains_key(story::key(product.external_id.as_ref())) {
                create_product(store, brand_id, product, history).await?;
            }
        }
        for campaign in &brand.campaigns {
            if !history.campaigns.contains_key(story::key(campaign.details.external_id.as_ref())) {
                create_campaign(store, brand_id, campaign, history, now).await?;
            }
        }
    }
    Ok(())
}

async fn create_brand(
    store: &Store,
    brand: &story::Brand,
    history: &mut History,
) -> Result<Uuid, ExecuteError> {
    let id = Uuid::now_v7();
    let command = BrandCommand::Create { id, details: brand.details.clone(), figures: BTreeMap::new() };
    store.create::<Brand>(&id.to_string(), command, &context()).await?;
    history.brands.insert(brand.details.name.clone(), id);
    Ok(id)
}

async fn create_product(
    store: &Store,
    brand: Uuid,
    details: &ProductDetails,
    history: &mut History,
) -> Result<(), ExecuteError> {
    let id = Uuid::now_v7();
    let command = ProductCommand::Create { id, brand, details: details.clone(), figures: BTreeMap::new() };
    store.create::<Product>(&id.to_string(), command, &context()).await?;
    history.products.insert(story::key(details.external_id.as_ref()).to_owned(), id);
    Ok(())
}

/// Begins a campaign of `brand` and takes in what its creators did so far.
///
/// # Errors
/// When a command comes to nothing.
pub(super) async fn create_campaign(
    store: &Store,
    brand: Uuid,
    campaign: &story::Campaign,
    history: &mut History,
    now: DateTime<Utc>,
) -> Result<Uuid, ExecuteError> {
    let (id, context) = (Uuid::now_v7(), context());
    let details = campaign.details_at(now);
    history.campaigns.insert(story::key(details.external_id.as_ref()).to_owned(), id);
    let command = CampaignCommand::Create {
        id,
        brand,
        details,
        status: campaign.status,
        results: Results::default(),
        link_product: campaign.links(history),
        figures: BTreeMap::new(),
    };
    store.create::<Campaign>(&id.to_string(), command, &context).await?;
    let creators = campaign.reports(history);
    let command = CampaignCommand::Report { status: None, results: results(&creators), creators };
    store.execute::<Campaign>(&id.to_string(), command, &context).await?;
    Ok(id)
}

/// What these creators reached together.
fn results(creators: &[CreatorReport]) -> ResultsPatch {
    let gmv: Decimal = creators.iter().filter_map(|creator| creator.patch.gmv_generated).sum();
    let views: Decimal = creators.iter().filter_map(|creator| creator.patch.views_generated).sum();
    ResultsPatch { gmv_achieved: Some(Some(gmv.to_string())), views_achieved: Some(Some(views.to_string())) }
}
