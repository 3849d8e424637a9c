use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{SalesCommand, SalesEvent, SalesRow, decide};
use crate::{Decider, Refusal};

/// What is remembered of a day.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SalesDay {
    /// The day; none before anything was said of it.
    pub date: Option<NaiveDate>,
    /// The batches that speak of it, in order.
    pub batches: Vec<SalesBatchState>,
    /// What they say of each product, oldest first.
    pub products: BTreeMap<String, Vec<Layer>>,
}

/// A batch of a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SalesBatchState {
    /// The import.
    pub id: Uuid,
    /// The file's name.
    pub file: Option<String>,
    /// Whether it counts no more.
    pub is_undone: bool,
}

/// Figures of a product, said by one batch or by several in a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Layer {
    /// The figures; shared with layers that repeat them.
    pub row: Arc<SalesRow>,
    /// Who says so: places in [`SalesDay::batches`], ascending.
    pub by: Vec<usize>,
}

impl Decider for SalesDay {
    const KIND: &'static str = "sales-day";
    /// A month; a day of some thousand products takes some megabytes.
    const KEPT_IN_MEMORY: u64 = 31;
    type Command = SalesCommand;
    type Event = SalesEvent;

    fn decide(&self, command: SalesCommand) -> Result<Vec<SalesEvent>, Refusal> {
        match command {
            SalesCommand::Import { date, batch, file, rows } => {
                decide::import(self, date, batch, file.as_ref(), &rows)
            }
            SalesCommand::Undo { batch } => decide::undo(self, batch),
            SalesCommand::Redo { batch } => decide::redo(self, batch),
        }
    }

    fn evolve(&mut self, event: &SalesEvent) {
        match event {
            SalesEvent::SalesRecorded { date, batch, file, rows }
            | SalesEvent::SalesRestated { date, batch, file, rows } => {
                let batch = self.speaks(*date, *batch, file.as_ref());
                for row in rows {
                    let layers = self.products.entry(row.product_code.clone()).or_default();
                    layers.push(Layer { row: Arc::new(row.clone()), by: vec![batch] });
                }
            }
            SalesEvent::SalesConfirmed { date, batch, file, product_codes } => {
                let batch = self.speaks(*date, *batch, file.as_ref());
                for product_code in product_codes {
                    self.confirm(product_code, batch);
                }
            }
            SalesEvent::SalesBatchUndone { batch, .. } => self.mark(*batch, true),
            SalesEvent::SalesBatchRedone { batch, .. } => self.mark(*batch, false),
        }
    }
}

impl SalesDay {
    /// What is in force for a product, and the newest standing batch that says so.
    pub fn in_force(&self, product_code: &str) -> Option<(&SalesRow, Uuid)> {
        in_force(self.products.get(product_code)?, &self.batches)
    }

    /// The place of a batch among those of the day.
    pub(super) fn place_of(&self, batch: Uuid) -> Option<usize> {
        self.batches.iter().position(|known| known.id == batch)
    }

    fn speaks(&mut self, date: NaiveDate, batch: Uuid, file: Option<&String>) -> usize {
        self.date = Some(date);
        self.place_of(batch).unwrap_or_else(|| {
            self.batches.push(SalesBatchState { id: batch, file: file.cloned(), is_undone: false });
            self.batches.len() - 1
        })
    }

    /// The batch joins those that say what is in force; on top of an undone one it speaks for itself, since that
    /// one may come back and must not stand above it.
    fn confirm(&mut self, product_code: &str, batch: usize) {
        let Some(layers) = self.products.get_mut(product_code) else { return };
        let stands = |layer: &Layer| layer.by.iter().any(|by| !self.batches[*by].is_undone);
        let Some(place) = layers.iter().rposition(stands) else { return };
        if place + 1 == layers.len() {
            layers[place].by.push(batch);
        } else {
            let row = layers[place].row.clone();
            layers.push(Layer { row, by: vec![batch] });
        }
    }

    fn mark(&mut self, batch: Uuid, is_undone: bool) {
        if let Some(place) = self.place_of(batch) {
            self.batches[place].is_undone = is_undone;
        }
    }
}

/// The last layer that a standing batch vouches for, with the newest such batch.
pub(super) fn in_force<'a>(layers: &'a [Layer], batches: &[SalesBatchState]) -> Option<(&'a SalesRow, Uuid)> {
    layers.iter().rev().find_map(|layer| {
        let by = layer.by.iter().rev().find_map(|by| batches.get(*by).filter(|batch| !batch.is_undone))?;
        Some((&*layer.row, by.id))
    })
}
