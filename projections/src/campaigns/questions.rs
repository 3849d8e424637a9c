//! What one may ask about campaigns.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{CampaignRow, CampaignView};
use crate::brands::is_brand;
use crate::lists::{Found, ListQuery, Listed, Orderings, Versioned};
use crate::table::Table;

/// What a list of campaigns can be ordered by.
pub const ORDERINGS: Orderings = &[
    ("name", "lower(item.name)"),
    ("created_at", "item.created_position"),
    ("updated_at", "item.updated_at"),
    ("status", "item.status"),
    ("start_date", "item.start_date"),
    ("end_date", "item.end_date"),
];

pub(super) const LIVE: &str = "item.is_active AND item.brand_is_active";

const LISTED: Listed = Listed { table: "campaigns", live: LIVE, select };

/// The rows of `page` with the products they link.
fn select(page: &str, order: &str) -> String {
    let columns = CampaignRow::columns("item");
    format!(
        "WITH page AS ({page}), links AS (
            SELECT link.campaign_id, array_agg(link.product_id ORDER BY link.position) AS products
            FROM page
            JOIN campaign_products link ON link.campaign_id = page.id
                AND link.linked AND link.product_brand = page.brand
            GROUP BY link.campaign_id
        )
        SELECT {columns}, COALESCE(links.products, '{{}}') AS link_product
        FROM page item LEFT JOIN links ON links.campaign_id = item.id
        ORDER BY {order}"
    )
}

fn view(row: &PgRow) -> Result<CampaignView, sqlx::Error> {
    Ok(CampaignView::of(CampaignRow::read(row)?, row.try_get("link_product")?))
}

/// The live campaign `id`.
///
/// # Errors
/// When the database fails.
pub async fn find_campaign(pool: &PgPool, id: Uuid) -> Result<Option<Versioned<CampaignView>>, sqlx::Error> {
    let found = sqlx::query(&LISTED.one()).bind(id).fetch_optional(pool).await?;
    found.map(|row| Versioned::read(&row, view)).transpose()
}

/// The live campaigns that `query` asks for.
///
/// # Errors
/// When the database fails.
pub async fn list_campaigns(pool: &PgPool, query: &ListQuery) -> Result<Found<CampaignView>, sqlx::Error> {
    LISTED.find(pool, query, view).await
}

/// The live campaigns of a brand, newest first; none where there is no such live brand.
///
/// # Errors
/// When the database fails.
pub async fn brand_campaigns(pool: &PgPool, brand: Uuid) -> Result<Option<Vec<CampaignView>>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let campaigns = of_brand(&mut connection, brand).await?;
    if campaigns.is_empty() && !is_brand(&mut connection, brand).await? {
        return Ok(None);
    }
    Ok(Some(campaigns))
}

/// The live campaigns of a brand, newest first.
pub(crate) async fn of_brand(
    connection: &mut PgConnection,
    brand: Uuid,
) -> Result<Vec<CampaignView>, sqlx::Error> {
    LISTED.of_brand(connection, brand, view).await
}
