//! One import in the table.

use aggregates::imports::{Import, ImportEvent, ImportFault, ImportOrder, ImportState, Kept};
use aggregates::{Decider, Recorded};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::table::read_table;

/// A row of `imports`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ImportRow {
    /// Its id.
    pub id: Uuid,
    /// The order.
    pub order: ImportOrder,
    /// What the drive says of this version of the file.
    pub revision: Option<String>,
    /// How far it is.
    pub state: ImportState,
    /// Per cent of the way.
    pub progress: i64,
    /// Rows with data.
    pub total: i64,
    /// Rows stored.
    pub imported: i64,
    /// Rows that were wrong.
    pub failed: i64,
    /// The first things wrong, as JSON.
    pub faults: String,
    /// Headers of columns that mean nothing here, as JSON.
    pub ignored: String,
    /// What undoing kept, as JSON.
    pub kept: String,
    /// Rows taken back.
    pub reversed: i64,
    /// What the slice has to say of it.
    pub note: Option<String>,
    /// The import of the same bytes before it.
    pub duplicate_of: Option<Uuid>,
    /// When it was ordered.
    pub created_at: DateTime<Utc>,
    /// When its newest event was recorded.
    pub updated_at: DateTime<Utc>,
    /// When it was over.
    pub finished_at: Option<DateTime<Utc>>,
    /// The event that began it.
    pub created_position: i64,
    /// The newest event of its stream.
    pub own_position: i64,
}

read_table! { ImportRow in "imports" by (id) {
    id: uuid = id,
    job_type: text = order.job_type,
    source: text = order.source,
    file_name: text = order.file_name,
    file_id: text = order.file_id,
    file_digest: text = order.file_digest,
    revision: text = revision,
    dry_run: boolean = order.dry_run,
    rejects: boolean = order.reject_everything,
    state: text = state,
    progress: bigint = progress,
    total: bigint = total,
    imported: bigint = imported,
    failed: bigint = failed,
    faults: text = faults,
    ignored: text = ignored,
    kept: text = kept,
    reversed: bigint = reversed,
    note: text = note,
    duplicate_of: uuid = duplicate_of,
    created_at: timestamptz = created_at,
    updated_at: timestamptz = updated_at,
    finished_at: timestamptz = finished_at,
    created_position: bigint = created_position,
    own_position: bigint = own_position,
} }

impl ImportRow {
    /// The first things wrong.
    pub fn faults(&self) -> Vec<ImportFault> {
        serde_json::from_str(&self.faults).unwrap_or_default()
    }

    /// Headers of columns that mean nothing here.
    pub fn ignored(&self) -> Vec<String> {
        serde_json::from_str(&self.ignored).unwrap_or_default()
    }

    /// What undoing kept.
    pub fn kept(&self) -> Vec<Kept> {
        serde_json::from_str(&self.kept).unwrap_or_default()
    }

    pub(super) fn evolve(&mut self, change: &ImportEvent, event: &Recorded) {
        let mut state = self.state();
        state.evolve(change);
        self.take(state);
        if let ImportEvent::ImportRequested { id, .. } = change {
            (self.id, self.created_at) = (*id, event.recorded_at);
            self.created_position = event.position;
        }
        if self.state.is_over() && self.finished_at.is_none() {
            self.finished_at = Some(event.recorded_at);
        }
        (self.updated_at, self.own_position) = (event.recorded_at, event.position);
    }

    /// The state that the row remembers: the aggregate knows how it goes on.
    fn state(&self) -> Import {
        Import {
            id: self.id,
            details: self.order.clone(),
            state: self.state,
            revision: self.revision.clone(),
            total: self.total,
            imported: self.imported,
            failed: self.failed,
            faults: self.faults(),
            ignored: self.ignored(),
            note: self.note.clone(),
            duplicate_of: self.duplicate_of,
            reversed: self.reversed,
            kept: self.kept(),
            ..Import::default()
        }
    }

    fn take(&mut self, state: Import) {
        self.progress = state.progress();
        self.faults = serde_json::to_string(&state.faults).unwrap_or_default();
        self.ignored = serde_json::to_string(&state.ignored).unwrap_or_default();
        self.kept = serde_json::to_string(&state.kept).unwrap_or_default();
        self.order = state.details;
        (self.state, self.revision) = (state.state, state.revision);
        (self.total, self.imported, self.failed) = (state.total, state.imported, state.failed);
        (self.note, self.duplicate_of, self.reversed) = (state.note, state.duplicate_of, state.reversed);
    }
}
