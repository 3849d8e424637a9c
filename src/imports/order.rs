use aggregates::imports::{Import, ImportCommand, ImportOrder};
use projections::imports::import_of_bytes;
use uuid::Uuid;

use super::files;
use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use crate::limits;

/// An import that was ordered, or the one that did it already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ordered {
    /// Its id.
    pub job: Uuid,
    /// Whether the same bytes were imported before.
    pub is_duplicate: bool,
    /// Where the log is since.
    pub position: i64,
}

/// Orders an import of `bytes`, or, without them, of the order's file on a drive. The same bytes again name the
/// import that stored them.
///
/// # Errors
/// When the log or the database does not answer.
pub async fn order(
    app: &App,
    mut order: ImportOrder,
    bytes: Option<&[u8]>,
    context: &Context,
) -> Result<Ordered, ExecuteError> {
    let outage = |error: sqlx::Error| ExecuteError::Unavailable(error.to_string());
    if let Some(bytes) = bytes {
        order.file_digest = Some(files::keep(&app.pool, bytes).await.map_err(outage)?);
    }
    let (job, job_type, hash) = (Uuid::now_v7(), order.job_type, order.file_digest.clone());
    let command = ImportCommand::Request { id: job, order };
    match app.store.create::<Import>(&job.to_string(), command, context).await {
        Ok(outcome) => {
            let job = Uuid::parse_str(&outcome.aggregate_id).unwrap_or(job);
            Ok(Ordered { job, is_duplicate: false, position: outcome.position })
        }
        Err(ExecuteError::ClaimTaken { scope, key }) if scope == "import-file" => {
            // Whoever was first may have been so a moment ago, on another node.
            let head = app.store.confirmed_head().await?;
            app.projector.wait(head, limits::VISIBLE_WITHIN).await;
            let known =
                import_of_bytes(&app.pool, job_type, &hash.unwrap_or_default()).await.map_err(outage)?;
            let known = known.ok_or(ExecuteError::ClaimTaken { scope, key })?;
            Ok(Ordered { job: known, is_duplicate: true, position: head })
        }
        Err(error) => Err(error),
    }
}
