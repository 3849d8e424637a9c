//! Stockout sheets, the mails that tell of them, and what was taken back.

use aggregates::stockouts::{
    BatchOrigin, MailOutcome, MailedRows, RowStatus, StockoutBatch, StockoutCommand, StockoutRow,
};
use uuid::Uuid;

use super::{Choices, Slice, may};
use crate::support::History;

/// Few batches of few rows.
#[derive(Default)]
pub(crate) struct Stockouts {
    /// With the numbers of their rows.
    batches: Vec<(Uuid, Vec<i64>)>,
    mails: Vec<(Uuid, Uuid)>,
    rows: i64,
}

impl Slice for Stockouts {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        if self.batches.len() < 2 || choices.once_in(12) {
            return self.import(history, choices, act);
        }
        let newest = self.batches.len().saturating_sub(4);
        let (batch, rows) = choices.one(&self.batches[newest..]);
        let ids = choices.some(&rows);
        let command = match choices.below(20) {
            0 => StockoutCommand::Undo,
            1..3 => StockoutCommand::Restore,
            3..6 => StockoutCommand::Resolve { ids: vec![choices.one(&rows)] },
            6..8 => {
                let state = history.state::<StockoutBatch>(&batch.to_string()).1;
                let resolved = state.rows.iter().filter(|(_, row)| row.status == RowStatus::Resolved);
                StockoutCommand::Reopen { ids: resolved.map(|(id, _)| *id).collect() }
            }
            8..13 => {
                let mail = (!choices.once_in(3)).then(|| history.new_id());
                self.mails.extend(mail.map(|mail| (batch, mail)));
                // One row at a time mostly passes; many of them mostly hold one that was mailed before.
                let ids = if choices.once_in(2) { ids } else { vec![choices.one(&rows)] };
                StockoutCommand::Mail { mails: vec![MailedRows { mail, ids }], force: choices.once_in(2) }
            }
            _ if self.mails.is_empty() => return,
            _ => return self.settle(history, choices),
        };
        may::<StockoutBatch>(history, &batch, command);
    }
}

impl Stockouts {
    fn import(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let id = history.new_id();
        let numbers: Vec<i64> = (self.rows + 1..=self.rows + choices.number(5)).collect();
        self.rows += i64::try_from(numbers.len()).unwrap();
        let row = |number: &i64| StockoutRow {
            id: *number,
            row: u32::try_from(*number).unwrap(),
            vendor_code: "v1".to_owned(),
            product_code: format!("P{number}"),
            qty: Some(*number),
            ..StockoutRow::default()
        };
        let rows = numbers.iter().map(row).collect();
        let origin = BatchOrigin { file_digest: format!("{act}"), ..BatchOrigin::default() };
        may::<StockoutBatch>(history, &id, StockoutCommand::Import { id, origin, rows });
        self.batches.push((id, numbers));
    }

    fn settle(&mut self, history: &mut History, choices: &mut Choices) {
        let newest = self.mails.len().saturating_sub(5);
        let (batch, mail) = choices.one(&self.mails[newest..]);
        let outcomes = [MailOutcome::Sent, MailOutcome::Failed("550 no".to_owned()), MailOutcome::Unknown];
        let outcome = choices.one(&outcomes);
        may::<StockoutBatch>(history, &batch, StockoutCommand::Settle { mail, outcome });
    }
}
