//! Leading: the one loop in the cluster that writes read tables.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Executor;
use sqlx::postgres::PgConnection;

use super::apply::Live;
use super::lead::Lead;
use super::{Projector, jobs};
use crate::{database, limits};

/// Only the session that holds this advisory lock writes read tables.
const LEADER_LOCK: i64 = 0x7469_6465_0001;

pub(super) async fn run(projector: Projector) {
    while !projector.0.stop.is_cancelled() {
        if let Err(error) = lead(&projector).await {
            tracing::warn!(%error, "this node does not lead the projections");
        }
        projector.0.leads.send_replace(false);
        tokio::select! {
            () = projector.0.stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(limits::DATABASE_RETRY_MS)) => {}
        }
    }
}

/// Waits until nobody else leads, then leads until the connection breaks.
async fn lead(projector: &Projector) -> sqlx::Result<()> {
    let mut connection = connect(projector).await?;
    connection.execute(limits::LIVE_SESSION).await?;
    tokio::select! {
        result = wait_for_lead(&mut connection) => result?,
        () = projector.0.stop.cancelled() => return Ok(()),
    }
    register(projector, &mut connection).await?;
    let lead = Arc::new(Lead::begin(&mut connection).await?);
    let mut live = Live::load(projector, &mut connection).await?;
    projector.0.leads.send_replace(true);
    tracing::info!("this node leads the projections");
    let jobs = tokio::spawn(jobs::run(projector.clone(), lead.clone()));
    let result = tokio::select! {
        result = follow(projector, &lead, &mut live, &mut connection) => result,
        () = projector.0.stop.cancelled() => Ok(()),
    };
    jobs.abort();
    result
}

async fn wait_for_lead(connection: &mut PgConnection) -> sqlx::Result<()> {
    let pause = Duration::from_millis(limits::LEADER_RETRY_MS);
    loop {
        let try_lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(LEADER_LOCK);
        if database::in_time(try_lock.fetch_one(&mut *connection)).await? {
            return Ok(());
        }
        tokio::time::sleep(pause).await;
    }
}

/// A connection that writes read tables.
pub(super) async fn connect(projector: &Projector) -> sqlx::Result<PgConnection> {
    database::connect(&projector.0.options, limits::PROJECTOR_SESSION).await
}

/// Gives every projection a checkpoint, and one whose code is newer than its tables a rebuild. A build that is
/// older than the tables must not write them: in a rolling update the newer one leads.
async fn register(projector: &Projector, connection: &mut PgConnection) -> sqlx::Result<()> {
    for projection in &projector.0.projections {
        sqlx::query("INSERT INTO checkpoints (projection, version) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(projection.name())
            .bind(projection.version())
            .execute(&mut *connection)
            .await?;
        let version: i32 = sqlx::query_scalar("SELECT version FROM checkpoints WHERE projection = $1")
            .bind(projection.name())
            .fetch_one(&mut *connection)
            .await?;
        if version > projection.version() {
            let name = projection.name();
            return Err(sqlx::Error::Configuration(
                format!("the tables of {name} are of a newer build: this one leaves them alone").into(),
            ));
        }
        if version < projection.version() {
            tracing::info!(projection = projection.name(), "its tables are of an older version: rebuilding");
            jobs::ask(projector, projection.name(), jobs::JobKind::Rebuild).await?;
        }
    }
    Ok(())
}

/// Takes the feed in, batch after batch.
async fn follow(
    projector: &Projector,
    lead: &Lead,
    live: &mut Live,
    connection: &mut PgConnection,
) -> sqlx::Result<()> {
    let feed = projector.0.store.feed();
    let mut head = feed.watch();
    loop {
        let position = live.position();
        if *head.borrow_and_update() <= position {
            let heartbeat = Duration::from_secs(limits::LEADER_HEARTBEAT_S);
            match tokio::time::timeout(heartbeat, head.changed()).await {
                Ok(changed) => changed.map_err(|_| sqlx::Error::WorkerCrashed)?,
                Err(_) => database::in_time(live.rest(connection)).await?,
            }
            continue;
        }
        let events = feed.after(position, limits::PROJECT_BATCH_EVENTS).await?;
        let _open = lead.gate.lock().await;
        if projector.0.reload.swap(false, Ordering::AcqRel) {
            live.reload(projector, connection).await?;
            if live.position() != position {
                continue;
            }
        }
        live.apply(projector, connection, &events).await?;
        projector.announce(live.position());
    }
}
