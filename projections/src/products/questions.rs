//! What one may ask about products.

use sqlx::postgres::PgRow;
use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{ProductRow, ProductView};
use crate::brands::is_brand;
use crate::lists::{Found, ListQuery, Listed, Orderings, Versioned};
use crate::table::Table;

/// What a list of products can be ordered by.
pub const ORDERINGS: Orderings = &[
    ("name", "lower(item.name)"),
    ("created_at", "item.created_position"),
    ("updated_at", "item.updated_at"),
    ("commission_rate", "item.commission_rate"),
    ("sales_price_min", "item.sales_price_min"),
    ("sales_price_max", "item.sales_price_max"),
    ("stock", "item.stock"),
    ("items_sold", "item.items_sold"),
    ("product_rating", "item.product_rating"),
    ("reviews_count", "item.reviews_count"),
];

const LISTED: Listed = Listed { table: "products", live: "item.is_active AND item.brand_is_active", select };

/// The rows of `page` with what is derived for them.
fn select(page: &str, order: &str) -> String {
    let columns = ProductRow::columns("item");
    format!(
        "WITH page AS ({page}), derived AS (
            SELECT link.product_id, count(DISTINCT creator.creator_id) AS creators
            FROM page
            JOIN campaign_products link ON link.product_id = page.id AND link.linked
            JOIN campaigns campaign ON campaign.id = link.campaign_id AND campaign.brand = link.product_brand
                AND campaign.is_active AND campaign.brand_is_active
            JOIN campaign_creators creator ON creator.campaign_id = campaign.id
            WHERE page.collab_creators_sent IS NULL
            GROUP BY link.product_id
        )
        SELECT {columns}, COALESCE(derived.creators, 0) AS creators
        FROM page item LEFT JOIN derived ON derived.product_id = item.id
        ORDER BY {order}"
    )
}

fn view(row: &PgRow) -> Result<ProductView, sqlx::Error> {
    Ok(ProductView::of(ProductRow::read(row)?, row.try_get("creators")?))
}

/// The live product `id`. Its version also counts the campaigns that link it or did so.
///
/// # Errors
/// When the database fails.
pub async fn find_product(pool: &PgPool, id: Uuid) -> Result<Option<Versioned<ProductView>>, sqlx::Error> {
    let sql = format!(
        "SELECT found.*, GREATEST(found.own_position, (
            SELECT max(campaign.version)
            FROM campaign_products link JOIN campaigns campaign ON campaign.id = link.campaign_id
            WHERE link.product_id = found.id
        )) AS version
        FROM ({}) found",
        LISTED.one()
    );
    let found = sqlx::query(&sql).bind(id).fetch_optional(pool).await?;
    found.map(|row| Versioned::read(&row, view)).transpose()
}

/// The live products that `query` asks for.
///
/// # Errors
/// When the database fails.
pub async fn list_products(pool: &PgPool, query: &ListQuery) -> Result<Found<ProductView>, sqlx::Error> {
    LISTED.find(pool, query, view).await
}

/// The live products of a brand, newest first; none where there is no such live brand.
///
/// # Errors
/// When the database fails.
pub async fn brand_products(pool: &PgPool, brand: Uuid) -> Result<Option<Vec<ProductView>>, sqlx::Error> {
    let mut connection = pool.acquire().await?;
    let products = of_brand(&mut connection, brand).await?;
    if products.is_empty() && !is_brand(&mut connection, brand).await? {
        return Ok(None);
    }
    Ok(Some(products))
}

/// The live products of a brand, newest first.
pub(crate) async fn of_brand(
    connection: &mut PgConnection,
    brand: Uuid,
) -> Result<Vec<ProductView>, sqlx::Error> {
    LISTED.of_brand(connection, brand, view).await
}
