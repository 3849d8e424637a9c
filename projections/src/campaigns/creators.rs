//! The creators of campaigns.

use std::collections::HashSet;

use aggregates::Recorded;
use aggregates::campaigns::{CampaignEvent, CreatorDetails};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ApplyError;
use crate::batch::{Rows, Streams};
use crate::table::{Table, read_table};

/// A row of `campaign_creators`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CreatorRow {
    pub(super) campaign_id: Uuid,
    pub(super) creator_id: String,
    /// The how-manieth to join, from 0.
    pub(super) ordinal: i64,
    pub(super) details: CreatorDetails,
}

read_table! { CreatorRow in "campaign_creators" by (campaign_id, creator_id) {
    campaign_id: uuid = campaign_id,
    creator_id: text = creator_id,
    ordinal: bigint = ordinal,
    name: text = details.name,
    category: text = details.category,
    followers: bigint = details.followers,
    gmv_generated: numeric = details.gmv_generated,
    views_generated: numeric = details.views_generated,
    pricing: numeric = details.pricing,
    status: text = details.status,
    product_id: uuid = details.product_id,
} }

/// Creators by campaign and id.
pub(super) type Creators = Rows<(Uuid, String), CreatorRow>;

/// Loads the creators reported in `own` events, as far as the table can know them.
pub(super) async fn load(
    connection: &mut PgConnection,
    streams: &Streams,
    own: &[(Uuid, &CampaignEvent, &Recorded)],
) -> Result<Creators, ApplyError> {
    let reported = own.iter().filter_map(|(campaign, change, _)| match change {
        CampaignEvent::CampaignCreatorReported { creator_id, .. } => Some((*campaign, creator_id.as_str())),
        _ => None,
    });
    let wanted: HashSet<_> = reported.filter(|(campaign, _)| !streams.begins(campaign)).collect();
    if wanted.is_empty() {
        return Ok(Creators::default());
    }
    let (campaigns, ids): (Vec<Uuid>, Vec<&str>) = wanted.into_iter().unzip();
    let query = sqlx::query(&CreatorRow::statements().load).bind(campaigns).bind(ids);
    let rows = query.try_map(|row| CreatorRow::read(&row)).fetch_all(connection).await?;
    let mut creators = Creators::default();
    for row in rows {
        creators.insert((row.campaign_id, row.creator_id.clone()), row);
    }
    Ok(creators)
}
