//! A verification: the log is replayed into scratch copies and compared with the live tables as they were.

use aggregates::ERASING;
use projections::Projection;
use serde_json::{Value, json};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use super::lead::Lead;
use super::replay::{Replay, ReplayError};
use super::{Projector, leader, schema};
use crate::limits;

pub(super) async fn run(
    projector: &Projector,
    lead: &Lead,
    projection: &dyn Projection,
    job: uuid::Uuid,
) -> Result<Value, ReplayError> {
    let (live, scratch) = (schema::named("verify_live", projection), schema::named("verify", projection));
    let mut connection = leader::connect(projector).await?;
    let mut result = compare(projector, lead, projection, &mut connection, &live, &scratch, job).await;
    for _again in 1..limits::VERIFY_ATTEMPTS {
        match &result {
            Ok(found) if found["differing"] != 0 && was_somebody_erased(&mut connection, found).await? => {
                result = compare(projector, lead, projection, &mut connection, &live, &scratch, job).await;
            }
            _ => break,
        }
    }
    schema::drop_schema(&mut connection, &live).await?;
    schema::drop_schema(&mut connection, &scratch).await?;
    result
}

/// Whether somebody was erased after the live tables were copied: the replay then read less of them than the tables told.
async fn was_somebody_erased(connection: &mut PgConnection, found: &Value) -> sqlx::Result<bool> {
    let sql = "SELECT EXISTS (SELECT FROM events WHERE position > $1 AND event_type = $2)";
    let position = found["position"].as_i64();
    sqlx::query_scalar(sql).bind(position).bind(ERASING).fetch_one(connection).await
}

async fn compare(
    projector: &Projector,
    lead: &Lead,
    projection: &dyn Projection,
    connection: &mut PgConnection,
    live: &str,
    scratch: &str,
    job: uuid::Uuid,
) -> Result<Value, ReplayError> {
    let checkpoint = photograph(connection, lead, projection, live).await?;
    Replay::start(projector, lead, projection, scratch, job).await?.run_to(checkpoint).await?;
    let (mut rows, mut differing, mut sample) = (0, 0, Vec::new());
    for table in projection.tables() {
        let count = format!("SELECT count(*) FROM {live}.{table}");
        rows += sqlx::query_scalar::<_, i64>(&count).fetch_one(&mut *connection).await?;
        let missing = difference(connection, table, scratch, live, "expected", &mut sample).await?;
        let extra = difference(connection, table, live, scratch, "found", &mut sample).await?;
        differing += missing.max(extra);
    }
    Ok(json!({ "position": checkpoint, "rows": rows, "differing": differing, "sample": sample }))
}

/// Copies the live tables as they are at one checkpoint.
async fn photograph(
    connection: &mut PgConnection,
    lead: &Lead,
    projection: &dyn Projection,
    into: &str,
) -> sqlx::Result<i64> {
    schema::drop_schema(connection, into).await?;
    connection.execute(format!("CREATE SCHEMA {into}").as_str()).await?;
    let mut transaction = connection.begin().await?;
    transaction.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    lead.hold(&mut transaction).await?;
    let checkpoint = sqlx::query_scalar("SELECT position FROM projected WHERE projection = $1")
        .bind(projection.name())
        .fetch_one(&mut *transaction)
        .await?;
    for table in projection.tables() {
        let copy = format!("CREATE TABLE {into}.{table} AS TABLE {}.{table}", schema::LIVE);
        transaction.execute(copy.as_str()).await?;
    }
    transaction.commit().await?;
    Ok(checkpoint)
}

/// How many rows of one table are not in the other; some of them go to the sample.
async fn difference(
    connection: &mut PgConnection,
    table: &str,
    of: &str,
    without: &str,
    label: &str,
    sample: &mut Vec<Value>,
) -> sqlx::Result<i64> {
    let only = format!("SELECT * FROM {of}.{table} EXCEPT ALL SELECT * FROM {without}.{table}");
    let count: i64 =
        sqlx::query_scalar(&format!("SELECT count(*) FROM ({only}) d")).fetch_one(&mut *connection).await?;
    if count > 0 {
        let rows: Vec<Value> = sqlx::query_scalar(&format!("SELECT to_jsonb(d) FROM ({only}) d LIMIT $1"))
            .bind(limits::VERIFY_SAMPLE_ROWS)
            .fetch_all(connection)
            .await?;
        sample.extend(rows.into_iter().map(|row| json!({ "table": table, label: row })));
    }
    Ok(count)
}
