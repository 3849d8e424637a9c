//! Users by number, by name, and as a list.

use std::collections::HashMap;

use aggregates::users::{Role, fold};
use sqlx::{PgExecutor, PgPool, Row};

use super::UserRow;
use crate::Page;
use crate::table::Table;

/// The user with this number, unless removed.
///
/// # Errors
/// When the database fails.
pub async fn find_user(executor: impl PgExecutor<'_>, number: i64) -> Result<Option<UserRow>, sqlx::Error> {
    let columns = UserRow::columns("item");
    let sql = format!("SELECT {columns} FROM users item WHERE number = $1 AND NOT is_removed");
    sqlx::query(&sql).bind(number).try_map(|row| UserRow::read(&row)).fetch_optional(executor).await
}

/// The user of this name in any case, unless removed.
///
/// # Errors
/// When the database fails.
pub async fn find_user_by_name(
    executor: impl PgExecutor<'_>,
    username: &str,
) -> Result<Option<UserRow>, sqlx::Error> {
    // Postgres keeps no NUL, so no user has one.
    if username.contains('\0') {
        return Ok(None);
    }
    let columns = UserRow::columns("item");
    let sql = format!("SELECT {columns} FROM users item WHERE username_folded = $1 AND NOT is_removed");
    let query = sqlx::query(&sql).bind(fold(username));
    query.try_map(|row| UserRow::read(&row)).fetch_optional(executor).await
}

/// Those who were not removed, in the order in which they came, with how many they are: all, or a page of those whose
/// name, address or display name contains `search`, and of one role.
///
/// # Errors
/// When the database fails.
pub async fn list_users(
    pool: &PgPool,
    search: Option<&str>,
    role: Option<Role>,
    page: Option<Page>,
) -> Result<(Vec<UserRow>, i64), sqlx::Error> {
    let columns = UserRow::columns("item");
    let which = "FROM users item WHERE NOT is_removed AND ($1::text IS NULL OR strpos(lower(username), lower($1)) > 0 \
                 OR strpos(lower(email), lower($1)) > 0 OR strpos(lower(display_name), lower($1)) > 0) \
                 AND ($2::text IS NULL OR role = $2)";
    let sql = format!("SELECT {columns} {which} ORDER BY number LIMIT $3 OFFSET $4");
    let role = role.map(Role::code);
    let query = sqlx::query(&sql).bind(search).bind(role);
    let offset = page.map_or(0, |page| (page.page() - 1).saturating_mul(page.per_page()));
    let query = query.bind(page.map(|page| page.per_page())).bind(offset);
    let rows = query.try_map(|row| UserRow::read(&row)).fetch_all(pool).await?;
    let count = format!("SELECT count(*) {which}");
    let total = sqlx::query_scalar(&count).bind(search).bind(role).fetch_one(pool).await?;
    Ok((rows, total))
}

/// What users are called now, also the removed ones; an erased one is called so.
///
/// # Errors
/// When the database fails.
pub async fn names_of(
    executor: impl PgExecutor<'_>,
    numbers: &[i64],
) -> Result<HashMap<i64, String>, sqlx::Error> {
    if numbers.is_empty() {
        return Ok(HashMap::new());
    }
    let query = sqlx::query("SELECT number, username FROM users WHERE number = ANY($1)").bind(numbers);
    let rows = query.fetch_all(executor).await?;
    rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect()
}
