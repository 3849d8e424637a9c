//! What one may ask about imports.

use aggregates::imports::{ImportState, JobType};
use sqlx::{PgPool, Row};
use uuid::Uuid;

use super::{ImportRow, ImportView};
use crate::lists::{Found, Page, Versioned};
use crate::table::Table;
use crate::{ListQuery, Zone};

/// Which imports are wanted.
#[derive(Clone, Debug, Default)]
pub struct ImportQuery {
    /// Those of this type.
    pub job_type: Option<JobType>,
    /// Those that are this far.
    pub state: Option<ImportState>,
    /// All of them without it.
    pub page: Option<Page>,
    /// How many at most when no page is wanted.
    pub most: i64,
}

/// One import.
///
/// # Errors
/// When the database fails.
pub async fn find_import(
    pool: &PgPool,
    id: Uuid,
    zone: Zone,
) -> Result<Option<Versioned<ImportView>>, sqlx::Error> {
    let sql = format!("SELECT {} FROM imports item WHERE id = $1", ImportRow::columns("item"));
    let found = sqlx::query(&sql).bind(id).try_map(|row| ImportRow::read(&row)).fetch_optional(pool).await?;
    Ok(found.map(|row| {
        let version = row.own_position;
        Versioned { own_position: version, version, view: ImportView::of(row, zone) }
    }))
}

/// The imports that `query` asks for, newest first.
///
/// # Errors
/// When the database fails.
pub async fn list_imports(
    pool: &PgPool,
    query: &ImportQuery,
    zone: Zone,
) -> Result<Found<ImportView>, sqlx::Error> {
    let sql = format!(
        "SELECT {}, (SELECT count(*) FROM imports WHERE ($1::text IS NULL OR job_type = $1) \
         AND ($2::text IS NULL OR state = $2)) AS total FROM imports item \
         WHERE ($1::text IS NULL OR job_type = $1) AND ($2::text IS NULL OR state = $2) \
         ORDER BY created_position DESC LIMIT $3 OFFSET $4",
        ImportRow::columns("item")
    );
    let asked = ListQuery { page: query.page, ..ListQuery::default() };
    let rows = sqlx::query(&sql)
        .bind(query.job_type.map(JobType::code))
        .bind(query.state.map(ImportState::code))
        .bind(asked.limit().unwrap_or(query.most))
        .bind(asked.offset())
        .fetch_all(pool)
        .await?;
    let total = rows.first().map_or(Ok(0), |row| row.try_get("total"))?;
    let read = rows.iter().map(|row| Ok(ImportView::of(ImportRow::read(row)?, zone)));
    Ok(Found { items: read.collect::<Result<_, sqlx::Error>>()?, total })
}

const COUNTS: &str = "NOT dry_run AND duplicate_of IS NULL AND state NOT IN ('failed', 'undone')";

/// The import that stored these bytes, or is about to.
///
/// # Errors
/// When the database fails.
pub async fn import_of_bytes(
    pool: &PgPool,
    job_type: JobType,
    file_digest: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    let sql = format!(
        "SELECT id FROM imports WHERE job_type = $1 AND file_digest = $2 AND {COUNTS} ORDER BY created_position LIMIT 1"
    );
    sqlx::query_scalar(&sql).bind(job_type.code()).bind(file_digest).fetch_optional(pool).await
}

/// The import of this version of a file on a drive.
///
/// # Errors
/// When the database fails.
pub async fn import_of_revision(
    pool: &PgPool,
    job_type: JobType,
    file_id: &str,
    revision: &str,
) -> Result<Option<Uuid>, sqlx::Error> {
    let sql = format!(
        "SELECT id FROM imports WHERE job_type = $1 AND file_id = $2 AND revision = $3 AND {COUNTS} \
         ORDER BY created_position LIMIT 1"
    );
    sqlx::query_scalar(&sql).bind(job_type.code()).bind(file_id).bind(revision).fetch_optional(pool).await
}
