//! Imports on their way, over, and undone.

use aggregates::imports::{Import, ImportCommand, ImportFault, ImportOrder, Kept};
use uuid::Uuid;

use super::{Choices, Slice, may, number};
use crate::support::History;

/// Few imports at a time.
#[derive(Default)]
pub(crate) struct Imports {
    ids: Vec<Uuid>,
}

impl Slice for Imports {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        if self.ids.len() < 2 || choices.once_in(8) {
            let id = history.new_id();
            let order = ImportOrder { file_name: format!("{act}.xlsx"), ..ImportOrder::default() };
            self.ids.push(id);
            return may::<Import>(history, &id, ImportCommand::Request { id, order });
        }
        let newest = self.ids.len().saturating_sub(3);
        let id = choices.one(&self.ids[newest..]);
        let command = command(choices, act, history.state::<Import>(&id.to_string()).1.chunks);
        may::<Import>(history, &id, command);
    }
}

fn command(choices: &mut Choices, act: usize, chunk: u32) -> ImportCommand {
    let failed = number(choices.below(3));
    let faults = vec![ImportFault {
        row: u32::try_from(act).ok(),
        column: "qty".to_owned(),
        code: "wrong_type".to_owned(),
        message: format!("wrong {act}"),
        value: None,
    }];
    match choices.below(16) {
        0 => ImportCommand::Download,
        1..3 => ImportCommand::Receive {
            file_name: format!("{act}.csv"),
            file_digest: format!("{}", act % 7),
            revision: choices.once_in(2).then(|| "r1".to_owned()),
        },
        3..5 => {
            ImportCommand::Begin { total: 90, failed, faults, ignored: choices.some(&["倉別".to_owned()]) }
        }
        5..9 => {
            let became = vec![format!("row {act}")];
            ImportCommand::Store { chunk, imported: 10, failed, faults, became }
        }
        9..11 => ImportCommand::Finish { note: Some(format!("note {act}")), duplicate_of: None },
        11..13 => ImportCommand::Redo { restored: 2, kept: Vec::new() },
        13 if choices.once_in(3) => ImportCommand::Fail { faults },
        _ => {
            let kept = vec![Kept { id: format!("{act}"), why: "changed".to_owned() }];
            ImportCommand::Undo { reversed: 3, kept }
        }
    }
}
