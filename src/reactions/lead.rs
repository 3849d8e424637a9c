//! The one loop in the cluster that reacts.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use aggregates::Recorded;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::{Connection, PgExecutor};
use tokio_util::sync::CancellationToken;

use super::{Reaction, promised};
use crate::event_store::Store;
use crate::event_store::marker::{Marker, Next};
use crate::jobs::{self, Jobs, NewJob};
use crate::{database, limits};

/// Only the session that holds this advisory lock reacts.
const REACTIONS_LOCK: i64 = 0x7469_6465_0002;

/// Reacts while this node leads, until it stops.
pub async fn run(
    options: PgConnectOptions,
    store: Store,
    jobs: Jobs,
    reactions: Vec<Arc<dyn Reaction>>,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        let led = stop.run_until_cancelled(lead(&options, &store, &jobs, &reactions)).await;
        if let Some(Err(error)) = led {
            tracing::warn!(%error, "this node does not react to events");
        }
        let pause = tokio::time::sleep(Duration::from_millis(limits::DATABASE_RETRY_MS));
        let _stopped = stop.run_until_cancelled(pause).await;
    }
}

/// Waits until nobody else leads, then reacts until the connection breaks.
async fn lead(
    options: &PgConnectOptions,
    store: &Store,
    jobs: &Jobs,
    reactions: &[Arc<dyn Reaction>],
) -> sqlx::Result<()> {
    let mut connection = database::connect(options, limits::REACTIONS_SESSION).await?;
    let mut head = store.feed().watch();
    loop {
        let try_lock = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)").bind(REACTIONS_LOCK);
        if database::in_time(try_lock.fetch_one(&mut connection)).await? {
            break;
        }
        tokio::time::sleep(Duration::from_millis(limits::LEADER_RETRY_MS)).await;
    }
    let mut checkpoints = load(&mut connection, reactions).await?;
    tracing::info!("this node reacts to events");
    let mut marker = Marker::default();
    loop {
        let Some(position) = checkpoints.values().min().copied() else { return std::future::pending().await };
        if *head.borrow_and_update() <= position {
            let heartbeat = Duration::from_secs(limits::LEADER_HEARTBEAT_S);
            match marker.rest(&mut head, heartbeat).await.map_err(|_| sqlx::Error::WorkerCrashed)? {
                Next::Follow => {}
                Next::Ping => database::in_time(connection.ping()).await?,
                Next::Save => {
                    keep(&mut connection, &checkpoints, &[]).await?;
                    marker.saved();
                }
            }
            continue;
        }
        let events = store.feed().after(position, limits::REACTION_BATCH_EVENTS).await?;
        let promises = gather(reactions, &checkpoints, &events);
        if let Some(last) = events.last() {
            for seen in checkpoints.values_mut() {
                *seen = last.position.max(*seen);
            }
        }
        if marker.pass() || !promises.is_empty() {
            keep(&mut connection, &checkpoints, &promises).await?;
            marker.saved();
        }
        if !promises.is_empty() {
            jobs.wake();
        }
    }
}

/// Lets each reaction that is new begin at the head. A node does so before it serves anybody: what is asked for from
/// then on is promised.
///
/// # Errors
/// When the database does not answer.
pub async fn register(executor: impl PgExecutor<'_>, reactions: &[Arc<dyn Reaction>]) -> sqlx::Result<()> {
    let names: Vec<_> = reactions.iter().map(|reaction| reaction.name()).collect();
    sqlx::query(
        "INSERT INTO reaction_checkpoints (reaction, position) \
         SELECT name, (SELECT position FROM log_head) FROM UNNEST($1::text[]) AS known(name) \
         ON CONFLICT (reaction) DO NOTHING",
    )
    .bind(names)
    .execute(executor)
    .await?;
    Ok(())
}

/// Where each reaction is.
async fn load(
    connection: &mut PgConnection,
    reactions: &[Arc<dyn Reaction>],
) -> sqlx::Result<HashMap<String, i64>> {
    register(&mut *connection, reactions).await?;
    let names: Vec<_> = reactions.iter().map(|reaction| reaction.name()).collect();
    let rows: Vec<(String, i64)> =
        sqlx::query_as("SELECT reaction, position FROM reaction_checkpoints WHERE reaction = ANY($1)")
            .bind(&names)
            .fetch_all(connection)
            .await?;
    Ok(rows.into_iter().collect())
}

/// What is promised for these events by reactions that have not seen them.
fn gather(
    reactions: &[Arc<dyn Reaction>],
    checkpoints: &HashMap<String, i64>,
    events: &[Arc<Recorded>],
) -> Vec<NewJob> {
    let mut promises = Vec::new();
    for reaction in reactions {
        let seen = checkpoints.get(reaction.name()).copied().unwrap_or(i64::MAX);
        let follows = reaction.follows();
        let fresh = events.iter().filter(|event| event.position > seen);
        for event in fresh.filter(|event| follows.contains(&&*event.event_type)) {
            let jobs = reaction.promises(event).into_iter();
            promises.extend(jobs.map(|job| promised(reaction.as_ref(), event, job)));
        }
    }
    promises
}

/// Enqueues the jobs and moves the checkpoints, both or neither.
async fn keep(
    connection: &mut PgConnection,
    checkpoints: &HashMap<String, i64>,
    promises: &[NewJob],
) -> sqlx::Result<()> {
    let mut transaction = connection.begin().await?;
    jobs::enqueue_all(&mut transaction, promises).await?;
    let (names, positions): (Vec<&String>, Vec<i64>) = checkpoints.iter().unzip();
    sqlx::query(
        "UPDATE reaction_checkpoints kept SET position = passed.position, updated_at = clock_timestamp() \
           FROM UNNEST($1::text[], $2::bigint[]) AS passed(reaction, position) \
          WHERE kept.reaction = passed.reaction AND kept.position < passed.position",
    )
    .bind(names)
    .bind(positions)
    .execute(&mut *transaction)
    .await?;
    transaction.commit().await
}
