//! The history of requests to models.

use sqlx::{PgExecutor, PgPool};

use super::GenerationRow;
use crate::table::Table;

/// Which requests are wanted.
#[derive(Clone, Debug, Default)]
pub struct HistoryFilter {
    /// Only those of this user.
    pub user_id: Option<i64>,
    /// Only `copy` or `search`.
    pub kind: Option<&'static str>,
    /// Only favourites, or only others.
    pub favorite: Option<bool>,
    /// How many to pass over.
    pub offset: i64,
    /// At most this many.
    pub limit: i64,
}

/// A request that was not taken out of the history.
///
/// # Errors
/// When the database fails.
pub async fn find_generation(
    executor: impl PgExecutor<'_>,
    number: i64,
) -> Result<Option<GenerationRow>, sqlx::Error> {
    let columns = GenerationRow::columns("item");
    let sql = format!("SELECT {columns} FROM generations item WHERE number = $1 AND is_active");
    sqlx::query(&sql).bind(number).try_map(|row| GenerationRow::read(&row)).fetch_optional(executor).await
}

/// The requests that `filter` wants, newest first, and how many there are.
///
/// # Errors
/// When the database fails.
pub async fn list_generations(
    pool: &PgPool,
    filter: &HistoryFilter,
) -> Result<(Vec<GenerationRow>, i64), sqlx::Error> {
    let columns = GenerationRow::columns("item");
    let which = "FROM generations item WHERE is_active AND ($1::bigint IS NULL OR user_id = $1) \
                 AND ($2::text IS NULL OR kind = $2) AND ($3::boolean IS NULL OR is_favorite = $3)";
    let sql = format!("SELECT {columns} {which} ORDER BY number DESC OFFSET $4 LIMIT $5");
    let query = sqlx::query(&sql).bind(filter.user_id).bind(filter.kind).bind(filter.favorite);
    let query = query.bind(filter.offset).bind(filter.limit);
    let rows = query.try_map(|row| GenerationRow::read(&row)).fetch_all(pool).await?;
    let count = format!("SELECT count(*) {which}");
    let count = sqlx::query_scalar(&count).bind(filter.user_id).bind(filter.kind).bind(filter.favorite);
    Ok((rows, count.fetch_one(pool).await?))
}
