use aggregates::imports::{Import, ImportCommand, ImportFault, JobType};
use bytes::Bytes;
use projections::imports::{import_of_bytes, import_of_revision};
use serde_json::{Value, json};
use uuid::Uuid;

use super::store::{Run, store_all};
use super::{faults, files, for_target};
use crate::adapters::drive::{Drive, DriveError};
use crate::app::App;
use crate::event_store::{Context, ExecuteError};
use crate::jobs::Stop;
use crate::sheets::read::read_sheet;

use super::Target;

/// Carries out an import, or what an interrupted attempt left of it.
///
/// # Errors
/// Why it cannot go on, now or ever.
pub async fn carry_out(app: &App, job: Uuid, context: &Context) -> Result<Value, Stop> {
    let import = app.store.load::<Import>(&job.to_string()).await.map_err(Stop::retry)?.state;
    if import.id.is_nil() {
        return Err(Stop::Failed("there is no such import".to_owned()));
    }
    if import.state.is_over() {
        return Ok(json!(import.state.code()));
    }
    let run = Run { app, job, context };
    let bytes = match &import.details.file_digest {
        Some(hash) => match files::load(&app.pool, hash).await? {
            Some(bytes) => bytes,
            None => {
                return run
                    .fail(vec![faults::whole("file", "gone", "the file was cleaned away: send it again")])
                    .await;
            }
        },
        None => match fetch(&run, &import).await? {
            Some(bytes) => bytes,
            None => return Ok(json!("over")),
        },
    };
    for_target!(import.details.job_type, target => read_and_store(&run, target, bytes).await)
}

/// Brings a file from its drive; none when that was the end of it.
async fn fetch(run: &Run<'_>, import: &Import) -> Result<Option<Bytes>, Stop> {
    let (app, job_type) = (run.app, import.details.job_type);
    let id = import.details.file_id.clone().unwrap_or_default();
    let Some(drive) = &app.drive else {
        run.fail(vec![faults::whole("file_id", "not_configured", Drive::NOT_CONFIGURED)]).await?;
        return Ok(None);
    };
    run.say(ImportCommand::Download).await?;
    let file = match drive.find(&id).await {
        Ok(file) => file,
        Err(error) => return refused(run, error).await,
    };
    let revision = file.revision();
    if let Some(revision) = revision.as_deref().filter(|_| !import.details.dry_run) {
        let known = import_of_revision(&app.pool, job_type, &id, revision).await?;
        if let Some(known) = known.filter(|known| *known != run.job) {
            return duplicate(run, known).await;
        }
    }
    let bytes = match drive.download(&file).await {
        Ok(bytes) => bytes,
        Err(error) => return refused(run, error).await,
    };
    let file_digest = files::keep(&app.pool, &bytes).await?;
    let received =
        ImportCommand::Receive { file_name: file.name.clone(), file_digest: file_digest.clone(), revision };
    match app.store.execute::<Import>(&run.job.to_string(), received, run.context).await {
        Ok(_) => Ok(Some(bytes)),
        Err(ExecuteError::ClaimTaken { .. }) => {
            match import_of_bytes(&app.pool, job_type, &file_digest).await? {
                Some(known) => duplicate(run, known).await,
                None => Err(Stop::retry("the first import of these bytes is not visible yet")),
            }
        }
        Err(error) => Err(stop(error)),
    }
}

/// What a drive says no to ends the import; when it does not answer, it is asked again.
async fn refused(run: &Run<'_>, error: DriveError) -> Result<Option<Bytes>, Stop> {
    match error {
        DriveError::Later { reason, after } => Err(Stop::Retry { reason, after }),
        other => {
            run.fail(vec![faults::whole("file_id", other.code(), other.to_string())]).await?;
            Ok(None)
        }
    }
}

async fn duplicate(run: &Run<'_>, known: Uuid) -> Result<Option<Bytes>, Stop> {
    let note = Some("the same bytes were imported before".to_owned());
    run.say(ImportCommand::Finish { note, duplicate_of: Some(known) }).await?;
    Ok(None)
}

async fn read_and_store<T: Target>(run: &Run<'_>, target: T, bytes: Bytes) -> Result<Value, Stop> {
    match read_sheet(bytes, target.layout(), T::parse).await {
        Ok(sheet) => store_all(run, &target, sheet).await,
        Err(error) => run.fail(faults::of_file(&error)).await,
    }
}

impl Run<'_> {
    /// Tells the import's stream.
    pub(super) async fn say(&self, command: ImportCommand) -> Result<(), Stop> {
        let told = self.app.store.execute::<Import>(&self.job.to_string(), command, self.context).await;
        told.map(|_| ()).map_err(stop)
    }

    /// Ends the import because of these faults.
    pub(super) async fn fail(&self, found: Vec<ImportFault>) -> Result<Value, Stop> {
        faults::keep(&self.app.pool, self.job, &found).await?;
        self.say(ImportCommand::Fail { faults: found }).await?;
        Ok(json!("failed"))
    }
}

/// What the log says no to stays so; when it does not answer, it is asked again.
pub(super) fn stop(error: ExecuteError) -> Stop {
    match error {
        ExecuteError::Unavailable(_) | ExecuteError::Conflict | ExecuteError::Internal(_) => {
            Stop::retry(error)
        }
        other => Stop::Failed(other.to_string()),
    }
}
