//! One node's time as the leader, and what its jobs need of it.

use sqlx::postgres::PgConnection;
use tokio::sync::Mutex;

/// The lead of this node, from when it got the lock until its connection breaks.
pub(super) struct Lead {
    /// Lets a job stop the live loop between two batches.
    pub(super) gate: Mutex<()>,
    term: i64,
}

impl Lead {
    /// Begins the next term; waits for what a job of the leader before is committing just now.
    pub(super) async fn begin(connection: &mut PgConnection) -> sqlx::Result<Self> {
        let term = sqlx::query_scalar("UPDATE public.projector_term SET term = term + 1 RETURNING term")
            .fetch_one(connection)
            .await?;
        Ok(Self { gate: Mutex::default(), term })
    }

    /// Makes sure that this is still the term, and that it stays so until the transaction ends.
    ///
    /// The live loop needs no such thing: the lock goes with the connection that it writes through. A job has a
    /// connection of its own, which may outlive the leader's by a moment.
    pub(super) async fn hold(&self, transaction: &mut PgConnection) -> sqlx::Result<()> {
        let term: i64 = sqlx::query_scalar("SELECT term FROM public.projector_term FOR SHARE")
            .fetch_one(transaction)
            .await?;
        if term == self.term {
            return Ok(());
        }
        Err(sqlx::Error::Protocol("another node leads the projections now".into()))
    }
}
