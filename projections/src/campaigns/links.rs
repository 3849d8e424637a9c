//! The products that campaigns link.
//!
//! A row says where the product is now, so that a link shows only while both are in one brand: a product
//! that moves away and back is linked as before, like in the campaign's own state. What happens to a
//! product or to a whole campaign changes rows that the batch did not load; that is done by one
//! statement a kind of event, after the batch's own rows were saved, each guarded by the position at
//! which the link was last touched. So the order within a batch still counts.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use crate::ApplyError;
use crate::table::read_table;

/// A row of `campaign_products`.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct LinkRow {
    pub(super) campaign_id: Uuid,
    pub(super) product_id: Uuid,
    /// The event that linked or unlinked it last.
    pub(super) position: i64,
    pub(super) linked: bool,
    /// The brand that the product is in.
    pub(super) product_brand: Uuid,
}

read_table! { LinkRow in "campaign_products" by (campaign_id, product_id) {
    campaign_id: uuid = campaign_id,
    product_id: uuid = product_id,
    position: bigint = position,
    linked: boolean = linked,
    product_brand: uuid = product_brand,
} }

/// Campaigns that moved to another brand by position: they leave their links behind.
pub(super) async fn drop_of_moved_campaigns(
    connection: &mut PgConnection,
    moved: &HashMap<Uuid, i64>,
) -> Result<(), ApplyError> {
    if moved.is_empty() {
        return Ok(());
    }
    let (campaigns, positions): (Vec<Uuid>, Vec<i64>) = moved.iter().unzip();
    sqlx::query(
        "UPDATE campaign_products link SET linked = false
         FROM UNNEST($1::uuid[], $2::bigint[]) AS moved(campaign_id, position)
         WHERE link.campaign_id = moved.campaign_id AND link.position < moved.position AND link.linked",
    )
    .bind(campaigns)
    .bind(positions)
    .execute(connection)
    .await?;
    Ok(())
}

/// Products that moved, with the position and the brand they are in now.
pub(super) async fn follow_moved_products(
    connection: &mut PgConnection,
    moved: &HashMap<Uuid, (i64, Uuid)>,
) -> Result<(), ApplyError> {
    if moved.is_empty() {
        return Ok(());
    }
    let products: Vec<Uuid> = moved.keys().copied().collect();
    let (positions, brands): (Vec<i64>, Vec<Uuid>) = moved.values().copied().unzip();
    sqlx::query(&touching_campaigns(
        "UPDATE campaign_products link SET product_brand = moved.brand
         FROM UNNEST($1::uuid[], $2::bigint[], $3::uuid[]) AS moved(product_id, position, brand)
         WHERE link.product_id = moved.product_id AND link.position < moved.position
         RETURNING link.campaign_id, link.linked, moved.position",
    ))
    .bind(products)
    .bind(positions)
    .bind(brands)
    .execute(connection)
    .await?;
    Ok(())
}

/// Products that were deleted by position: nobody links them any more.
pub(super) async fn drop_of_deleted_products(
    connection: &mut PgConnection,
    deleted: &HashMap<Uuid, i64>,
) -> Result<(), ApplyError> {
    if deleted.is_empty() {
        return Ok(());
    }
    let (products, positions): (Vec<Uuid>, Vec<i64>) = deleted.iter().unzip();
    sqlx::query(&touching_campaigns(
        "UPDATE campaign_products link SET linked = false
         FROM UNNEST($1::uuid[], $2::bigint[]) AS deleted(product_id, position)
         WHERE link.product_id = deleted.product_id AND link.position < deleted.position AND link.linked
         RETURNING link.campaign_id, true AS linked, deleted.position",
    ))
    .bind(products)
    .bind(positions)
    .execute(connection)
    .await?;
    Ok(())
}

/// `update`, and a new version for each campaign whose list of links it changed.
fn touching_campaigns(update: &str) -> String {
    format!(
        "WITH changed AS ({update}), touched AS (
             SELECT campaign_id, max(position) AS position FROM changed WHERE linked GROUP BY campaign_id
         )
         UPDATE campaigns SET version = touched.position FROM touched
         WHERE campaigns.id = touched.campaign_id AND campaigns.version < touched.position"
    )
}
