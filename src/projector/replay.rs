//! The log, from its beginning, into copies of a projection's tables. Reading and applying overlap.

use aggregates::Recorded;
use projections::{ApplyError, Projection};
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor, PgPool};
use tokio::sync::mpsc;

use super::{Projector, jobs, leader};
use crate::event_store::row::{RowReader, SELECT_EVENT};
use crate::limits;

/// Why a replay did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    /// Somebody asked for it to stop.
    #[error("cancelled")]
    Cancelled,
    /// An event could not be applied.
    #[error("{0}")]
    Apply(#[from] ApplyError),
    /// The database failed.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

/// A replay into one schema.
pub(super) struct Replay<'a> {
    projector: &'a Projector,
    projection: &'a dyn Projection,
    job: uuid::Uuid,
    connection: PgConnection,
    position: i64,
}

impl<'a> Replay<'a> {
    /// Starts with empty copies in `schema`.
    pub(super) async fn start(
        projector: &'a Projector,
        projection: &'a dyn Projection,
        schema: &str,
        job: uuid::Uuid,
    ) -> sqlx::Result<Self> {
        let mut connection = leader::connect(projector).await?;
        super::schema::create(&mut connection, schema, projection).await?;
        connection.execute(format!("SET search_path = {schema}, public").as_str()).await?;
        Ok(Self { projector, projection, job, connection, position: 0 })
    }

    /// How far the copies are.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// The connection, its search path on the copies.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// Applies everything up to `target`, one page a transaction, and says how far it is.
    pub(super) async fn run_to(&mut self, target: i64) -> Result<(), ReplayError> {
        if target <= self.position {
            return Ok(());
        }
        let mut pages = self.read_ahead(target);
        while let Some(page) = pages.recv().await {
            let page = page?;
            let Some(last) = page.last().map(|event| event.position) else { break };
            let mut transaction = self.connection.begin().await?;
            self.projection.apply(&mut transaction, &page.iter().collect::<Vec<_>>()).await?;
            transaction.commit().await?;
            self.position = last;
            if jobs::progress(self.projector, self.job, self.position, target).await? {
                return Err(ReplayError::Cancelled);
            }
        }
        self.position = target;
        if jobs::progress(self.projector, self.job, self.position, target).await? {
            return Err(ReplayError::Cancelled);
        }
        Ok(())
    }

    /// Reads the followed events after the present position, pages ahead of their use.
    fn read_ahead(&self, target: i64) -> mpsc::Receiver<sqlx::Result<Vec<Recorded>>> {
        let (sender, receiver) = mpsc::channel(limits::REPLAY_READ_AHEAD);
        let (projector, follows) = (self.projector.clone(), self.projection.follows());
        let mut after = self.position;
        tokio::spawn(async move {
            loop {
                let page = read_page(projector.pool(), &projector, follows, after, target).await;
                let next = page.as_ref().ok().and_then(|page| page.last()).map(|event| event.position);
                let is_last =
                    page.as_ref().map_or(true, |page| (page.len() as i64) < limits::REPLAY_BATCH_EVENTS);
                if sender.send(page).await.is_err() || is_last {
                    return;
                }
                after = next.unwrap_or(target);
            }
        });
        receiver
    }
}

async fn read_page(
    pool: &PgPool,
    projector: &Projector,
    follows: &[&str],
    after: i64,
    until: i64,
) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!(
        "{SELECT_EVENT} WHERE position > $1 AND position <= $2 AND event_type = ANY($3) ORDER BY position LIMIT $4"
    );
    let rows = sqlx::query(&sql)
        .bind(after)
        .bind(until)
        .bind(follows)
        .bind(limits::REPLAY_BATCH_EVENTS)
        .fetch_all(pool)
        .await?;
    let mut reader = RowReader::new(projector.0.store.upcasters());
    rows.iter().map(|row| reader.recorded(row)).collect()
}
