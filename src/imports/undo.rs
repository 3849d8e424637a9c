use aggregates::Refusal;
use aggregates::imports::{Import, ImportCommand, JobType};
use uuid::Uuid;

use super::{Target, Undone, for_target};
use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use crate::jobs::Stop;

/// Takes back what an import stored. An attempt that was interrupted may be repeated: what is back already is no
/// obstacle.
///
/// # Errors
/// A refusal while it still runs, when it is undone already, or is not there; or an outage.
pub async fn undo(app: &App, job: Uuid, context: &Context) -> Result<Undone, ExecuteError> {
    let id = job.to_string();
    let import = app.store.load::<Import>(&id).await?.state;
    if import.id.is_nil() {
        return Err(Refusal::NotFound("job").into());
    }
    // Asked first, so that nothing is taken back of a job that may not be undone.
    aggregates::Decider::decide(&import, ImportCommand::Undo { reversed: 0, kept: Vec::new() })?;
    let inner = Context { idempotency: None, if_match: None, ..context.clone() };
    let mut undone = if import.became.is_empty() {
        Undone::default()
    } else {
        for_target!(import.details.job_type, target => target.undo(app, &import, &inner).await)
            .map_err(outage)?
    };
    let command = ImportCommand::Undo { reversed: undone.reversed, kept: undone.kept.clone() };
    let outcome = app.store.execute::<Import>(&id, command, context).await?;
    undone.position = undone.position.max(outcome.position);
    Ok(undone)
}

fn outage(stop: Stop) -> ExecuteError {
    match stop {
        Stop::Failed(reason) | Stop::Unknown(reason) => ExecuteError::Internal(reason),
        Stop::Retry { reason, .. } | Stop::Wait { reason, .. } => ExecuteError::Unavailable(reason),
    }
}
