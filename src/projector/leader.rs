//! Leading: the one loop in the cluster that writes read tables.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use sqlx::Connection;
use sqlx::postgres::PgConnection;
use tokio::sync::Mutex;

use super::apply::Live;
use super::{Projector, jobs};
use crate::{database, limits};

/// Only the session that holds this advisory lock writes read tables.
const LEADER_LOCK: i64 = 0x7469_6465_0001;

/// Lets a rebuild stop the live loop between two batches, for its swap.
pub(super) type Gate = Arc<Mutex<()>>;

pub(super) async fn run(projector: Projector) {
    let pause = Duration::from_millis(limits::LEADER_RETRY_MS);
    while !projector.0.stop.is_cancelled() {
        match lead(&projector).await {
            Ok(()) => {}
            Err(error) => tracing::warn!(%error, "this node does not lead the projections any more"),
        }
        projector.0.leads.send_replace(false);
        tokio::select! {
            () = projector.0.stop.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

/// Leads until the connection breaks; returns at once when somebody else leads.
async fn lead(projector: &Projector) -> sqlx::Result<()> {
    let mut connection = connect(projector).await?;
    let is_leader: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LEADER_LOCK)
        .fetch_one(&mut connection)
        .await?;
    if !is_leader {
        connection.close().await?;
        return Ok(());
    }
    register(projector, &mut connection).await?;
    let gate = Gate::default();
    let mut live = Live::load(projector, &mut connection).await?;
    projector.0.leads.send_replace(true);
    tracing::info!("this node leads the projections");
    let jobs = tokio::spawn(jobs::run(projector.clone(), gate.clone()));
    let result = tokio::select! {
        result = follow(projector, &gate, &mut live, &mut connection) => result,
        () = projector.0.stop.cancelled() => Ok(()),
    };
    jobs.abort();
    result
}

/// A connection that writes read tables.
pub(super) async fn connect(projector: &Projector) -> sqlx::Result<PgConnection> {
    database::connect(&projector.0.options, limits::PROJECTOR_SESSION).await
}

/// Gives every projection a checkpoint, and one whose code is newer than its tables a rebuild.
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
    gate: &Gate,
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
                // Notices a connection that broke while nothing happened.
                Err(_) => connection.ping().await?,
            }
            continue;
        }
        let events = feed.after(position, limits::PROJECT_BATCH_EVENTS).await?;
        let _open = gate.lock().await;
        if projector.0.reload.swap(false, Ordering::AcqRel) {
            live.reload(projector, connection).await?;
        }
        live.apply(connection, &events).await?;
        projector.announce(live.position());
    }
}
