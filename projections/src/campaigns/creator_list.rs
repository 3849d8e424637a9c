//! A campaign in brief with its creators: the answer of creator_list, and what sockets show.
//!
//! It is made from rows for a GET and from a campaign's folded state for a socket; both ways meet in the
//! same two constructors, so the JSON is the same.

use aggregates::campaigns::{Campaign, CampaignDetails, CreatorDetails};
use aggregates::values::Status;
use schemars::JsonSchema;
use serde::Serialize;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;

use super::CampaignRow;
use super::creators::CreatorRow;
use super::questions::LIVE;
use crate::lists::Versioned;
use crate::table::Table;
use crate::wire::{Fixed, Instant};

/// A campaign in brief and its creators in the order they joined.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "CreatorList")]
pub struct CreatorListView {
    /// The campaign.
    pub campaign: CampaignBrief,
    /// Its creators.
    pub creators: Vec<CreatorView>,
}

/// What creator_list and sockets show of a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CampaignBrief {
    /// Its id.
    pub id: Uuid,
    /// What it is called.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Where its picture is.
    pub image_url: Option<String>,
    /// The kind of service.
    pub service: Option<String>,
    /// The kind of creator wanted.
    pub creator_type: Option<String>,
    /// The level of creator wanted.
    pub creator_level: Option<String>,
    /// The category of creator wanted.
    pub creator_category: Option<String>,
    /// Its distinct creators, or the figure that a client sent.
    pub creators_count: i64,
    /// Free text range of sales wanted.
    pub gmv: Option<String>,
    /// Free text range of followers wanted.
    pub followers: Option<String>,
    /// Free text range of views wanted.
    pub views: Option<String>,
    /// Free text range of money.
    pub budget: Option<String>,
    /// When it starts.
    pub start_date: Option<Instant>,
    /// When it ends.
    pub end_date: Option<Instant>,
    /// Where it stands.
    #[schemars(extend("enum" = Status::ALL.map(Status::code)))]
    pub status: &'static str,
}

/// A creator in a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Creator")]
pub struct CreatorView {
    /// Free text, unique in the campaign.
    pub id: String,
    /// Display name.
    pub name: Option<String>,
    /// Free text.
    pub category: Option<String>,
    /// How many follow them.
    pub followers: i64,
    /// Sales they brought.
    pub gmv_generated: Fixed<2>,
    /// Views they brought.
    pub views_generated: Fixed<0>,
    /// What they ask.
    pub pricing: Fixed<2>,
    /// Where the work with them stands.
    #[schemars(extend("enum" = Status::ALL.map(Status::code)))]
    pub status: &'static str,
}

impl CreatorListView {
    /// The view of a folded campaign; with `product` only the creators who work for just that product.
    pub fn of(campaign: &Campaign, product: Option<Uuid>) -> Self {
        let shown = campaign.creators_in_order().into_iter();
        let shown = shown.filter(|(_, creator)| product.is_none() || creator.details.product_id == product);
        let creators = shown.map(|(id, creator)| CreatorView::of(id.to_owned(), creator.details.clone()));
        let (details, count) = (campaign.details.clone(), campaign.creators_count());
        Self {
            campaign: CampaignBrief::of(campaign.id, details, count, campaign.status),
            creators: creators.collect(),
        }
    }
}

impl CampaignBrief {
    fn of(id: Uuid, details: CampaignDetails, creators_count: i64, status: Status) -> Self {
        Self {
            id,
            name: details.name,
            description: details.description,
            image_url: details.image_url,
            service: details.service,
            creator_type: details.creator_type,
            creator_level: details.creator_level,
            creator_category: details.creator_category,
            creators_count,
            gmv: details.gmv,
            followers: details.followers,
            views: details.views,
            budget: details.budget,
            start_date: details.start_date.map(Instant),
            end_date: details.end_date.map(Instant),
            status: status.code(),
        }
    }
}

impl CreatorView {
    fn of(id: String, details: CreatorDetails) -> Self {
        Self {
            id,
            name: details.name,
            category: details.category,
            followers: details.followers,
            gmv_generated: details.gmv_generated.into(),
            views_generated: details.views_generated.into(),
            pricing: details.pricing.into(),
            status: details.status.code(),
        }
    }
}

/// The live campaign `id` in brief with its creators. One statement, so that both are of one moment; its
/// rows repeat the campaign, which weighs less than another way to the database.
///
/// # Errors
/// When the database fails.
pub async fn creator_list(
    executor: impl PgExecutor<'_>,
    id: Uuid,
) -> Result<Option<Versioned<CreatorListView>>, sqlx::Error> {
    let sql = format!(
        "SELECT {}, {} FROM campaigns item
         LEFT JOIN campaign_creators creator ON creator.campaign_id = item.id
         WHERE item.id = $1 AND {LIVE} ORDER BY creator.ordinal",
        CampaignRow::columns("item"),
        CreatorRow::columns("creator"),
    );
    let rows = sqlx::query(&sql).bind(id).fetch_all(executor).await?;
    let Some(first) = rows.first() else { return Ok(None) };
    let campaign = CampaignRow::read(first)?;
    let mut creators = Vec::new();
    for row in &rows {
        if row.try_get::<Option<&str>, _>("creator_id")?.is_some() {
            let creator = CreatorRow::read_from(row, CampaignRow::COLUMNS.len())?;
            creators.push(CreatorView::of(creator.creator_id, creator.details));
        }
    }
    let (own_position, version, count) =
        (campaign.own_position, campaign.version, campaign.shown_creators_count());
    let campaign = CampaignBrief::of(campaign.id, campaign.details, count, campaign.status);
    Ok(Some(Versioned { own_position, version, view: CreatorListView { campaign, creators } }))
}
