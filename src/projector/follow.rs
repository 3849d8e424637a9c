//! How far the leader is, as other nodes see it: by notice, and by asking should a notice be lost.

use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgListener, PgPoolOptions};

use super::Projector;
use crate::limits;

/// The channel on which the leader says how far it is.
pub(super) const CHANNEL: &str = "tidemark_projected";
/// The channel on which nodes ask for rebuilds and verifications.
pub(super) const JOBS_CHANNEL: &str = "tidemark_projection_jobs";

/// The position that every projection has passed; 0 while one has no checkpoint yet.
pub(super) async fn read_applied(pool: &PgPool, names: &[&str]) -> sqlx::Result<i64> {
    let (count, position): (i64, Option<i64>) =
        sqlx::query_as("SELECT count(*), min(position) FROM checkpoints WHERE projection = ANY($1)")
            .bind(names)
            .fetch_one(pool)
            .await?;
    Ok(if count == names.len() as i64 { position.unwrap_or(0) } else { 0 })
}

pub(super) async fn run(projector: Projector) {
    let listen = PgPoolOptions::new().max_connections(1).connect_lazy_with(projector.0.options.clone());
    let names = projector.names();
    let mut listener: Option<PgListener> = None;
    while !projector.0.stop.is_cancelled() {
        if listener.is_none() {
            listener = connect(&listen).await;
        }
        if !projector.leads() {
            match read_applied(projector.pool(), &names).await {
                Ok(position) => projector.announce(position),
                Err(error) => tracing::warn!(%error, "the checkpoints cannot be read"),
            }
        }
        tokio::select! {
            () = projector.0.stop.cancelled() => return,
            () = tokio::time::sleep(Duration::from_millis(limits::CHECKPOINT_POLL_MS)) => {}
            () = hear(&mut listener, &projector), if listener.is_some() => {}
        }
    }
}

async fn connect(pool: &PgPool) -> Option<PgListener> {
    let mut listener = PgListener::connect_with(pool).await.ok()?;
    listener.listen_all([CHANNEL, JOBS_CHANNEL]).await.ok()?;
    Some(listener)
}

/// Takes notices in until the connection breaks.
async fn hear(listener: &mut Option<PgListener>, projector: &Projector) {
    while let Some(connection) = listener {
        match connection.try_recv().await {
            Ok(Some(notice)) if notice.channel() == JOBS_CHANNEL => projector.0.jobs_asked.notify_one(),
            Ok(Some(notice)) => {
                if let Ok(position) = notice.payload().parse() {
                    projector.announce(position);
                }
            }
            Ok(None) | Err(_) => *listener = None,
        }
    }
}
