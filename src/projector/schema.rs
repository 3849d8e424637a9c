//! Copies of read tables in schemas of their own.

use projections::Projection;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

/// The schema in which readers find the live tables.
pub(super) const LIVE: &str = "read";

/// What a copy gets only when it is full: statements.
pub(super) struct Postponed(Vec<String>);

/// A schema name of a projection's work; projections' names are words of our own code.
pub(super) fn named(purpose: &str, projection: &dyn Projection) -> String {
    format!("{purpose}_{}", projection.name())
}

/// Makes the schema anew with empty copies of the projection's tables, as they are good to fill: with room for the
/// next version of each row beside it, without the indexes that only readers need, and not logged. A crash empties
/// them, and whoever fills them begins again anyway. [`finish`] makes up for all that.
pub(super) async fn create(
    connection: &mut PgConnection,
    schema: &str,
    projection: &dyn Projection,
) -> sqlx::Result<Postponed> {
    drop_schema(connection, schema).await?;
    connection.execute(format!("CREATE SCHEMA {schema}").as_str()).await?;
    for table in projection.tables() {
        let copy = format!(
            "CREATE UNLOGGED TABLE {schema}.{table} (LIKE {LIVE}.{table} INCLUDING ALL) WITH (fillfactor = 50)"
        );
        connection.execute(copy.as_str()).await?;
    }
    postpone_indexes(connection, schema).await
}

async fn postpone_indexes(connection: &mut PgConnection, schema: &str) -> sqlx::Result<Postponed> {
    let indexes: Vec<(String, String)> = sqlx::query_as(
        "SELECT format('DROP INDEX %I.%I', $1, c.relname), \
                format('%s; COMMENT ON INDEX %I.%I IS %L', pg_get_indexdef(c.oid), $1, c.relname, \
                       obj_description(c.oid, 'pg_class')) \
           FROM pg_class c WHERE c.relkind = 'i' AND c.relnamespace = to_regnamespace($1) \
            AND obj_description(c.oid, 'pg_class') LIKE 'readers%'",
    )
    .bind(schema)
    .fetch_all(&mut *connection)
    .await?;
    let (drops, makes): (Vec<String>, Vec<String>) = indexes.into_iter().unzip();
    for drop in drops {
        connection.execute(drop.as_str()).await?;
    }
    Ok(Postponed(makes))
}

/// Makes full copies what the live tables are, before they take their place: they survive a crash, have the same
/// settings and indexes, and the planner knows them.
pub(super) async fn finish(
    connection: &mut PgConnection,
    schema: &str,
    projection: &dyn Projection,
    postponed: &Postponed,
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    // A large table takes a while, and nobody waits for it.
    transaction.execute("SET LOCAL statement_timeout = 0").await?;
    for table in projection.tables() {
        let options: Option<String> = sqlx::query_scalar(
            "SELECT array_to_string(reloptions, ', ') FROM pg_class WHERE oid = to_regclass($1)",
        )
        .bind(format!("{LIVE}.{table}"))
        .fetch_one(&mut *transaction)
        .await?;
        let options = options.map_or("RESET (fillfactor)".to_owned(), |options| format!("SET ({options})"));
        let change = format!("ALTER TABLE {schema}.{table} {options}, SET LOGGED");
        transaction.execute(change.as_str()).await?;
    }
    for index in &postponed.0 {
        transaction.execute(index.as_str()).await?;
    }
    for table in projection.tables() {
        transaction.execute(format!("ANALYZE {schema}.{table}").as_str()).await?;
    }
    transaction.commit().await
}

/// Removes the schema and what is in it.
pub(super) async fn drop_schema(connection: &mut PgConnection, schema: &str) -> sqlx::Result<()> {
    connection.execute(format!("DROP SCHEMA IF EXISTS {schema} CASCADE").as_str()).await?;
    Ok(())
}
