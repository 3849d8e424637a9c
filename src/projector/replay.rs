//! The log, from its beginning, into copies of a projection's tables. Reading and applying overlap.

use std::collections::HashSet;

use aggregates::Recorded;
use projections::Projection;
use sqlx::postgres::PgConnection;
use sqlx::{Connection, Executor};
use tokio::sync::mpsc;

use super::apply::{apply_each, stream_of};
use super::lead::Lead;
use super::parking::Parked;
use super::schema::{self, Postponed};
use super::{Projector, jobs, leader};
use crate::event_store::row::{RowReader, SELECT_EVENT};
use crate::limits;

/// Why a replay did not come to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReplayError {
    /// Somebody asked for it to stop.
    #[error("cancelled")]
    Cancelled,
    /// The database failed.
    #[error("{0}")]
    Database(#[from] sqlx::Error),
}

/// A replay into one schema.
pub(super) struct Replay<'a> {
    projector: &'a Projector,
    projection: &'a dyn Projection,
    job: uuid::Uuid,
    lead: &'a Lead,
    connection: PgConnection,
    postponed: Postponed,
    position: i64,
    parked: Vec<Parked>,
    parked_streams: HashSet<(String, String)>,
}

impl<'a> Replay<'a> {
    /// Starts with empty copies in `schema`.
    pub(super) async fn start(
        projector: &'a Projector,
        lead: &'a Lead,
        projection: &'a dyn Projection,
        schema: &str,
        job: uuid::Uuid,
    ) -> sqlx::Result<Self> {
        let mut connection = leader::connect(projector).await?;
        let postponed = schema::create(&mut connection, schema, projection).await?;
        connection.execute(format!("SET search_path = {schema}, public").as_str()).await?;
        let (parked, parked_streams) = (Vec::new(), HashSet::new());
        Ok(Self {
            projector,
            lead,
            projection,
            job,
            connection,
            postponed,
            position: 0,
            parked,
            parked_streams,
        })
    }

    /// How far the copies are.
    pub(super) fn position(&self) -> i64 {
        self.position
    }

    /// Makes the copies in `schema` what the live tables are; see [`schema::finish`].
    pub(super) async fn finish(&mut self, schema: &str) -> sqlx::Result<()> {
        schema::finish(&mut self.connection, schema, self.projection, &self.postponed).await
    }

    /// The connection, its search path on the copies.
    pub(super) fn connection(&mut self) -> &mut PgConnection {
        &mut self.connection
    }

    /// The same, with the streams that could not be followed to the end.
    pub(super) fn result(&mut self) -> (&mut PgConnection, &[Parked]) {
        (&mut self.connection, &self.parked)
    }

    /// Applies everything up to `target`, one page a transaction, and says how far it is.
    pub(super) async fn run_to(&mut self, target: i64) -> Result<(), ReplayError> {
        if target <= self.position {
            return Ok(());
        }
        let mut pages = self.read_ahead(target);
        while self.position < target {
            // A reader that broke off must not pass for the end of the log.
            let page = pages.recv().await.ok_or(sqlx::Error::WorkerCrashed)??;
            self.apply(&page.events).await?;
            self.position = page.last;
            if jobs::progress(self.projector, self.job, self.position, target).await? {
                return Err(ReplayError::Cancelled);
            }
        }
        Ok(())
    }

    async fn apply(&mut self, page: &[Recorded]) -> Result<(), ReplayError> {
        if page.is_empty() {
            return Ok(());
        }
        let parked = &mut self.parked_streams;
        let events: Vec<&Recorded> =
            page.iter().filter(|event| parked.is_empty() || !parked.contains(&stream_of(event))).collect();
        let mut transaction = self.connection.begin().await?;
        self.lead.hold(&mut transaction).await?;
        match self.projection.apply(&mut transaction, &events).await {
            Ok(()) => transaction.commit().await?,
            Err(error) => {
                transaction.rollback().await?;
                tracing::warn!(%error, "a page could not be replayed as a whole: event by event");
                let mut transaction = self.connection.begin().await?;
                self.lead.hold(&mut transaction).await?;
                let found = apply_each(&mut transaction, self.projection, &events, parked).await?;
                transaction.commit().await?;
                self.parked.extend(found);
            }
        }
        Ok(())
    }

    /// Reads the followed events after the present position, pages ahead of their use.
    fn read_ahead(&self, target: i64) -> mpsc::Receiver<sqlx::Result<Page>> {
        let (sender, receiver) = mpsc::channel(limits::REPLAY_READ_AHEAD);
        let (projector, follows) = (self.projector.clone(), self.projection.follows());
        let mut after = self.position;
        tokio::spawn(async move {
            // Room first: no more pages are in memory than one that is applied and those ahead of it.
            while after < target
                && let Ok(room) = sender.reserve().await
            {
                let page = read_page(&projector, follows, after, target).await;
                after = page.as_ref().map_or(target, |page| page.last);
                room.send(page);
            }
        });
        receiver
    }
}

/// Events that are applied at once.
struct Page {
    events: Vec<Recorded>,
    /// Everything up to here was looked at.
    last: i64,
}

/// The next followed events: as many as fit a page's events and bytes.
async fn read_page(projector: &Projector, follows: &[&str], after: i64, until: i64) -> sqlx::Result<Page> {
    let sql = format!(
        "{SELECT_EVENT} WHERE position > $1 AND position <= $2 AND event_type = ANY($3) ORDER BY position"
    );
    let mut reader = RowReader::new(projector.0.store.upcasters());
    let (mut page, mut bytes) = (Page { events: Vec::new(), last: after }, 0);
    while page.last < until
        && page.events.len() < limits::REPLAY_PAGE_EVENTS
        && bytes < limits::REPLAY_PAGE_BYTES
    {
        // A short range rather than a limit on a long one, which the planner may read to its end each time.
        let chunk = until.min(page.last + limits::REPLAY_CHUNK_POSITIONS);
        let query = sqlx::query(&sql).bind(page.last).bind(chunk).bind(follows);
        for row in query.fetch_all(projector.pool()).await? {
            let event = reader.recorded(&row)?;
            bytes += event.payload.get().len();
            // Parsed here, beside the page that is being applied.
            event.fact();
            page.events.push(event);
        }
        page.last = chunk;
    }
    Ok(page)
}
