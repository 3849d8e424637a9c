//! A rebuild: copies of the tables are filled beside the live ones and swapped in while everything goes on.

use std::time::Duration;

use projections::Projection;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use super::lead::Lead;
use super::replay::{Replay, ReplayError};
use super::{Projector, follow, leader, schema};
use crate::limits;

pub(super) async fn run(
    projector: &Projector,
    lead: &Lead,
    projection: &dyn Projection,
    job: uuid::Uuid,
) -> Result<(), ReplayError> {
    let copies = schema::named("rebuild", projection);
    let result = fill_and_swap(projector, lead, projection, &copies, job).await;
    for rest in [copies, schema::named("retired", projection)] {
        // What stays is removed by the next rebuild; it is no reason to call this one failed.
        if let Err(error) = clear(projector, &rest).await {
            tracing::warn!(%error, schema = rest, "what a rebuild left could not be removed yet");
        }
    }
    result
}

async fn clear(projector: &Projector, schema: &str) -> sqlx::Result<()> {
    let mut connection = leader::connect(projector).await?;
    schema::drop_schema(&mut connection, schema).await
}

async fn fill_and_swap(
    projector: &Projector,
    lead: &Lead,
    projection: &dyn Projection,
    copies: &str,
    job: uuid::Uuid,
) -> Result<(), ReplayError> {
    let mut replay = Replay::start(projector, lead, projection, copies, job).await?;
    come_close(&mut replay, projection).await?;
    replay.finish(copies).await?;
    // Which took a while.
    come_close(&mut replay, projection).await?;
    for _attempt in 0..limits::SWAP_ATTEMPTS {
        // The live loop stands still from here: the copies reach its checkpoint exactly and take its place.
        let closed = lead.gate.lock().await;
        let checkpoint = checkpoint(replay.connection(), projection).await?;
        replay.run_to(checkpoint).await?;
        match swap(lead, &mut replay, projection, copies, checkpoint).await {
            Ok(()) => {
                projector.reload_live();
                return Ok(());
            }
            Err(error) if is_lock_timeout(&error) => {}
            Err(error) => return Err(error.into()),
        }
        drop(closed);
        tokio::time::sleep(Duration::from_millis(limits::SWAP_LOCK_TIMEOUT_MS / 4)).await;
    }
    Err(sqlx::Error::Protocol("readers held the old tables for too long; try again".into()).into())
}

/// Applies what the live tables have and the copies have not, until little is left of it.
async fn come_close(replay: &mut Replay<'_>, projection: &dyn Projection) -> Result<(), ReplayError> {
    loop {
        let target = checkpoint(replay.connection(), projection).await?;
        if target - replay.position() <= limits::REPLAY_CLOSE_EVENTS {
            return Ok(());
        }
        replay.run_to(target).await?;
    }
}

async fn checkpoint(connection: &mut PgConnection, projection: &dyn Projection) -> sqlx::Result<i64> {
    sqlx::query_scalar("SELECT position FROM public.projected WHERE projection = $1")
        .bind(projection.name())
        .fetch_one(connection)
        .await
}

/// Puts the copies in the place of the live tables, in one short transaction.
async fn swap(
    lead: &Lead,
    replay: &mut Replay<'_>,
    projection: &dyn Projection,
    copies: &str,
    checkpoint: i64,
) -> sqlx::Result<()> {
    let retired = schema::named("retired", projection);
    let (connection, parked) = replay.result();
    schema::drop_schema(connection, &retired).await?;
    let mut transaction = connection.begin().await?;
    lead.hold(&mut transaction).await?;
    // Unlike other projecting this must be durable before the old tables go.
    let timeout = format!(
        "SET LOCAL lock_timeout = '{}ms'; SET LOCAL synchronous_commit = on",
        limits::SWAP_LOCK_TIMEOUT_MS
    );
    transaction.execute(timeout.as_str()).await?;
    transaction.execute(format!("CREATE SCHEMA {retired}").as_str()).await?;
    for table in projection.tables() {
        let exchange = format!(
            "ALTER TABLE {live}.{table} SET SCHEMA {retired}; ALTER TABLE {copies}.{table} SET SCHEMA {live}",
            live = schema::LIVE
        );
        transaction.execute(exchange.as_str()).await?;
    }
    sqlx::query("UPDATE public.checkpoints SET version = $2, position = $3 WHERE projection = $1")
        .bind(projection.name())
        .bind(projection.version())
        .bind(checkpoint)
        .execute(&mut *transaction)
        .await?;
    sqlx::query("DELETE FROM public.parked_streams WHERE projection = $1")
        .bind(projection.name())
        .execute(&mut *transaction)
        .await?;
    for stream in parked {
        stream.park(&mut transaction, projection.name()).await?;
    }
    follow::rows_changed(&mut transaction, projection.name()).await?;
    transaction.commit().await
}

fn is_lock_timeout(error: &sqlx::Error) -> bool {
    matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("55P03"))
}
