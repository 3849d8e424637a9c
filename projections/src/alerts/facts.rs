//! What the judge of alerts needs to know of listings.

use std::collections::HashMap;

use aggregates::alerts::{PricePoint, RuleSettings, When};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use sqlx::{PgExecutor, Row};

/// What rules are scoped by, and what an alert shows of a listing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListingFacts {
    /// Its goods code.
    pub product_id: Option<String>,
    /// What it is called.
    pub name: Option<String>,
    /// Whose make it is.
    pub brand: Option<String>,
    /// What kind of goods it is.
    pub category: Option<String>,
    /// The page that is watched.
    pub url: Option<String>,
}

/// What is known of these listings, also of such as are watched no more.
///
/// # Errors
/// When the database fails.
pub async fn listing_facts(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
) -> Result<HashMap<i64, ListingFacts>, sqlx::Error> {
    sqlx::query("SELECT number, product_id, name, brand, category, url FROM listings WHERE number = ANY($1)")
        .bind(numbers)
        .try_map(|row| {
            let facts = ListingFacts {
                product_id: row.try_get("product_id")?,
                name: row.try_get("name")?,
                brand: row.try_get("brand")?,
                category: row.try_get("category")?,
                url: row.try_get("url")?,
            };
            Ok((row.try_get("number")?, facts))
        })
        .fetch_all(executor)
        .await
        .map(HashMap::from_iter)
}

/// The prices of these listings in force at `since` and later, oldest first.
///
/// # Errors
/// When the database fails.
pub async fn prices_since(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
    since: DateTime<Utc>,
) -> Result<HashMap<i64, Vec<PricePoint>>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT item.number, item.at, item.price FROM UNNEST($1::bigint[]) AS wanted(number) \
         JOIN listing_prices item USING (number) \
         WHERE item.at >= coalesce((SELECT max(earlier.at) FROM listing_prices earlier \
             WHERE earlier.number = wanted.number AND earlier.at <= $2), '-infinity') \
         ORDER BY item.number, item.at",
    )
    .bind(numbers)
    .bind(since)
    .fetch_all(executor)
    .await?;
    let mut prices: HashMap<i64, Vec<PricePoint>> = HashMap::new();
    for row in rows {
        let point = PricePoint { at: row.try_get("at")?, price: row.try_get("price")? };
        prices.entry(row.try_get("number")?).or_default().push(point);
    }
    Ok(prices)
}

/// The watched listings whose price is on the far side of the rule's figure now.
///
/// # Errors
/// When the database fails.
pub async fn standing_prices(
    executor: impl PgExecutor<'_>,
    settings: &RuleSettings,
) -> Result<Vec<(i64, Decimal)>, sqlx::Error> {
    let side = match settings.when {
        When::Below => "price < $1",
        When::Above => "price > $1",
        _ => return Ok(Vec::new()),
    };
    let sql = format!(
        "SELECT number, price FROM listings WHERE is_active AND status = 'active' AND {side} \
         AND ($2::text IS NULL OR category = $2) AND ($3::text IS NULL OR brand = $3) \
         AND ($4::bigint[] IS NULL OR number = ANY($4))"
    );
    let scope = &settings.scope;
    sqlx::query_as(&sql)
        .bind(settings.value)
        .bind(&scope.category)
        .bind(&scope.brand)
        .bind(&scope.listing_ids)
        .fetch_all(executor)
        .await
}

/// The watched listings in a scope, ascending, with what is known of them; at most `limit`.
///
/// # Errors
/// When the database fails.
pub async fn listings_in_scope(
    executor: impl PgExecutor<'_>,
    settings: &RuleSettings,
    limit: i64,
) -> Result<Vec<(i64, ListingFacts)>, sqlx::Error> {
    let scope = &settings.scope;
    sqlx::query(
        "SELECT number, product_id, name, brand, category, url FROM listings WHERE is_active \
         AND ($1::text IS NULL OR category = $1) AND ($2::text IS NULL OR brand = $2) \
         AND ($3::bigint[] IS NULL OR number = ANY($3)) ORDER BY number LIMIT $4",
    )
    .bind(&scope.category)
    .bind(&scope.brand)
    .bind(&scope.listing_ids)
    .bind(limit)
    .try_map(|row| {
        let facts = ListingFacts {
            product_id: row.try_get("product_id")?,
            name: row.try_get("name")?,
            brand: row.try_get("brand")?,
            category: row.try_get("category")?,
            url: row.try_get("url")?,
        };
        Ok((row.try_get("number")?, facts))
    })
    .fetch_all(executor)
    .await
}
