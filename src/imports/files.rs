//! The bytes that imports read.

use bytes::Bytes;
use sqlx::PgPool;

use crate::sheets::file_digest;

/// Keeps the bytes; those that are kept already count as new.
pub(super) async fn keep(pool: &PgPool, bytes: &[u8]) -> sqlx::Result<String> {
    let hash = file_digest(bytes);
    sqlx::query(
        "INSERT INTO import_files (digest, bytes) VALUES ($1, $2) \
         ON CONFLICT (digest) DO UPDATE SET created_at = clock_timestamp()",
    )
    .bind(&hash)
    .bind(bytes)
    .execute(pool)
    .await?;
    Ok(hash)
}

/// The bytes called `hash`, unless they were cleaned away.
pub(super) async fn load(pool: &PgPool, hash: &str) -> sqlx::Result<Option<Bytes>> {
    let bytes: Option<Vec<u8>> = sqlx::query_scalar("SELECT bytes FROM import_files WHERE digest = $1")
        .bind(hash)
        .fetch_optional(pool)
        .await?;
    Ok(bytes.map(Bytes::from))
}
