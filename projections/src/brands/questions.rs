//! What one may ask about brands.

use sqlx::{PgConnection, PgPool, Row};
use uuid::Uuid;

use super::{BrandDetailView, BrandRow, BrandView, FiguresSource};
use crate::lists::{Found, ListQuery, Listed, Orderings, Versioned};
use crate::table::Table;
use crate::{campaigns, products};

/// What a list of brands can be ordered by.
pub const ORDERINGS: Orderings = &[
    ("name", "lower(item.name)"),
    ("created_at", "item.created_position"),
    ("updated_at", "item.updated_at"),
    ("category", "lower(item.category)"),
    ("source", "lower(item.source)"),
    ("shop_overall_rating", "item.shop_overall_rating"),
];

const LISTED: Listed = Listed { table: "brands", live: "item.is_active", select };

/// The knowledge bases of the live products and campaigns of the brands in `page`, by brand in
/// the order of first appearance.
const DATASETS: &str = "
    SELECT brand, array_agg(dataset_id ORDER BY first_position) AS ids FROM (
        SELECT brand, dataset_id, min(created_position) AS first_position FROM (
            SELECT item.brand, item.dataset_id, item.created_position FROM page
            JOIN products item ON item.brand = page.id AND item.is_active AND item.brand_is_active
            UNION ALL
            SELECT item.brand, item.dataset_id, item.created_position FROM page
            JOIN campaigns item ON item.brand = page.id AND item.is_active AND item.brand_is_active
        ) named GROUP BY brand, dataset_id
    ) distinct_ids GROUP BY brand";

/// The rows of `page` with what is derived for them.
fn select(page: &str, order: &str) -> String {
    let columns = BrandRow::columns("item");
    format!(
        "WITH page AS ({page}), live AS (
            SELECT campaign.id, campaign.brand, campaign.status,
                campaign.gmv_achieved_number, campaign.views_achieved_number
            FROM page
            JOIN campaigns campaign ON campaign.brand = page.id
                AND campaign.is_active AND campaign.brand_is_active
        ), figures AS (
            SELECT brand, sum(gmv_achieved_number) AS gmv, sum(views_achieved_number) AS views,
                count(*) FILTER (WHERE status IN ('accepted', 'in_progress', 'completed')) AS collabs
            FROM live GROUP BY brand
        ), creators AS (
            SELECT live.brand, count(DISTINCT creator.creator_id) AS creators
            FROM live JOIN campaign_creators creator ON creator.campaign_id = live.id
            GROUP BY live.brand
        ), datasets AS ({DATASETS})
        SELECT {columns},
            COALESCE(item.collab_count_sent, figures.collabs, 0) AS collab_count,
            COALESCE(item.creators_count_sent, creators.creators, 0) AS creators_count,
            round(COALESCE(item.total_gmv_achieved_sent, figures.gmv, 0), 2)::text AS total_gmv_achieved,
            round(COALESCE(item.total_views_achieved_sent, figures.views, 0), 2)::text AS total_views_achieved,
            COALESCE(datasets.ids, '{{}}') AS dataset_id_list
        FROM page item
        LEFT JOIN figures ON figures.brand = item.id
        LEFT JOIN creators ON creators.brand = item.id
        LEFT JOIN datasets ON datasets.brand = item.id
        ORDER BY {order}"
    )
}

/// The live brand `id` with its products and campaigns, all as they were at one moment.
///
/// # Errors
/// When the database fails.
pub async fn find_brand(pool: &PgPool, id: Uuid) -> Result<Option<Versioned<BrandDetailView>>, sqlx::Error> {
    let mut snapshot = pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
    let Some(row) = sqlx::query(&LISTED.one()).bind(id).fetch_optional(&mut *snapshot).await? else {
        return Ok(None);
    };
    let products = products::of_brand(&mut snapshot, id).await?;
    let campaigns = campaigns::of_brand(&mut snapshot, id).await?;
    snapshot.commit().await?;
    let figures_source = FiguresSource::of(&BrandRow::read(&row)?);
    let found = Versioned::read(&row, |row| {
        Ok(BrandDetailView { brand: BrandView::read(row)?, products, campaigns, figures_source })
    });
    found.map(Some)
}

/// The live brands that `query` asks for.
///
/// # Errors
/// When the database fails.
pub async fn list_brands(pool: &PgPool, query: &ListQuery) -> Result<Found<BrandView>, sqlx::Error> {
    LISTED.find(pool, query, BrandView::read).await
}

/// The knowledge bases of a brand's live products and campaigns in the order of first appearance; none
/// where there is no such live brand.
///
/// # Errors
/// When the database fails.
pub async fn dataset_ids(pool: &PgPool, brand: Uuid) -> Result<Option<Vec<String>>, sqlx::Error> {
    let sql = format!(
        "WITH page AS (SELECT item.id FROM brands item WHERE item.id = $1 AND item.is_active)
         SELECT COALESCE(datasets.ids, '{{}}') FROM page
         LEFT JOIN ({DATASETS}) datasets ON datasets.brand = page.id"
    );
    sqlx::query_scalar(&sql).bind(brand).fetch_optional(pool).await
}

/// Whether there is such a live brand.
pub(crate) async fn is_brand(connection: &mut PgConnection, id: Uuid) -> Result<bool, sqlx::Error> {
    let sql = "SELECT EXISTS (SELECT FROM brands WHERE id = $1 AND is_active)";
    sqlx::query(sql).bind(id).fetch_one(connection).await?.try_get(0)
}
