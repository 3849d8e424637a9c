//! Sales: files that record, restate and confirm figures of a day, undone and redone in any order.

use aggregates::sales::{SalesCommand, SalesDay, SalesRow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Choices, Slice, may};
use crate::support::History;

/// Days, products and files that are still spoken of.
const DAYS: usize = 4;
const PRODUCTS: i64 = 6;
const FILES: usize = 5;

/// Few products on few days, in many files.
#[derive(Default)]
pub(crate) struct Sales {
    batches: Vec<Uuid>,
}

impl Slice for Sales {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        if self.batches.len() < 2 || choices.once_in(5) {
            self.batches.push(history.new_id());
        }
        let newest = self.batches.len().saturating_sub(FILES);
        let batch = choices.one(&self.batches[newest..]);
        let days: Vec<NaiveDate> = NaiveDate::default().iter_days().take(DAYS).collect();
        let date = choices.one(&days);
        let spoke = history.state::<SalesDay>(&date.to_string()).1.batches;
        let command = match choices.below(10) {
            0..5 if !spoke.is_empty() => {
                let batch = choices.one(&spoke);
                match batch.is_undone {
                    true => SalesCommand::Redo { batch: batch.id },
                    false => SalesCommand::Undo { batch: batch.id },
                }
            }
            _ => {
                let products: Vec<i64> = (1..=PRODUCTS).collect();
                let rows = choices.some(&products).into_iter().map(|product| sold(choices, product));
                let rows: Vec<SalesRow> = rows.collect();
                SalesCommand::Import { date, batch, file: Some(format!("file {act}")), rows: rows.into() }
            }
        };
        may::<SalesDay>(history, &date, command);
    }
}

/// Figures of which there are few, so that a file often repeats what another said.
fn sold(choices: &mut Choices, product: i64) -> SalesRow {
    let kind = choices.number(3);
    SalesRow {
        product_code: format!("P{product}"),
        pm: (kind > 1).then(|| ["Mei", "Lin"][usize::from(kind > 2)].to_owned()),
        brand: (product > 2).then(|| "Tea".to_owned()),
        qty: Decimal::from(kind),
        // A return, and places that a sum may lose or gain.
        amount: Decimal::new((kind - 2) * 1_050, 2),
        cost: (kind == 2).then(|| Decimal::new(product * 5, 1)),
        gross_profit: (kind == 3).then(|| Decimal::new(250, 2)),
        orders: (kind > 1).then_some(2),
        ..SalesRow::default()
    }
}
