use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ImportCommand, ImportEvent, ImportFault, ImportOrder, ImportState, Kept, decide};
use crate::{Claim, Decider, Refusal};

/// Faults that are remembered; the error sheet holds them all.
pub(super) const FAULTS_MAX: usize = 100;

/// What is remembered of an import.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Import {
    /// Its id; nil before it was ordered.
    pub id: Uuid,
    /// The order.
    pub details: ImportOrder,
    /// How far it is.
    pub state: ImportState,
    /// What the drive says of this version of the file.
    pub revision: Option<String>,
    /// Rows with data.
    pub total: i64,
    /// Rows stored; in a dry run, rows that would be.
    pub imported: i64,
    /// Rows that were wrong.
    pub failed: i64,
    /// Chunks stored.
    pub chunks: u32,
    /// The first things wrong.
    pub faults: Vec<ImportFault>,
    /// Headers of columns that mean nothing here.
    pub ignored: Vec<String>,
    /// What its rows became part of.
    pub became: Vec<String>,
    /// What the slice has to say of it.
    pub note: Option<String>,
    /// The import of the same bytes before it.
    pub duplicate_of: Option<Uuid>,
    /// Rows taken back.
    pub reversed: i64,
    /// What was not taken back.
    pub kept: Vec<Kept>,
    /// Everything that was good in it was stored.
    pub is_whole: bool,
}

impl Decider for Import {
    const KIND: &'static str = "import";
    type Command = ImportCommand;
    type Event = ImportEvent;

    fn decide(&self, command: ImportCommand) -> Result<Vec<ImportEvent>, Refusal> {
        decide::decide(self, command)
    }

    fn evolve(&mut self, event: &ImportEvent) {
        match event {
            ImportEvent::ImportRequested { id, order } => {
                *self = Self { id: *id, details: order.clone(), ..Self::default() };
            }
            ImportEvent::ImportDownloading {} => self.state = ImportState::Downloading,
            ImportEvent::ImportFileReceived { file_name, file_digest, revision } => {
                self.state = ImportState::Parsing;
                self.details.file_name.clone_from(file_name);
                self.details.file_digest = Some(file_digest.clone());
                self.revision.clone_from(revision);
            }
            ImportEvent::ImportBegun { total, failed, faults, ignored } => {
                self.state = ImportState::Importing;
                self.ignored.clone_from(ignored);
                (self.total, self.failed) = (*total, *failed);
                self.remember(faults);
            }
            ImportEvent::ImportChunkStored { chunk, imported, failed, faults, became } => {
                self.chunks = chunk + 1;
                self.imported += imported;
                self.failed += failed;
                self.remember(faults);
                for one in became {
                    if !self.became.contains(one) {
                        self.became.push(one.clone());
                    }
                }
            }
            ImportEvent::ImportFinished { note, duplicate_of } => {
                (self.state, self.is_whole) = (self.state_when_whole(), true);
                self.note.clone_from(note);
                self.duplicate_of = *duplicate_of;
            }
            ImportEvent::ImportFailed { faults } => {
                self.state = ImportState::Failed;
                self.remember(faults);
            }
            ImportEvent::ImportUndone { reversed, kept } => {
                self.state = ImportState::Undone;
                self.reversed = *reversed;
                self.kept.clone_from(kept);
            }
            ImportEvent::ImportRedone { kept, .. } => {
                (self.state, self.reversed) = (self.state_when_whole(), 0);
                self.kept.clone_from(kept);
            }
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let is_void = matches!(self.state, ImportState::Failed | ImportState::Undone);
        let Some(hash) = &self.details.file_digest else { return Vec::new() };
        if is_void || self.details.dry_run || self.duplicate_of.is_some() {
            return Vec::new();
        }
        vec![Claim::new("import-file", format!("{}/{hash}", self.details.job_type.code()), self.id)]
    }
}

impl Import {
    fn remember(&mut self, faults: &[ImportFault]) {
        let room = FAULTS_MAX.saturating_sub(self.faults.len());
        self.faults.extend(faults.iter().take(room).cloned());
    }

    /// How an import whose good rows are stored stands.
    pub fn state_when_whole(&self) -> ImportState {
        if self.failed > 0 { ImportState::Partial } else { ImportState::Completed }
    }

    /// Per cent of the way: reading a file is the first tenth of it.
    pub fn progress(&self) -> i64 {
        match self.state {
            ImportState::Queued => 0,
            ImportState::Downloading => 2,
            ImportState::Parsing => 5,
            ImportState::Importing => {
                let done = self.imported + self.failed;
                10 + 89 * done.clamp(0, self.total.max(0)) / self.total.max(1)
            }
            _ => 100,
        }
    }
}
