//! How far the read tables are, as this node knows.

use sqlx::postgres::PgConnection;
use tokio::sync::watch;

/// The position that every projection has passed, and how often rows changed without an event.
///
/// It only grows, with one exception. The read tables are written without waiting for the disk, so a crash of
/// Postgres can take the newest rows back, together with their checkpoints. Every connection breaks then: whoever
/// makes a new one looks where the tables are before it reads them.
#[derive(Clone)]
pub struct Applied {
    position: watch::Sender<i64>,
    generation: watch::Sender<i64>,
    projections: Vec<&'static str>,
}

impl Applied {
    /// Nothing is known yet.
    pub fn of(projections: Vec<&'static str>) -> Self {
        Self { position: watch::Sender::new(0), generation: watch::Sender::new(0), projections }
    }

    pub(super) fn position(&self) -> i64 {
        *self.position.borrow()
    }

    pub(super) fn generation(&self) -> i64 {
        *self.generation.borrow()
    }

    pub(super) fn watch(&self) -> watch::Receiver<i64> {
        self.position.subscribe()
    }

    /// Announces that the read tables show everything up to `position`.
    pub(super) fn announce(&self, position: i64) {
        self.position.send_if_modified(|applied| {
            let advanced = position > *applied;
            if advanced {
                *applied = position;
            }
            advanced
        });
    }

    /// Looks where the tables are; goes back if they did.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn look(&self, connection: &mut PgConnection) -> sqlx::Result<()> {
        // What was announced before the question began was committed: finding less means that it was lost.
        let announced = self.position();
        let (count, position, generation): (i64, Option<i64>, Option<i64>) = sqlx::query_as(
            "SELECT count(*), min(position), sum(generation)::bigint FROM public.projected \
             WHERE projection = ANY($1)",
        )
        .bind(&self.projections)
        .fetch_one(connection)
        .await?;
        let is_complete = usize::try_from(count) == Ok(self.projections.len());
        let position = position.filter(|_| is_complete).unwrap_or(0);
        if position < announced {
            tracing::warn!(
                position,
                announced,
                "the read tables went back: the database lost its newest rows"
            );
            self.position.send_replace(position);
        } else {
            self.announce(position);
        }
        self.generation.send_if_modified(|known| {
            let read = generation.unwrap_or(0);
            std::mem::replace(known, read) != read
        });
        Ok(())
    }
}
