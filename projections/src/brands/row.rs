//! One brand in the table.

use aggregates::Recorded;
use aggregates::brands::{BrandDetails, BrandEvent, BrandFigure};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::numbers::whole;
use crate::table::read_table;

/// A row of `brands`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BrandRow {
    /// Its id.
    pub id: Uuid,
    /// What is said of it by hand.
    pub details: BrandDetails,
    /// A client's own figure.
    pub collab_count_sent: Option<i64>,
    /// A client's own figure.
    pub creators_count_sent: Option<i64>,
    /// A client's own figure.
    pub total_gmv_achieved_sent: Option<Decimal>,
    /// A client's own figure.
    pub total_views_achieved_sent: Option<Decimal>,
    /// Not deleted.
    pub is_active: bool,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When its own newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// The event that began it: lists are ordered by this.
    pub created_position: i64,
    /// The newest event of its own stream.
    pub own_position: i64,
    /// The newest event that may have changed an answer about it.
    pub version: i64,
}

read_table! { BrandRow in "brands" by (id) {
    id: uuid = id,
    name: text = details.name,
    description: text = details.description,
    logo_url: text = details.logo_url,
    category: text = details.category,
    source: text = details.source,
    campaign_id: text = details.campaign_id,
    shop_overall_rating: numeric = details.shop_overall_rating,
    collab_count_sent: bigint = collab_count_sent,
    creators_count_sent: bigint = creators_count_sent,
    total_gmv_achieved_sent: numeric = total_gmv_achieved_sent,
    total_views_achieved_sent: numeric = total_views_achieved_sent,
    is_active: boolean = is_active,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
    version: bigint = version,
} }

impl BrandRow {
    pub(super) fn created(id: Uuid, details: &BrandDetails, event: &Recorded) -> Self {
        Self {
            id,
            details: details.clone(),
            is_active: true,
            created_at: event.recorded_at,
            updated_at: event.recorded_at,
            created_position: event.position,
            own_position: event.position,
            version: event.position,
            ..Self::default()
        }
    }

    pub(super) fn evolve(&mut self, change: &BrandEvent, event: &Recorded) {
        match change {
            BrandEvent::BrandCreated { details, .. } => *self = Self::created(self.id, details, event),
            BrandEvent::BrandChanged { changes } => self.details.apply(changes),
            BrandEvent::BrandFigureSent { figure, value } => self.figure_sent(*figure, *value),
            BrandEvent::BrandDeleted {} => self.is_active = false,
        }
        self.updated_at = event.recorded_at;
        self.own_position = event.position;
        self.version = event.position;
    }

    fn figure_sent(&mut self, figure: BrandFigure, value: Option<Decimal>) {
        match figure {
            BrandFigure::CollabCount => self.collab_count_sent = value.map(whole),
            BrandFigure::CreatorsCount => self.creators_count_sent = value.map(whole),
            BrandFigure::TotalGmvAchieved => self.total_gmv_achieved_sent = value,
            BrandFigure::TotalViewsAchieved => self.total_views_achieved_sent = value,
        }
    }
}
