//! Campaigns as clients see them, with the products they link and the creators who work for them.
//!
//! One projection keeps three tables, since one event may concern all of them. A campaign's `version`
//! also moves when a linked product is deleted or changes its brand; `updated_at` only with its own
//! events.

mod creator_list;
mod creators;
mod links;
mod questions;
mod row;
mod view;

pub use creator_list::{CampaignBrief, CreatorListView, CreatorView, creator_list};
pub(crate) use questions::of_brand;
pub use questions::{ORDERINGS, brand_campaigns, find_campaign, list_campaigns};
pub use row::CampaignRow;
pub use view::CampaignView;

use std::collections::HashMap;
use std::sync::LazyLock;

use aggregates::brands::BrandEvent;
use aggregates::campaigns::CampaignEvent;
use aggregates::products::ProductEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;
use uuid::Uuid;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};
use creators::{CreatorRow, Creators};
use links::LinkRow;

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut follows = wire_names(&[CampaignEvent::WIRE]);
    follows.extend(["BrandDeleted", "ProductDeleted", "ProductMoved"]);
    follows
});

/// Keeps the tables `campaigns`, `campaign_products` and `campaign_creators`.
pub struct Campaigns;

#[async_trait]
impl Projection for Campaigns {
    fn name(&self) -> &'static str {
        "campaigns"
    }

    fn version(&self) -> i32 {
        1
    }

    fn tables(&self) -> &'static [&'static str] {
        &["campaigns", "campaign_products", "campaign_creators"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let batch = Batch::sorted(events)?;
        let mut rows = Tables::load(connection, &batch).await?;
        for (id, change, event) in &batch.own {
            rows.fold(*id, change, event)?;
        }
        rows.save(connection).await?;
        links::drop_of_moved_campaigns(connection, &batch.moved).await?;
        links::follow_moved_products(connection, &batch.products_moved).await?;
        links::drop_of_deleted_products(connection, &batch.products_deleted).await?;
        leave_with_brand(connection, &batch.brands_deleted).await
    }
}

/// The events of a batch by what they do here.
#[derive(Default)]
struct Batch<'a> {
    streams: Streams,
    own: Vec<(Uuid, &'a CampaignEvent, &'a Recorded)>,
    moved: HashMap<Uuid, i64>,
    products_moved: HashMap<Uuid, (i64, Uuid)>,
    products_deleted: HashMap<Uuid, i64>,
    brands_deleted: Vec<Uuid>,
}

impl<'a> Batch<'a> {
    fn sorted(events: &[&'a Recorded]) -> Result<Self, ApplyError> {
        let mut batch = Self::default();
        for event in events {
            let (position, id) = (event.position, stream_id(event)?);
            match event.fact() {
                Fact::Campaign(change) => {
                    batch.streams.note(id, event);
                    if let CampaignEvent::CampaignMoved { .. } = **change {
                        batch.moved.insert(id, position);
                    }
                    batch.own.push((id, change, event));
                }
                Fact::Product(ProductEvent::ProductMoved { to, .. }) => {
                    batch.products_moved.insert(id, (position, *to));
                }
                Fact::Product(ProductEvent::ProductDeleted {}) => {
                    batch.products_deleted.insert(id, position);
                }
                Fact::Brand(BrandEvent::BrandDeleted {}) => batch.brands_deleted.push(id),
                _ => return Err(unexpected(event)),
            }
        }
        Ok(batch)
    }
}

/// The rows that a batch concerns.
struct Tables {
    campaigns: Rows<Uuid, CampaignRow>,
    links: Rows<(Uuid, Uuid), LinkRow>,
    creators: Creators,
}

impl Tables {
    async fn load(connection: &mut PgConnection, batch: &Batch<'_>) -> Result<Self, ApplyError> {
        Ok(Self {
            campaigns: Rows::load(connection, &batch.streams, |row: &CampaignRow| row.id).await?,
            links: Rows::default(),
            creators: creators::load(connection, &batch.streams, &batch.own).await?,
        })
    }

    fn fold(&mut self, id: Uuid, change: &CampaignEvent, event: &Recorded) -> Result<(), ApplyError> {
        let campaign = match change {
            CampaignEvent::CampaignCreated { .. } => self.campaigns.entry(id, CampaignRow::default),
            _ => self.campaigns.of(&id, event)?,
        };
        match change {
            CampaignEvent::CampaignProductLinked { product_id }
            | CampaignEvent::CampaignProductUnlinked { product_id } => {
                let link = LinkRow {
                    campaign_id: id,
                    product_id: *product_id,
                    position: event.position,
                    linked: matches!(change, CampaignEvent::CampaignProductLinked { .. }),
                    // Only a product of the campaign's brand can be linked.
                    product_brand: campaign.brand,
                };
                self.links.insert((id, *product_id), link);
            }
            CampaignEvent::CampaignCreatorReported { creator_id, changes } => {
                let creator = self.creators.entry((id, creator_id.clone()), || {
                    let ordinal = campaign.creators_count;
                    campaign.creators_count += 1;
                    CreatorRow {
                        campaign_id: id,
                        creator_id: creator_id.clone(),
                        ordinal,
                        ..CreatorRow::default()
                    }
                });
                creator.details.apply(changes);
            }
            _ => {}
        }
        campaign.evolve(change, event);
        Ok(())
    }

    async fn save(&self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        self.campaigns.save(connection).await?;
        self.links.save(connection).await?;
        self.creators.save(connection).await
    }
}

/// The campaigns of a deleted brand are gone with it. After the rows were saved: a campaign that left the
/// brand earlier in the batch stays, and none can join it later.
async fn leave_with_brand(connection: &mut PgConnection, brands: &[Uuid]) -> Result<(), ApplyError> {
    if brands.is_empty() {
        return Ok(());
    }
    sqlx::query("UPDATE campaigns SET brand_is_active = false WHERE brand = ANY($1) AND brand_is_active")
        .bind(brands)
        .execute(connection)
        .await?;
    Ok(())
}
