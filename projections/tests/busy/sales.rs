//! Sales: files that record, restate and confirm figures of a day, undone and redone in any order.

use aggregates::sales::{SalesCommand, SalesDay, SalesRow};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{Choices, Slice, may, number};
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
        let command = match choices.below(10) {
            0..3 => SalesCommand::Undo { batch },
            3..5 => SalesCommand::Redo { batch },
            _ => {
                let products: Vec<i64> = (1..=PRODUCTS).collect();
                let rows = choices.some(&products).into_iter().map(|product| sold(choices, product, act));
                let rows: Vec<SalesRow> = rows.collect();
                SalesCommand::Import { date, batch, file: Some(format!("file {act}")), rows: rows.into() }
            }
        };
        may::<SalesDay>(history, &date, command);
    }
}

/// Figures that are often those of another file, so that some are confirmed.
fn sold(choices: &mut Choices, product: i64, act: usize) -> SalesRow {
    let pm = choices.once_in(2).then(|| choices.one(&["Mei", "Lin"]).to_owned());
    SalesRow {
        product_code: format!("P{product}"),
        pm,
        brand: choices.once_in(3).then(|| "Tea".to_owned()),
        qty: Decimal::from(choices.number(2)),
        // A return now and then, and places that a sum may lose or gain.
        amount: Decimal::new((number(choices.below(4)) - 1) * 1_050, 2),
        cost: act.is_multiple_of(2).then(|| Decimal::new(choices.number(30), 1)),
        gross_profit: choices.once_in(3).then(|| Decimal::new(250, 2)),
        orders: choices.once_in(2).then_some(2),
        ..SalesRow::default()
    }
}
