//! One batch of the feed into the live tables of all projections.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Instant;

use aggregates::Recorded;
use projections::{ApplyError, Projection};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};

use super::parking::Parked;
use super::{Projector, follow};
use crate::database;

/// The leader's memory of the live tables.
pub(super) struct Live {
    parts: Vec<Part>,
    position: i64,
    /// Each commit begins the next batch's transaction, which saves the way to the database and back.
    is_begun: bool,
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

pub(super) fn stream_of(event: &Recorded) -> (String, String) {
    (event.aggregate_type.to_string(), event.aggregate_id.to_string())
}

impl Live {
    pub(super) async fn load(projector: &Projector, connection: &mut PgConnection) -> sqlx::Result<Self> {
        let mut live = Self { parts: Vec::new(), position: 0, is_begun: false };
        live.reload(projector, connection).await?;
        Ok(live)
    }

    /// Reads checkpoints and parked streams again, after a swap or a retry changed them.
    pub(super) async fn reload(
        &mut self,
        projector: &Projector,
        connection: &mut PgConnection,
    ) -> sqlx::Result<()> {
        self.rest(connection).await?;
        let mut parts = Vec::new();
        for projection in &projector.0.projections {
            let checkpoint: i64 = sqlx::query_scalar("SELECT position FROM projected WHERE projection = $1")
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
        self.fall_in_step(connection).await
    }

    /// From now on one row says how far these projections are, all others keep what that row said of them. What
    /// another build projects is not ours to move.
    async fn fall_in_step(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        let mut transaction = connection.begin().await?;
        transaction
            .execute(
                "UPDATE checkpoints SET position = projected.position FROM projected \
                  WHERE checkpoints.projection = projected.projection \
                    AND checkpoints.position < projected.position",
            )
            .await?;
        let names: Vec<&str> = self.parts.iter().map(|part| part.projection.name()).collect();
        sqlx::query("UPDATE live_checkpoint SET position = $1, projections = $2")
            .bind(self.position)
            .bind(names)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await
    }

    /// What every projection has passed.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// Applies a batch: rows and checkpoints in one transaction, past events that nobody follows too.
    pub(super) async fn apply(
        &mut self,
        projector: &Projector,
        connection: &mut PgConnection,
        events: &[Arc<Recorded>],
    ) -> sqlx::Result<()> {
        let Some(last) = events.last().map(|event| event.position) else { return Ok(()) };
        let started = Instant::now();
        if !std::mem::replace(&mut self.is_begun, true) {
            connection.execute("BEGIN").await?;
        }
        let swift = self.apply_all(connection, events).await;
        if let Err((name, error)) = swift {
            connection.execute("ROLLBACK").await?;
            if let Some(outage) = outage(&error) {
                return Err(sqlx::Error::Protocol(format!("applying to {name}: {outage}")));
            }
            tracing::warn!(projection = name, %error, "a batch could not be applied as a whole: event by event");
            connection.execute("BEGIN").await?;
            for part in &mut self.parts {
                let selected = part.select(events);
                let projection = &*part.projection;
                for event in apply_each(connection, projection, &selected, &mut part.parked).await? {
                    event.park(connection, projection.name()).await?;
                }
            }
        }
        // Positions are numbers of our own, so they may stand in the text: one round trip for all three, and what
        // would take longest to plan was prepared by limits::LIVE_SESSION.
        let notice = if projector.0.store.feed().has_company() {
            format!("NOTIFY {}, '{last}'; ", follow::CHANNEL)
        } else {
            String::new()
        };
        let finish = format!("EXECUTE move_live_checkpoint ({last}); {notice}COMMIT AND CHAIN");
        connection.execute(finish.as_str()).await?;
        for part in &mut self.parts {
            part.checkpoint = part.checkpoint.max(last);
        }
        self.position = last;
        metrics::histogram!("tidemark_projection_batch_seconds").record(started.elapsed().as_secs_f64());
        metrics::counter!("tidemark_projection_events_total").increment(events.len() as u64);
        Ok(())
    }

    /// Nothing has happened for a while: no transaction stays open, and a connection that broke is noticed.
    pub(super) async fn rest(&mut self, connection: &mut PgConnection) -> sqlx::Result<()> {
        if std::mem::take(&mut self.is_begun) {
            connection.execute("ROLLBACK").await?;
            return Ok(());
        }
        connection.ping().await
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
}

/// Applies event by event, each in its own savepoint. A stream whose event cannot be applied is skipped from
/// there on; gives back where.
pub(super) async fn apply_each(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    events: &[&Recorded],
    parked: &mut HashSet<(String, String)>,
) -> sqlx::Result<Vec<Parked>> {
    let mut found = Vec::new();
    for event in events {
        if parked.contains(&stream_of(event)) {
            continue;
        }
        connection.execute("SAVEPOINT event").await?;
        match projection.apply(connection, &[event]).await {
            Ok(()) => {
                connection.execute("RELEASE SAVEPOINT event").await?;
            }
            Err(error) => {
                if let Some(outage) = outage(&error) {
                    return Err(sqlx::Error::Protocol(outage.to_string()));
                }
                connection.execute("ROLLBACK TO SAVEPOINT event").await?;
                parked.insert(stream_of(event));
                found.push(Parked::at(event, &error));
            }
        }
    }
    Ok(found)
}

/// Trouble of the database, which says nothing about the events: to be tried again, nothing is parked for it.
fn outage(error: &ApplyError) -> Option<&sqlx::Error> {
    // An event may be what makes a statement too slow; waiting would not make it quicker.
    let is_timeout = |error: &sqlx::Error| matches!(error, sqlx::Error::Database(database) if database.code().as_deref() == Some("57014"));
    match error {
        ApplyError::Database(error) if database::is_transient(error) && !is_timeout(error) => Some(error),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_outage_is_no_reason_to_park_a_stream() {
        let io = || sqlx::Error::Io(std::io::Error::other("gone"));
        assert!(outage(&ApplyError::Database(io())).is_some());
        assert!(outage(&ApplyError::Database(sqlx::Error::PoolTimedOut)).is_some());
        let unreadable = ApplyError::Unreadable { position: 1, reason: "no number".into() };
        assert!(outage(&unreadable).is_none());
        assert!(outage(&ApplyError::Database(sqlx::Error::Decode("bad row".into()))).is_none());
    }
}
