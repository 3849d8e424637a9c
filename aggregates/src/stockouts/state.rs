use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{BatchOrigin, KeptRow, MailOutcome, RowStatus, StockoutCommand, StockoutEvent, decide};
use crate::{Claim, Decider, Refusal};

/// Where a row of a batch stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowState {
    /// Its status.
    pub status: RowStatus,
    /// The newest mail it was in.
    pub mail: Option<Uuid>,
    /// Whether a mail with it was ever sent, or may have been.
    pub was_mailed: bool,
}

/// What is remembered of a batch.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct StockoutBatch {
    /// Its id; nil before it was taken in.
    pub id: Uuid,
    /// Where it comes from.
    pub details: BatchOrigin,
    /// Whether it was taken back.
    pub is_undone: bool,
    /// The rows that are not taken back.
    pub rows: BTreeMap<i64, RowState>,
    /// The rows that are taken back.
    pub reversed: BTreeSet<i64>,
}

impl Decider for StockoutBatch {
    const KIND: &'static str = "stockout-batch";
    type Command = StockoutCommand;
    type Event = StockoutEvent;

    fn decide(&self, command: StockoutCommand) -> Result<Vec<StockoutEvent>, Refusal> {
        match command {
            StockoutCommand::Import { id, origin, rows } => decide::import(self, id, origin, rows),
            StockoutCommand::Mail { mails, force } => decide::mail(self, mails, force),
            StockoutCommand::Settle { mail, outcome } => decide::settle(self, mail, outcome),
            StockoutCommand::Resolve { ids } => decide::resolve(self, ids),
            StockoutCommand::Reopen { ids } => decide::reopen(self, ids),
            StockoutCommand::Undo => decide::undo(self),
            StockoutCommand::Restore => decide::restore(self),
        }
    }

    fn evolve(&mut self, event: &StockoutEvent) {
        match event {
            StockoutEvent::StockoutBatchImported { id, origin, .. } => {
                *self = Self { id: *id, details: origin.clone(), ..Self::default() };
            }
            StockoutEvent::StockoutsListed { rows } => {
                self.rows.extend(rows.iter().map(|row| (row.id, RowState::default())));
            }
            StockoutEvent::StockoutsQueued { mail, ids } => self.each(ids, |row| {
                (row.status, row.mail) = (RowStatus::Queued, Some(*mail));
            }),
            StockoutEvent::StockoutsWithoutAddress { ids } => {
                self.each(ids, |row| row.status = RowStatus::NoEmail);
            }
            StockoutEvent::StockoutsSettled { outcome, ids, .. } => self.each(ids, |row| {
                row.status = outcome.status();
                row.was_mailed |= row.status != RowStatus::Failed;
            }),
            StockoutEvent::StockoutsResolved { ids } => {
                self.each(ids, |row| row.status = RowStatus::Resolved);
            }
            StockoutEvent::StockoutsReopened { ids } => self.each(ids, |row| row.status = row.reopened()),
            StockoutEvent::StockoutBatchUndone { reversed, .. } => {
                self.is_undone = true;
                for id in reversed {
                    self.rows.remove(id);
                    self.reversed.insert(*id);
                }
            }
            StockoutEvent::StockoutBatchRestored { ids } => {
                self.is_undone = false;
                for id in ids {
                    self.reversed.remove(id);
                    self.rows.insert(*id, RowState::default());
                }
            }
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let is_gone = self.is_undone && self.rows.is_empty();
        if self.id.is_nil() || is_gone || self.details.file_digest.is_empty() {
            return Vec::new();
        }
        vec![Claim::new("stockout-file", &self.details.file_digest, self.id)]
    }
}

impl StockoutBatch {
    /// The rows that undoing it would not take back, and why.
    pub fn kept(&self) -> Vec<KeptRow> {
        let kept = self.rows.iter().filter_map(|(id, row)| {
            let why = match row.status {
                RowStatus::Unknown => row.status.hinders_undo(),
                _ if row.was_mailed => Some("mailed"),
                status => status.hinders_undo(),
            };
            why.map(|why| KeptRow { id: *id, why: why.to_owned() })
        });
        kept.collect()
    }

    /// A batch that was taken in.
    pub(super) fn begun(&self) -> Result<(), Refusal> {
        if self.id.is_nil() { Err(Refusal::NotFound("stockout batch")) } else { Ok(()) }
    }

    fn each(&mut self, ids: &[i64], change: impl Fn(&mut RowState)) {
        for id in ids {
            if let Some(row) = self.rows.get_mut(id) {
                change(row);
            }
        }
    }
}

impl RowState {
    /// What it is again when it is not resolved any more.
    fn reopened(&self) -> RowStatus {
        if self.was_mailed { RowStatus::Sent } else { RowStatus::Pending }
    }
}

impl MailOutcome {
    /// The status of the rows in the mail.
    pub fn status(&self) -> RowStatus {
        match self {
            Self::Sent => RowStatus::Sent,
            Self::Failed(_) => RowStatus::Failed,
            Self::Unknown => RowStatus::Unknown,
        }
    }
}
