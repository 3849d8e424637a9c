//! One small function per command.

use super::state::FAULTS_MAX;
use super::{Import, ImportCommand, ImportEvent, ImportFault, ImportState, JobType};
use crate::{Decider, Refusal};

/// What undoing kept, at most.
const KEPT_MAX: usize = 10_000;

pub(super) fn decide(import: &Import, command: ImportCommand) -> Result<Vec<ImportEvent>, Refusal> {
    if let ImportCommand::Request { id, order } = command {
        if !import.id.is_nil() {
            return Err(Refusal::already_exists(Import::KIND));
        }
        return Ok(vec![ImportEvent::ImportRequested { id, order }]);
    }
    if import.id.is_nil() {
        return Err(Refusal::NotFound("job"));
    }
    let event = match command {
        ImportCommand::Undo { reversed, kept } => {
            return undo(import, reversed, kept);
        }
        ImportCommand::Redo { restored, kept } => return redo(import, restored, kept),
        // What was said again, after an interruption, is so already.
        _ if import.state.is_over() => return Ok(Vec::new()),
        ImportCommand::Request { .. } => return Ok(Vec::new()),
        ImportCommand::Download => {
            unless(import.state >= ImportState::Downloading, ImportEvent::ImportDownloading {})
        }
        ImportCommand::Receive { file_name, file_digest, revision } => unless(
            import.state >= ImportState::Parsing,
            ImportEvent::ImportFileReceived { file_name, file_digest, revision },
        ),
        ImportCommand::Begin { total, failed, faults, ignored } => unless(
            import.state >= ImportState::Importing,
            ImportEvent::ImportBegun { total, failed, faults: first(faults), ignored },
        ),
        ImportCommand::Store { chunk, imported, failed, faults, became } => {
            return store(
                import,
                ImportEvent::ImportChunkStored { chunk, imported, failed, faults: first(faults), became },
            );
        }
        ImportCommand::Finish { note, duplicate_of } => {
            Some(ImportEvent::ImportFinished { note, duplicate_of })
        }
        ImportCommand::Fail { faults } => Some(ImportEvent::ImportFailed { faults: first(faults) }),
    };
    Ok(event.into_iter().collect())
}

fn unless(is_so: bool, event: ImportEvent) -> Option<ImportEvent> {
    (!is_so).then_some(event)
}

fn first(mut faults: Vec<ImportFault>) -> Vec<ImportFault> {
    faults.truncate(FAULTS_MAX);
    faults
}

/// The next chunk and no other: its rows are in the same append, so a repetition must fail as a whole.
fn store(import: &Import, event: ImportEvent) -> Result<Vec<ImportEvent>, Refusal> {
    let ImportEvent::ImportChunkStored { chunk, .. } = &event else { return Ok(Vec::new()) };
    if import.state != ImportState::Importing || *chunk != import.chunks {
        let sentence = format!("chunk {chunk} is not the next one");
        return Err(Refusal::field("chunk", "out_of_range", sentence));
    }
    Ok(vec![event])
}

fn undo(import: &Import, reversed: i64, kept: Vec<super::Kept>) -> Result<Vec<ImportEvent>, Refusal> {
    match import.state {
        ImportState::Undone => Err(Refusal::NotFound("job")),
        state if state.is_over() => {
            let kept = kept.into_iter().take(KEPT_MAX).collect();
            Ok(vec![ImportEvent::ImportUndone { reversed, kept }])
        }
        _ => Err(Refusal::field("state", "not_over", "the job is still running: wait until it is over")),
    }
}

/// Figures and batches remember what was taken back; vendors and listings that were taken back are gone.
fn redo(import: &Import, restored: i64, kept: Vec<super::Kept>) -> Result<Vec<ImportEvent>, Refusal> {
    let refused = |sentence: &str| Err(Refusal::field("state", "not_allowed", sentence));
    if import.state != ImportState::Undone {
        return refused("only a job that was undone can be redone");
    }
    if !import.is_whole {
        return refused("the job had failed before it was undone: send its file again");
    }
    if matches!(import.details.job_type, JobType::Vendors | JobType::Listings) {
        return refused("what a job of this type took in is gone once it is undone: send its file again");
    }
    let kept = kept.into_iter().take(KEPT_MAX).collect();
    Ok(vec![ImportEvent::ImportRedone { restored, kept }])
}
