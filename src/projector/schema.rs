//! Copies of read tables in schemas of their own.

use projections::Projection;
use sqlx::Executor;
use sqlx::postgres::PgConnection;

/// The schema in which readers find the live tables.
pub(super) const LIVE: &str = "read";

/// A schema name of a projection's work; projections' names are words of our own code.
pub(super) fn named(purpose: &str, projection: &dyn Projection) -> String {
    format!("{purpose}_{}", projection.name())
}

/// Makes the schema anew with empty copies of the projection's tables, indexes and all.
pub(super) async fn create(
    connection: &mut PgConnection,
    schema: &str,
    projection: &dyn Projection,
) -> sqlx::Result<()> {
    drop_schema(connection, schema).await?;
    connection.execute(format!("CREATE SCHEMA {schema}").as_str()).await?;
    for table in projection.tables() {
        let copy = format!("CREATE TABLE {schema}.{table} (LIKE {LIVE}.{table} INCLUDING ALL)");
        connection.execute(copy.as_str()).await?;
    }
    Ok(())
}

/// Removes the schema and what is in it.
pub(super) async fn drop_schema(connection: &mut PgConnection, schema: &str) -> sqlx::Result<()> {
    connection.execute(format!("DROP SCHEMA IF EXISTS {schema} CASCADE").as_str()).await?;
    Ok(())
}
