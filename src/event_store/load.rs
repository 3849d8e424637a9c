//! Folding a stream from the log, with the help of a snapshot where it is long.

use std::sync::Arc;

use aggregates::{Decider, Recorded, personal_fields};
use sqlx::PgPool;
use tokio::sync::Semaphore;

use super::row::{RowReader, SELECT_EVENT};
use super::{AppendError, Store, append};
use crate::limits;

/// A stream's state and how far it was folded.
#[derive(Clone, Debug, Default)]
pub struct Loaded<A> {
    /// The fold of its events.
    pub state: A,
    /// The sequence of the newest folded event; 0: none.
    pub sequence: i64,
    /// That event's position.
    pub position: i64,
}

static SNAPSHOT_WRITERS: Semaphore = Semaphore::const_new(limits::SNAPSHOT_WRITERS);

impl Store {
    /// The newest state of a stream.
    ///
    /// # Errors
    /// When the database does not answer, or an event cannot be read.
    pub async fn load<A: Decider>(&self, id: &str) -> Result<Loaded<A>, AppendError> {
        self.load_until(id, i64::MAX).await
    }

    /// The state of a stream as it was after the log's event at `position`.
    ///
    /// # Errors
    /// When the database does not answer, or an event cannot be read.
    pub async fn load_until<A: Decider>(&self, id: &str, position: i64) -> Result<Loaded<A>, AppendError> {
        let mut loaded = self.snapshot::<A>(id, position).await?.unwrap_or_default();
        loop {
            let page = self.events_of(A::KIND, id, loaded.sequence, position).await?;
            for recorded in &page {
                loaded.take(recorded)?;
            }
            if (page.len() as i64) < limits::FEED_PAGE_EVENTS {
                return Ok(loaded);
            }
        }
    }

    /// Whether nothing has happened on the stream since it was folded.
    pub(super) async fn is_newest<A: Decider>(
        &self,
        id: &str,
        loaded: &Loaded<A>,
    ) -> Result<bool, AppendError> {
        sqlx::query_scalar(
            "SELECT NOT EXISTS (SELECT FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3)",
        )
        .bind(A::KIND)
        .bind(id)
        .bind(loaded.sequence)
        .fetch_one(&self.pool)
        .await
        .map_err(|error| append::describe(&error))
    }

    async fn events_of(
        &self,
        kind: &str,
        id: &str,
        after_sequence: i64,
        until: i64,
    ) -> Result<Vec<Recorded>, AppendError> {
        let sql = format!(
            "{SELECT_EVENT} WHERE aggregate_type = $1 AND aggregate_id = $2 AND sequence > $3 AND position <= $4 \
             ORDER BY sequence LIMIT $5"
        );
        let rows = sqlx::query(&sql)
            .bind(kind)
            .bind(id)
            .bind(after_sequence)
            .bind(until)
            .bind(limits::FEED_PAGE_EVENTS)
            .fetch_all(&self.pool)
            .await
            .map_err(|error| append::describe(&error))?;
        let mut reader = RowReader::new(&self.upcasters);
        rows.iter()
            .map(|row| reader.recorded(row).map_err(|error| AppendError::Internal(error.to_string())))
            .collect()
    }

    async fn snapshot<A: Decider>(&self, id: &str, until: i64) -> Result<Option<Loaded<A>>, AppendError> {
        let row: Option<(i64, i64, String)> = sqlx::query_as(
            "SELECT sequence, position, state::text FROM snapshots \
             WHERE aggregate_type = $1 AND aggregate_id = $2 AND state_version = $3 AND position <= $4",
        )
        .bind(A::KIND)
        .bind(id)
        .bind(A::STATE_VERSION)
        .bind(until)
        .fetch_optional(&self.pool)
        .await
        .map_err(|error| append::describe(&error))?;
        // A snapshot that cannot be read is only slower: the events are the truth.
        Ok(row.and_then(|(sequence, position, json)| {
            serde_json::from_str(&json).ok().map(|state| Loaded { state, sequence, position })
        }))
    }

    /// Writes a snapshot in the background when the stream has just grown past a multiple of the interval.
    pub(super) fn snapshot_when_due<A: Decider>(&self, id: &Arc<str>, before: i64, loaded: &Loaded<A>) {
        let every = limits::SNAPSHOT_EVERY_EVENTS;
        // A snapshot would hold in plain words what is sealed in the events.
        if before / every == loaded.sequence / every || !personal_fields(A::KIND).is_empty() {
            return;
        }
        let (Ok(turn), Ok(json)) = (SNAPSHOT_WRITERS.try_acquire(), serde_json::to_string(&loaded.state))
        else {
            return;
        };
        let (pool, id, sequence, position) =
            (self.pool.clone(), id.clone(), loaded.sequence, loaded.position);
        tokio::spawn(async move {
            if let Err(error) = write_snapshot::<A>(&pool, &id, sequence, position, &json).await {
                tracing::debug!(%error, kind = A::KIND, %id, "a snapshot was not written");
            }
            drop(turn);
        });
    }
}

async fn write_snapshot<A: Decider>(
    pool: &PgPool,
    id: &str,
    sequence: i64,
    position: i64,
    json: &str,
) -> sqlx::Result<()> {
    sqlx::query(
        "INSERT INTO snapshots (aggregate_type, aggregate_id, state_version, sequence, position, state) \
         VALUES ($1, $2, $3, $4, $5, $6::json) \
         ON CONFLICT (aggregate_type, aggregate_id) DO UPDATE SET state_version = excluded.state_version, \
             sequence = excluded.sequence, position = excluded.position, state = excluded.state, recorded_at = now() \
         WHERE snapshots.sequence < excluded.sequence OR snapshots.state_version <> excluded.state_version",
    )
    .bind(A::KIND)
    .bind(id)
    .bind(A::STATE_VERSION)
    .bind(sequence)
    .bind(position)
    .bind(json)
    .execute(pool)
    .await?;
    Ok(())
}

impl<A: Decider> Loaded<A> {
    /// Folds the stream's next event in.
    ///
    /// # Errors
    /// When this build cannot read it.
    pub fn take(&mut self, recorded: &Recorded) -> Result<(), AppendError> {
        let event: A::Event = serde_json::from_str(recorded.payload.get()).map_err(|error| {
            AppendError::Internal(format!(
                "the event at position {} cannot be read: {error}",
                recorded.position
            ))
        })?;
        self.state.evolve(&event);
        self.sequence = recorded.sequence;
        self.position = recorded.position;
        Ok(())
    }
}
