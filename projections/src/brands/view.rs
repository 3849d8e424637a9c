//! A brand as family B prints it.

use schemars::JsonSchema;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::BrandRow;
use crate::campaigns::CampaignView;
use crate::products::ProductView;
use crate::table::Table;
use crate::wire::{Fixed, Instant};

/// A brand (contract §2).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Brand")]
pub struct BrandView {
    /// Its id.
    pub id: Uuid,
    /// Unique among live brands.
    pub name: String,
    /// Free text.
    pub description: Option<String>,
    /// Where its logo is.
    pub logo_url: Option<String>,
    /// Free text.
    pub category: Option<String>,
    /// Where the brand was found.
    pub source: Option<String>,
    /// Live campaigns accepted, in progress or completed, or the figure that a client sent.
    pub collab_count: i64,
    /// Distinct creators of its live campaigns, or the figure that a client sent.
    pub creators_count: i64,
    /// An outside campaign's id, kept as sent.
    pub campaign_id: Option<String>,
    /// What its live campaigns sold, or the figure that a client sent.
    pub total_gmv_achieved: Fixed<2>,
    /// How often its live campaigns were seen, or the figure that a client sent.
    pub total_views_achieved: Fixed<2>,
    /// 0 to 5.
    pub shop_overall_rating: Fixed<1>,
    /// The knowledge bases of its live products and campaigns in the order of first appearance.
    pub dataset_id_list: Vec<String>,
    /// When it began.
    pub created_at: Instant,
    /// When its own fields last changed.
    pub updated_at: Instant,
    /// Always true here: what is deleted is not found.
    pub is_active: bool,
}

/// Whether a figure is derived from campaigns or was sent by a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FigureSource {
    /// From its live campaigns.
    Derived,
    /// By a client; it stays until null is sent for it.
    Sent,
}

/// Where each figure of a brand comes from.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FiguresSource {
    /// Of `collab_count`.
    pub collab_count: FigureSource,
    /// Of `creators_count`.
    pub creators_count: FigureSource,
    /// Of `total_gmv_achieved`.
    pub total_gmv_achieved: FigureSource,
    /// Of `total_views_achieved`.
    pub total_views_achieved: FigureSource,
}

/// One brand with all that belongs to it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "BrandDetail")]
pub struct BrandDetailView {
    /// As in a list.
    #[serde(flatten)]
    pub brand: BrandView,
    /// Its live products, newest first.
    pub products: Vec<ProductView>,
    /// Its live campaigns, newest first.
    pub campaigns: Vec<CampaignView>,
    /// Which figures are derived.
    pub figures_source: FiguresSource,
}

impl BrandView {
    /// Reads a row with its figures, see `select` in the questions.
    pub(super) fn read(row: &PgRow) -> Result<Self, sqlx::Error> {
        let brand = BrandRow::read(row)?;
        let details = brand.details;
        Ok(Self {
            id: brand.id,
            name: details.name,
            description: details.description,
            logo_url: details.logo_url,
            category: details.category,
            source: details.source,
            collab_count: row.try_get("collab_count")?,
            creators_count: row.try_get("creators_count")?,
            campaign_id: details.campaign_id,
            total_gmv_achieved: Fixed::printed(row.try_get("total_gmv_achieved")?),
            total_views_achieved: Fixed::printed(row.try_get("total_views_achieved")?),
            shop_overall_rating: details.shop_overall_rating.into(),
            dataset_id_list: row.try_get("dataset_id_list")?,
            created_at: Instant(brand.created_at),
            updated_at: Instant(brand.updated_at),
            is_active: brand.is_active,
        })
    }
}

impl FiguresSource {
    /// Which figures of `row` were sent.
    pub(super) fn of(row: &BrandRow) -> Self {
        let source = |sent| if sent { FigureSource::Sent } else { FigureSource::Derived };
        Self {
            collab_count: source(row.collab_count_sent.is_some()),
            creators_count: source(row.creators_count_sent.is_some()),
            total_gmv_achieved: source(row.total_gmv_achieved_sent.is_some()),
            total_views_achieved: source(row.total_views_achieved_sent.is_some()),
        }
    }
}
