use aggregates::imports::{Import, ImportCommand, ImportFault};
use serde_json::{Value, json};
use uuid::Uuid;

use super::carry_out::stop;
use super::{Chunk, Stored, Target, Work, faults};
use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError};
use crate::jobs::Stop;
use crate::limits;
use crate::sheets::read::Sheet;

/// An import that is being carried out.
pub(super) struct Run<'a> {
    pub(super) app: &'a App,
    pub(super) job: Uuid,
    pub(super) context: &'a Context,
}

/// Stores the rows of a sheet, from the first chunk that does not count yet.
pub(super) async fn store_all<T: Target>(
    run: &Run<'_>,
    target: &T,
    sheet: Sheet<T::Row>,
) -> Result<Value, Stop> {
    let found: Vec<ImportFault> = sheet.faults.iter().map(faults::shown).collect();
    faults::keep(&run.app.pool, run.job, &found).await?;
    let (total, failed) = (count(sheet.total), count(sheet.failed));
    let first = found.into_iter().take(limits::SHEET_FAULTS_SHOWN).collect();
    let ignored = sheet.ignored.clone();
    run.say(ImportCommand::Begin { total, failed, faults: first, ignored }).await?;
    let import = run.import().await?;
    if import.details.reject_everything && failed > 0 {
        let sentence = format!("{failed} of {total} rows are wrong: nothing was stored");
        let mut faults = Vec::new();
        if import.faults.is_empty() {
            faults.push(super::faults::whole("file", "rejected", sentence));
        }
        return run.fail(faults).await;
    }
    if import.details.dry_run {
        return dry(run, target, &import, sheet).await;
    }
    let Sheet { name, rows, failed, .. } = sheet;
    for (number, chunk) in (0_u32..).zip(target.chunks(rows)).skip(import.chunks as usize) {
        let import = run.import().await?;
        store_one(run, target, &run.work(&import, &name, failed), number, &chunk).await?;
    }
    let import = run.import().await?;
    let work = run.work(&import, &name, failed);
    let note = target.note(&work).await?;
    run.say(ImportCommand::Finish { note, duplicate_of: None }).await?;
    Ok(json!({ "imported": import.imported, "failed": import.failed }))
}

/// One chunk and the note that it counts, in one append; once more, row by row, when something in it is refused.
async fn store_one<T: Target>(
    run: &Run<'_>,
    target: &T,
    work: &Work<'_>,
    number: u32,
    chunk: &Chunk<T::Row>,
) -> Result<(), Stop> {
    for is_careful in [false, true] {
        let work = Work { is_careful, ..*work };
        let mut act = Act::new();
        let stored = target.store(&work, chunk, &mut act).await?;
        faults::keep(&run.app.pool, run.job, &stored.faults).await?;
        let seen = stored.seen.clone();
        act.execute::<Import>(run.job.to_string(), counted(number, stored));
        match run.app.store.execute_all(act, run.context).await {
            Ok(_) => return target.after(&work, &seen).await,
            Err(ExecuteError::Refused(_)) if !is_careful => {}
            // Another attempt stored this chunk meanwhile, or the rows changed: the next attempt sees what is so.
            Err(ExecuteError::Refused(refusal)) => return Err(Stop::retry(refusal)),
            Err(ExecuteError::ClaimTaken { scope, key }) => {
                return Err(Stop::retry(format!("{scope} {key} is taken")));
            }
            Err(error) => return Err(stop(error)),
        }
    }
    Ok(())
}

fn counted(chunk: u32, stored: Stored) -> ImportCommand {
    let Stored { imported, failed, faults, became, .. } = stored;
    ImportCommand::Store { chunk, imported: count(imported), failed: count(failed), faults, became }
}

/// Says what would be stored, and what would be refused.
async fn dry<T: Target>(
    run: &Run<'_>,
    target: &T,
    import: &Import,
    sheet: Sheet<T::Row>,
) -> Result<Value, Stop> {
    if import.chunks == 0 {
        let Sheet { name, rows, failed, .. } = sheet;
        let work = Work { is_careful: true, ..run.work(import, &name, failed) };
        let mut all = Stored::default();
        for chunk in target.chunks(rows) {
            let stored = target.store(&work, &chunk, &mut Act::new()).await?;
            all.imported += stored.imported;
            all.failed += stored.failed;
            all.faults.extend(stored.faults);
        }
        faults::keep(&run.app.pool, run.job, &all.faults).await?;
        run.say(counted(0, all)).await?;
    }
    let note = Some("a dry run: nothing was stored".to_owned());
    run.say(ImportCommand::Finish { note, duplicate_of: None }).await?;
    Ok(json!("dry"))
}

impl Run<'_> {
    fn work<'b>(&'b self, import: &'b Import, sheet: &'b str, failed: usize) -> Work<'b> {
        let Run { app, job, context } = self;
        Work { app, job: *job, import, sheet, failed, context, is_careful: false }
    }

    pub(super) async fn import(&self) -> Result<Import, Stop> {
        Ok(self.app.store.load::<Import>(&self.job.to_string()).await.map_err(Stop::retry)?.state)
    }
}

fn count(rows: usize) -> i64 {
    i64::try_from(rows).unwrap_or(i64::MAX)
}
