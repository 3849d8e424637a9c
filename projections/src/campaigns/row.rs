//! One campaign in the table.

use aggregates::Recorded;
use aggregates::campaigns::{CampaignDetails, CampaignEvent, CampaignFigure, Results};
use aggregates::values::Status;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::numbers::{read_number, whole};
use crate::table::read_table;

/// A row of `campaigns`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CampaignRow {
    /// Its id.
    pub id: Uuid,
    /// The brand it belongs to.
    pub brand: Uuid,
    /// Whether that brand is not deleted.
    pub brand_is_active: bool,
    /// What is said of it by hand.
    pub details: CampaignDetails,
    /// Where it stands.
    pub status: Status,
    /// What it reached, as reported.
    pub results: Results,
    /// The sales among that, if they are a number.
    pub gmv_achieved_number: Option<Decimal>,
    /// The views among that, if they are a number.
    pub views_achieved_number: Option<Decimal>,
    /// How many creators were reported.
    pub creators_count: i64,
    /// A client's own figure.
    pub creators_count_sent: Option<i64>,
    /// Not deleted itself.
    pub is_active: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its own newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The event that began it: lists are ordered by this.
    pub created_position: i64,
    /// The newest event of its own stream.
    pub own_position: i64,
    /// The newest event that changed an answer about it, also of a product it links.
    pub version: i64,
}

read_table! { CampaignRow in "campaigns" by (id) {
    id: uuid = id,
    brand: uuid = brand,
    brand_is_active: boolean = brand_is_active,
    name: text = details.name,
    description: text = details.description,
    image_url: text = details.image_url,
    service: text = details.service,
    creator_type: text = details.creator_type,
    creator_level: text = details.creator_level,
    creator_category: text = details.creator_category,
    gmv: text = details.gmv,
    followers: text = details.followers,
    views: text = details.views,
    budget: text = details.budget,
    start_date: timestamptz = details.start_date,
    end_date: timestamptz = details.end_date,
    dataset_id: text = details.dataset_id,
    external_id: text = details.external_id,
    video_link: text = details.video_link,
    status: text = status,
    gmv_achieved: text = results.gmv_achieved,
    views_achieved: text = results.views_achieved,
    gmv_achieved_number: numeric = gmv_achieved_number,
    views_achieved_number: numeric = views_achieved_number,
    creators_count: bigint = creators_count,
    creators_count_sent: bigint = creators_count_sent,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
    version: bigint = version,
} }

impl CampaignRow {
    /// How many creators clients see.
    pub fn shown_creators_count(&self) -> i64 {
        self.creators_count_sent.unwrap_or(self.creators_count)
    }

    /// Takes in the campaign's own `change`; links and creators have their own rows.
    pub(super) fn evolve(&mut self, change: &CampaignEvent, event: &Recorded) {
        match change {
            CampaignEvent::CampaignCreated { id, brand, details, status, results } => {
                *self = Self {
                    id: *id,
                    brand: *brand,
                    brand_is_active: true,
                    details: details.clone(),
                    status: *status,
                    results: results.clone(),
                    is_active: true,
                    created_at: event.recorded_at,
                    created_position: event.position,
                    ..Self::default()
                };
                self.read_numbers();
            }
            CampaignEvent::CampaignChanged { changes } => self.details.apply(changes),
            CampaignEvent::CampaignMoved { to, .. } => {
                self.brand = *to;
                // Only a live brand can be joined.
                self.brand_is_active = true;
            }
            CampaignEvent::CampaignStatusChanged { to, .. } => self.status = *to,
            CampaignEvent::CampaignResultsReported { changes } => {
                self.results.apply(changes);
                self.read_numbers();
            }
            CampaignEvent::CampaignProductLinked { .. }
            | CampaignEvent::CampaignProductUnlinked { .. }
            | CampaignEvent::CampaignCreatorReported { .. } => {}
            CampaignEvent::CampaignFigureSent { figure: CampaignFigure::CreatorsCount, value } => {
                self.creators_count_sent = value.map(whole);
            }
            CampaignEvent::CampaignDeleted {} => self.is_active = false,
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
        self.version = event.position;
    }

    fn read_numbers(&mut self) {
        self.gmv_achieved_number = self.results.gmv_achieved.as_deref().and_then(read_number);
        self.views_achieved_number = self.results.views_achieved.as_deref().and_then(read_number);
    }
}
