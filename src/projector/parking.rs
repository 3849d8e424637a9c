//! Streams that a projection could not follow wait here, and only they.

use aggregates::Recorded;
use projections::{ApplyError, Projection};
use sqlx::Connection;
use sqlx::postgres::PgConnection;

use super::Projector;
use super::lead::Lead;
use super::{follow, leader};
use crate::event_store::row::{RowReader, SELECT_EVENT};

/// Where a stream waits, and why.
pub(super) struct Parked {
    kind: String,
    id: String,
    position: i64,
    error: String,
}

impl Parked {
    pub(super) fn at(event: &Recorded, error: &ApplyError) -> Self {
        let (kind, id) = (event.aggregate_type.to_string(), event.aggregate_id.to_string());
        Self { kind, id, position: event.position, error: error.to_string() }
    }

    /// Writes it down, in the transaction that goes past the event.
    pub(super) async fn park(&self, connection: &mut PgConnection, projection: &str) -> sqlx::Result<()> {
        let Self { kind, id, position, error } = self;
        tracing::error!(projection, position, stream = %id, error, "stream parked");
        sqlx::query(
            "INSERT INTO public.parked_streams (projection, aggregate_type, aggregate_id, position, error) \
             VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING",
        )
        .bind(projection)
        .bind(kind)
        .bind(id)
        .bind(position)
        .bind(error)
        .execute(connection)
        .await?;
        Ok(())
    }
}

/// Tries every parked stream of a projection again, from the event that it waits at.
///
/// Returns how many streams go on now, and how many still wait.
pub(super) async fn retry(
    projector: &Projector,
    lead: &Lead,
    projection: &dyn Projection,
) -> sqlx::Result<(usize, usize)> {
    let mut connection = leader::connect(projector).await?;
    let _closed = lead.gate.lock().await;
    let parked: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT aggregate_type, aggregate_id, position FROM parked_streams WHERE projection = $1 ORDER BY position",
    )
    .bind(projection.name())
    .fetch_all(&mut connection)
    .await?;
    let (mut freed, mut waiting) = (0, 0);
    for (kind, id, position) in parked {
        let mut transaction = connection.begin().await?;
        lead.hold(&mut transaction).await?;
        match apply_stream(projector, &mut transaction, projection, &kind, &id, position).await {
            Ok(()) => {
                transaction.commit().await?;
                freed += 1;
            }
            Err(error) => {
                transaction.rollback().await?;
                tracing::warn!(projection = projection.name(), stream = %id, %error, "a parked stream still waits");
                waiting += 1;
            }
        }
    }
    projector.reload_live();
    Ok((freed, waiting))
}

async fn apply_stream(
    projector: &Projector,
    connection: &mut PgConnection,
    projection: &dyn Projection,
    kind: &str,
    id: &str,
    from: i64,
) -> Result<(), projections::ApplyError> {
    let sql = format!(
        "{SELECT_EVENT} WHERE aggregate_type = $1 AND aggregate_id = $2 AND position >= $3 AND event_type = ANY($4) \
         AND position <= (SELECT position FROM projected WHERE projection = $5) ORDER BY position"
    );
    let rows = sqlx::query(&sql)
        .bind(kind)
        .bind(id)
        .bind(from)
        .bind(projection.follows())
        .bind(projection.name())
        .fetch_all(&mut *connection)
        .await?;
    let mut reader = RowReader::new(projector.0.store.upcasters());
    let events = rows.iter().map(|row| reader.recorded(row)).collect::<sqlx::Result<Vec<_>>>()?;
    projection.apply(connection, &events.iter().collect::<Vec<_>>()).await?;
    sqlx::query(
        "DELETE FROM parked_streams WHERE projection = $1 AND aggregate_type = $2 AND aggregate_id = $3",
    )
    .bind(projection.name())
    .bind(kind)
    .bind(id)
    .execute(&mut *connection)
    .await?;
    follow::rows_changed(connection, projection.name()).await?;
    Ok(())
}
