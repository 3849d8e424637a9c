use aggregates::Refusal;
use aggregates::imports::{Import, ImportCommand, ImportState, JobType};
use projections::imports::import_of_bytes;
use uuid::Uuid;

use super::{Target, Undone, for_target};
use crate::app::App;
use crate::event_store::{Context, ExecuteError, IfMatch};
use crate::jobs::Stop;

/// Takes back what an import stored. An attempt that was interrupted may be repeated: what is back already is no
/// obstacle.
///
/// # Errors
/// A refusal while it still runs, when it is undone already, or is not there; or an outage.
pub async fn undo(app: &App, job: Uuid, context: &Context) -> Result<Undone, ExecuteError> {
    let id = job.to_string();
    let loaded = app.store.load::<Import>(&id).await?;
    let (import, version) = (loaded.state, loaded.position);
    if import.id.is_nil() {
        return Err(Refusal::NotFound("job").into());
    }
    // Neither is anything taken back of one that was not meant.
    if matches!(context.if_match, Some(IfMatch::SeenUpTo(seen)) if seen != version) {
        return Err(ExecuteError::Stale);
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

/// Puts back what undoing an import took. An attempt that was interrupted may be repeated.
///
/// # Errors
/// A refusal when it was not undone, cannot be redone, or its file was imported again since; or an outage.
pub async fn redo(app: &App, job: Uuid, context: &Context) -> Result<(ImportState, Undone), ExecuteError> {
    let id = job.to_string();
    let import = app.store.load::<Import>(&id).await?.state;
    if import.id.is_nil() {
        return Err(Refusal::NotFound("job").into());
    }
    // Asked first, so that nothing is put back of a job that may not be redone.
    aggregates::Decider::decide(&import, ImportCommand::Redo { restored: 0, kept: Vec::new() })?;
    if let Some(other) = imported_again(app, &import).await? {
        let sentence = format!("its file was imported again since, as job {other}: undo that one first");
        return Err(Refusal::field("state", "already_exists", sentence).into());
    }
    let inner = Context { idempotency: None, if_match: None, ..context.clone() };
    let mut redone = for_target!(import.details.job_type, target => target.redo(app, &import, &inner).await)
        .map_err(outage)?;
    let command = ImportCommand::Redo { restored: redone.reversed, kept: redone.kept.clone() };
    // The claim of its bytes is taken with this: whoever imported them in this very moment is told so.
    let outcome = app.store.execute::<Import>(&id, command, context).await?;
    redone.position = redone.position.max(outcome.position);
    Ok((import.state_when_whole(), redone))
}

/// The job that imported the same bytes meanwhile.
async fn imported_again(app: &App, import: &Import) -> Result<Option<Uuid>, ExecuteError> {
    let Some(digest) = &import.details.file_digest else { return Ok(None) };
    let found = import_of_bytes(&app.pool, import.details.job_type, digest).await;
    found.map_err(|error| ExecuteError::Unavailable(error.to_string()))
}

fn outage(stop: Stop) -> ExecuteError {
    match stop {
        Stop::Failed(reason) | Stop::Unknown(reason) => ExecuteError::Internal(reason),
        Stop::Retry { reason, .. } | Stop::Wait { reason, .. } => ExecuteError::Unavailable(reason),
    }
}
