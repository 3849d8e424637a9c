//! One small function per command.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use uuid::Uuid;

use super::state::in_force;
use super::{KeptFigures, ROWS_OF_EVENT_MAX, SalesDay, SalesEvent, SalesRow};
use crate::Refusal;
use crate::faults::Faults;

pub(super) fn import(
    day: &SalesDay,
    date: NaiveDate,
    batch: Uuid,
    file: Option<&String>,
    rows: &[SalesRow],
) -> Result<Vec<SalesEvent>, Refusal> {
    if day.place_of(batch).is_some() {
        return Ok(Vec::new());
    }
    let (mut recorded, mut restated, mut confirmed) = (Vec::new(), Vec::new(), Vec::new());
    for (product_code, row) in gathered(rows)? {
        match day.in_force(&product_code) {
            None => recorded.push(row),
            Some((known, _)) if *known == row => confirmed.push(product_code),
            Some(_) => restated.push(row),
        }
    }
    let file = || file.cloned();
    let recorded = parts(&recorded).map(|rows| SalesEvent::SalesRecorded {
        date,
        batch,
        file: file(),
        rows: rows.to_vec(),
    });
    let restated = parts(&restated).map(|rows| SalesEvent::SalesRestated {
        date,
        batch,
        file: file(),
        rows: rows.to_vec(),
    });
    let confirmed = parts(&confirmed).map(|codes| SalesEvent::SalesConfirmed {
        date,
        batch,
        file: file(),
        product_codes: codes.to_vec(),
    });
    Ok(recorded.chain(restated).chain(confirmed).collect())
}

/// One row a product, in the form that is stored.
fn gathered(rows: &[SalesRow]) -> Result<BTreeMap<String, SalesRow>, Refusal> {
    let (mut faults, mut gathered) = (Faults::default(), BTreeMap::<String, SalesRow>::new());
    for (index, row) in rows.iter().enumerate() {
        faults.inside(format!("rows[{index}]."));
        let row = row.clone().check(&mut faults);
        let row = match gathered.remove(&row.product_code) {
            Some(before) => before.and(&row),
            None => row,
        };
        gathered.insert(row.product_code.clone(), row);
    }
    faults.verdict()?;
    Ok(gathered)
}

/// What becomes of a product when a batch is marked.
enum Outcome {
    Changes(SalesRow),
    Vanishes(String),
    Stays(KeptFigures),
}

pub(super) fn undo(day: &SalesDay, batch: Uuid) -> Result<Vec<SalesEvent>, Refusal> {
    let Some(outcomes) = marked(day, batch, true)? else { return Ok(Vec::new()) };
    let event = |outcomes: &[Outcome]| SalesEvent::SalesBatchUndone {
        date: day.date.unwrap_or_default(),
        batch,
        restored: outcomes.iter().filter_map(Outcome::row).collect(),
        removed: outcomes.iter().filter_map(Outcome::removed).collect(),
        kept: outcomes.iter().filter_map(Outcome::kept).collect(),
    };
    Ok(parts(&outcomes).map(event).collect())
}

pub(super) fn redo(day: &SalesDay, batch: Uuid) -> Result<Vec<SalesEvent>, Refusal> {
    let Some(outcomes) = marked(day, batch, false)? else { return Ok(Vec::new()) };
    let event = |outcomes: &[Outcome]| SalesEvent::SalesBatchRedone {
        date: day.date.unwrap_or_default(),
        batch,
        rows: outcomes.iter().filter_map(Outcome::row).collect(),
        kept: outcomes.iter().filter_map(Outcome::kept).collect(),
    };
    Ok(parts(&outcomes).map(event).collect())
}

/// What becomes of each product that the batch speaks of; none when it is marked so already.
fn marked(day: &SalesDay, batch: Uuid, is_undone: bool) -> Result<Option<Vec<Outcome>>, Refusal> {
    let place = day.place_of(batch).ok_or(Refusal::NotFound("sales batch"))?;
    if day.batches[place].is_undone == is_undone {
        return Ok(None);
    }
    let mut batches = day.batches.clone();
    batches[place].is_undone = is_undone;
    let spoken_of =
        day.products.iter().filter(|(_, layers)| layers.iter().any(|layer| layer.by.contains(&place)));
    let outcomes = spoken_of.filter_map(|(product_code, layers)| {
        let before = in_force(layers, &day.batches).map(|(row, _)| row);
        Some(match in_force(layers, &batches) {
            Some((row, _)) if before != Some(row) => Outcome::Changes(row.clone()),
            Some((_, batch)) => Outcome::Stays(KeptFigures { product_code: product_code.clone(), batch }),
            None => Outcome::Vanishes(before.map(|row| row.product_code.clone())?),
        })
    });
    Ok(Some(outcomes.collect()))
}

impl Outcome {
    fn row(&self) -> Option<SalesRow> {
        if let Self::Changes(row) = self { Some(row.clone()) } else { None }
    }

    fn removed(&self) -> Option<String> {
        if let Self::Vanishes(product_code) = self { Some(product_code.clone()) } else { None }
    }

    fn kept(&self) -> Option<KeptFigures> {
        if let Self::Stays(kept) = self { Some(kept.clone()) } else { None }
    }
}

/// Parts of a bounded size.
fn parts<T>(all: &[T]) -> impl Iterator<Item = &[T]> {
    all.chunks(ROWS_OF_EVENT_MAX)
}
