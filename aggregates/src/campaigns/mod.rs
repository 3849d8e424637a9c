//! A campaign of a brand with the creators who work for it (contract §2).
//!
//! * It belongs to a live brand; `name` and `dataset_id` are never empty; it starts before it ends.
//! * Statuses move pending → accepted or rejected, accepted → in progress or rejected, in progress →
//!   completed or rejected. Any other jump is recorded as an override, or refused when the house is strict.
//! * It links live products of its own brand, in the order added; linking twice is already so.
//! * A creator is reported by the poller or by hand; what a report leaves out stays as it was.
//! * `creators_count` is the number of its creators unless a client sent its own figure.

mod decide;
mod state;
#[cfg(test)]
mod tests;

pub use state::{Campaign, Creator};

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

use crate::event_sourced;
use crate::values::Status;

details! {
    /// What is said of a campaign by hand.
    pub struct CampaignDetails / CampaignPatch {
        /// Not empty.
        name: String,
        /// Free text.
        description: Option<String>,
        /// Where its picture is.
        image_url: Option<String>,
        /// The kind of service.
        service: Option<String>,
        /// The kind of creator wanted.
        creator_type: Option<String>,
        /// The level of creator wanted.
        creator_level: Option<String>,
        /// The category of creator wanted.
        creator_category: Option<String>,
        /// Free text range of sales wanted.
        gmv: Option<String>,
        /// Free text range of followers wanted.
        followers: Option<String>,
        /// Free text range of views wanted.
        views: Option<String>,
        /// Free text range of money.
        budget: Option<String>,
        /// When it starts.
        start_date: Option<DateTime<Utc>>,
        /// When it ends; not before the start.
        end_date: Option<DateTime<Utc>>,
        /// The knowledge base it belongs to; not empty.
        dataset_id: String,
        /// The id that another system uses.
        external_id: Option<String>,
        /// Where its film is.
        video_link: Option<String>,
    }
}

details! {
    /// What a campaign reached, as reported: free text that may hold a number.
    pub struct Results / ResultsPatch {
        /// Sales reached.
        gmv_achieved: Option<String>,
        /// Views reached.
        views_achieved: Option<String>,
    }
}

details! {
    /// What is reported of a creator.
    pub struct CreatorDetails / CreatorPatch {
        /// Display name.
        name: Option<String>,
        /// Free text.
        category: Option<String>,
        /// How many follow them.
        followers: i64,
        /// Sales they brought, two places.
        gmv_generated: Decimal,
        /// Views they brought, a whole number.
        views_generated: Decimal,
        /// What they ask, two places.
        pricing: Decimal,
        /// Where the work with them stands.
        status: Status,
        /// The product they work for, if only one.
        product_id: Option<Uuid>,
    }
}

/// A report about one creator.
#[derive(Clone, Debug, PartialEq)]
pub struct CreatorReport {
    /// Free text, 1 to 100 characters, unique in the campaign.
    pub creator_id: String,
    /// What is reported; absent fields stay.
    pub patch: CreatorPatch,
}

/// A figure that is derived unless a client sent its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CampaignFigure {
    /// Its distinct creators.
    CreatorsCount,
}

/// Figures in a request: a number replaces the derived one, `None` returns to it.
pub type CampaignFigures = BTreeMap<CampaignFigure, Option<Decimal>>;

/// What one may ask of a campaign.
#[derive(Clone, Debug)]
pub enum CampaignCommand {
    /// Begin a campaign.
    Create {
        /// The new stream's id.
        id: Uuid,
        /// The live brand it belongs to.
        brand: Uuid,
        /// What is said of it.
        details: CampaignDetails,
        /// Where it stands.
        status: Status,
        /// What it reached already.
        results: Results,
        /// The products it links, in order.
        link_product: Vec<Uuid>,
        /// Figures that the client sent.
        figures: CampaignFigures,
    },
    /// Change what is present.
    Change {
        /// The brand it moves to, if sent.
        brand: Option<Uuid>,
        /// The fields sent.
        patch: CampaignPatch,
        /// The status sent.
        status: Option<Status>,
        /// The results sent.
        results: ResultsPatch,
        /// The whole new list of links, if sent.
        link_product: Option<Vec<Uuid>>,
        /// The figures sent.
        figures: CampaignFigures,
        /// Whether a jump that the plan does not foresee is refused.
        strict_status: bool,
    },
    /// Link a product.
    AddProduct {
        /// A live product of the same brand.
        product_id: Uuid,
    },
    /// Drop a link.
    RemoveProduct {
        /// The product.
        product_id: Uuid,
    },
    /// Take in what the poller, or a person in its place, reports.
    Report {
        /// The status reported, if any. Never refused: the source is how it is.
        status: Option<Status>,
        /// The results reported.
        results: ResultsPatch,
        /// The creators reported.
        creators: Vec<CreatorReport>,
    },
    /// Delete it.
    Delete,
}

/// What may have happened to a campaign.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CampaignEvent {
    /// It began.
    CampaignCreated {
        /// Its id.
        id: Uuid,
        /// Its brand.
        brand: Uuid,
        /// What is said of it.
        details: CampaignDetails,
        /// Where it stands.
        status: Status,
        /// What it reached already.
        results: Results,
    },
    /// Some fields changed.
    CampaignChanged {
        /// Their new values.
        changes: CampaignPatch,
    },
    /// It moved to another brand; its links are dropped.
    CampaignMoved {
        /// The brand it left.
        from: Uuid,
        /// The brand it joined.
        to: Uuid,
    },
    /// It stands elsewhere now.
    CampaignStatusChanged {
        /// Where it stood.
        from: Status,
        /// Where it stands.
        to: Status,
        /// Whether the plan did not foresee this step.
        is_override: bool,
    },
    /// What it reached changed.
    CampaignResultsReported {
        /// The new results.
        changes: ResultsPatch,
    },
    /// A product was linked.
    CampaignProductLinked {
        /// The product.
        product_id: Uuid,
    },
    /// A link was dropped.
    CampaignProductUnlinked {
        /// The product.
        product_id: Uuid,
    },
    /// A creator joined, or something about them changed.
    CampaignCreatorReported {
        /// Which creator.
        creator_id: String,
        /// What is new about them.
        changes: CreatorPatch,
    },
    /// A client's own figure replaced the derived one, or was taken back.
    CampaignFigureSent {
        /// Which.
        figure: CampaignFigure,
        /// The number; none: derived again.
        value: Option<Decimal>,
    },
    /// It is gone.
    CampaignDeleted {},
}

event_sourced!(Campaign, CampaignEvent {
    CampaignCreated = "1.0",
    CampaignChanged = "1.0",
    CampaignMoved = "1.0",
    CampaignStatusChanged = "1.0",
    CampaignResultsReported = "1.0",
    CampaignProductLinked = "1.0",
    CampaignProductUnlinked = "1.0",
    CampaignCreatorReported = "1.0",
    CampaignFigureSent = "1.0",
    CampaignDeleted = "1.0",
});
