//! A campaign as family B prints it.

use aggregates::values::Status;
use schemars::JsonSchema;
use serde::Serialize;
use uuid::Uuid;

use super::CampaignRow;
use crate::wire::Instant;

/// A campaign (contract §2).
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
#[schemars(rename = "Campaign")]
pub struct CampaignView {
    /// Its id.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
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
    /// The products it links, in the order added.
    pub link_product: Vec<Uuid>,
    /// When it starts.
    pub start_date: Option<Instant>,
    /// When it ends.
    pub end_date: Option<Instant>,
    /// The knowledge base it belongs to.
    pub dataset_id: String,
    /// The id that another system uses.
    pub external_id: Option<String>,
    /// Where it stands.
    #[schemars(extend("enum" = Status::ALL.map(Status::code)))]
    pub status: &'static str,
    /// Sales reached, as reported.
    pub gmv_achieved: Option<String>,
    /// Views reached, as reported.
    pub views_achieved: Option<String>,
    /// Where its film is.
    pub video_link: Option<String>,
    /// When it began.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
    /// Always true here: what is deleted is not found.
    pub is_active: bool,
}

impl CampaignView {
    /// The view of `row`, which links `link_product`.
    pub(super) fn of(row: CampaignRow, link_product: Vec<Uuid>) -> Self {
        let creators_count = row.shown_creators_count();
        let (details, results) = (row.details, row.results);
        Self {
            id: row.id,
            brand: row.brand,
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
            link_product,
            start_date: details.start_date.map(Instant),
            end_date: details.end_date.map(Instant),
            dataset_id: details.dataset_id,
            external_id: details.external_id,
            status: row.status.code(),
            gmv_achieved: results.gmv_achieved,
            views_achieved: results.views_achieved,
            video_link: details.video_link,
            created_at: Instant(row.created_at),
            updated_at: Instant(row.updated_at),
            is_active: row.is_active,
        }
    }
}
