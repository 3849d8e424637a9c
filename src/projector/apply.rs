//! One batch of the feed into the live tables of all projections.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use aggregates::Recorded;
use projections::{ApplyError, Projection};
use sqlx::Executor;
use sqlx::postgres::PgConnection;

use super::{Projector, follow, parking};

/// The leader's memory of the live tables.
pub(super) struct Live {
    parts: Vec<Part>,
    position: i64,
}

struct Part {
    projection: Arc<dyn Projection>,
    follows: HashSet<&'static str>,
    checkpoint: i64,
    parked: HashSet<(String, String)>,
}

impl Part {
    /// What of a batch this projection is to apply.
    fn select<'a>(&self, events: &'a [Arc<Recorded>]) -> Vec<&'a Recorded> {
        events
            .iter()
            .map(|event| &**event)
            .filter(|event| {
                event.position > self.checkpoint
                    && self.follows.contains(&*event.event_type)
                    && (self.parked.is_empty() || !self.parked.contains(&stream_of(event)))
            })
            .collect()
    }
}

fn stream_of(event: &Recorded) -> (String, String) {
    (event.aggregate_type.to_string(), event.aggregate_id.to_string())
}

impl Live {
    pub(super) async fn load(projector: &Projector, connection: &mut PgConnection) -> sqlx::Result<Self> {
        let mut live = Self { parts: Vec::new(), position: 0 };
        live.reload(projector, connection).await?;
        Ok(live)
    }

    /// Reads checkpoints and parked streams again, after a swap or a retry changed them.
    pub(super) async fn reload(
        &mut self,
        projector: &Projector,
        connection: &mut PgConnection,
    ) -> sqlx::Result<()> {
        let mut parts = Vec::new();
        for projection in &projector.0.projections {
            let checkpoint: i64 =
                sqlx::query_scalar("SELECT position FROM checkpoints WHERE projection = $1")
                    .bind(projection.name())
                    .fetch_one(&mut *connection)
                    .await?;
            let parked: Vec<(String, String)> = sqlx::query_as(
                "SELECT aggregate_type, aggregate_id FROM parked_streams WHERE projection = $1",
            )
            .bind(projection.name())
            .fetch_all(&mut *connection)
            .await?;
            parts.push(Part {
                follows: projection.follows().iter().copied().collect(),
                projection: projection.clone(),
                checkpoint,
                parked: parked.into_iter().collect(),
            });
        }
        self.position = parts.iter().map(|part| part.checkpoint).min().unwrap_or(0);
        self.parts = parts;
        Ok(())
    }

    /// What every projection has passed.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// Applies a batch: rows and checkpoints in one transaction, past events that nobody follows too.
    pub(super) async fn apply(
        &mut self,
        connection: &mut PgConnection,
        events: &[Arc<Recorded>],
    ) -> sqlx::Result<()> {
        let Some(last) = events.last().map(|event| event.position) else { return Ok(()) };
        let started = Instant::now();
        connection.execute("BEGIN").await?;
        let swift = self.apply_all(connection, events).await;
        if let Err(error) = swift {
            connection.execute("ROLLBACK").await?;
            let (name, error) = error;
            if let ApplyError::Database(error) = &error
                && !matches!(
                    error,
                    sqlx::Error::Database(_) | sqlx::Error::Decode(_) | sqlx::Error::ColumnDecode { .. }
                )
            {
                return Err(sqlx::Error::Protocol(format!("applying to {name}: {error}")));
            }
            tracing::warn!(projection = name, %error, "a batch could not be applied as a whole: event by event");
            connection.execute("BEGIN").await?;
            self.apply_one_by_one(connection, events).await?;
        }
        // Positions are numbers of our own, so they may stand in the text: one round trip for all three.
        let finish = format!(
            "UPDATE checkpoints SET position = {last}, updated_at = now() WHERE position < {last}; \
             NOTIFY {}, '{last}'; COMMIT",
            follow::CHANNEL
        );
        connection.execute(finish.as_str()).await?;
        for part in &mut self.parts {
            part.checkpoint = part.checkpoint.max(last);
        }
        self.position = last;
        metrics::histogram!("tidemark_projection_batch_seconds").record(started.elapsed().as_secs_f64());
        metrics::counter!("tidemark_projection_events_total").increment(events.len() as u64);
        Ok(())
    }

    async fn apply_all(
        &self,
        connection: &mut PgConnection,
        events: &[Arc<Recorded>],
    ) -> Result<(), (&'static str, ApplyError)> {
        for part in &self.parts {
            let selected = part.select(events);
            if !selected.is_empty() {
                let applied = part.projection.apply(connection, &selected).await;
                applied.map_err(|error| (part.projection.name(), error))?;
            }
        }
        Ok(())
    }

    /// Finds the events that cannot be applied, parks their streams, applies all others.
    async fn apply_one_by_one(
        &mut self,
        connection: &mut PgConnection,
        events: &[Arc<Recorded>],
    ) -> sqlx::Result<()> {
        for part in &mut self.parts {
            for event in part.select(events) {
                if part.parked.contains(&stream_of(event)) {
                    continue;
                }
                connection.execute("SAVEPOINT event").await?;
                match part.projection.apply(connection, &[event]).await {
                    Ok(()) => {
                        connection.execute("RELEASE SAVEPOINT event").await?;
                    }
                    Err(error) => {
                        connection.execute("ROLLBACK TO SAVEPOINT event").await?;
                        parking::park(connection, part.projection.name(), event, &error.to_string()).await?;
                        part.parked.insert(stream_of(event));
                    }
                }
            }
        }
        Ok(())
    }
}
