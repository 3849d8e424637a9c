use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CampaignDetails, CampaignFigure, CreatorDetails, Results};
use crate::values::Status;

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
