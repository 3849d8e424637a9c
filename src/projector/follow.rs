//! How far the leader is, as other nodes see it: by notice, and by asking should a notice be lost.

use std::time::Duration;

use sqlx::postgres::{PgConnection, PgListener};
use sqlx::{Executor, PgPool};

use super::Projector;
use crate::{database, limits};

/// The channel on which the leader says how far it is.
pub(super) const CHANNEL: &str = "tidemark_projected";
/// The channel on which nodes ask for rebuilds and verifications.
pub(super) const JOBS_CHANNEL: &str = "tidemark_projection_jobs";

/// What is said on [`CHANNEL`] instead of a position when rows changed without an event.
const ROWS_CHANGED: &str = "rows";

/// Says, once the transaction is committed, that rows of a projection changed without an event.
pub(super) async fn rows_changed(transaction: &mut PgConnection, projection: &str) -> sqlx::Result<()> {
    sqlx::query("UPDATE public.checkpoints SET generation = generation + 1 WHERE projection = $1")
        .bind(projection)
        .execute(&mut *transaction)
        .await?;
    transaction.execute(format!("NOTIFY {CHANNEL}, '{ROWS_CHANGED}'").as_str()).await?;
    Ok(())
}

pub(super) async fn run(projector: Projector) {
    let listen = database::listener_pool(&projector.0.options);
    let mut listener: Option<PgListener> = None;
    while !projector.0.stop.is_cancelled() {
        if listener.is_none() {
            listener = connect(&listen).await;
        }
        if let Err(error) = projector.look().await {
            tracing::warn!(%error, "the checkpoints cannot be read");
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

/// Takes notices in until there is something to look for, or the connection breaks.
async fn hear(listener: &mut Option<PgListener>, projector: &Projector) {
    while let Some(connection) = listener {
        match connection.try_recv().await {
            Ok(Some(notice)) if notice.channel() == JOBS_CHANNEL => projector.0.jobs_asked.notify_one(),
            Ok(Some(notice)) => match notice.payload().parse() {
                Ok(position) => projector.announce(position),
                Err(_) => return,
            },
            Ok(None) | Err(_) => *listener = None,
        }
    }
}
