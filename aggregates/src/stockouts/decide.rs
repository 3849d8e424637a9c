//! One small function per command.

use std::collections::BTreeSet;

use uuid::Uuid;

use super::{BatchOrigin, MailOutcome, MailedRows, RowStatus, StockoutBatch, StockoutEvent, StockoutRow};
use crate::{Decider, Fault, Refusal};

/// Rows in one event: some hundred kilobytes.
const ROWS_PER_EVENT: usize = 500;

pub(super) fn import(
    batch: &StockoutBatch,
    id: Uuid,
    origin: BatchOrigin,
    rows: Vec<StockoutRow>,
) -> Result<Vec<StockoutEvent>, Refusal> {
    if !batch.id.is_nil() {
        return Err(Refusal::already_exists(StockoutBatch::KIND));
    }
    let faults: Vec<Fault> = rows.iter().filter_map(fault_of).take(100).collect();
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    let imported = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let mut events = vec![StockoutEvent::StockoutBatchImported { id, origin, imported }];
    let listed = rows.chunks(ROWS_PER_EVENT).map(<[StockoutRow]>::to_vec);
    events.extend(listed.map(|rows| StockoutEvent::StockoutsListed { rows }));
    Ok(events)
}

/// The shell checks rows as it reads them; this is what no door may let in.
fn fault_of(row: &StockoutRow) -> Option<Fault> {
    let named = |field: &str, code: &str, rule: &str| {
        Fault::new(field, code, format!("row {}: {field} {rule}", row.row))
    };
    if row.vendor_code.trim().is_empty() {
        return Some(named("vendor_code", "required", "must not be empty"));
    }
    if row.product_code.trim().is_empty() {
        return Some(named("product_code", "required", "must not be empty"));
    }
    row.qty.filter(|qty| *qty < 0).map(|_| named("qty", "out_of_range", "must be at least 0"))
}

pub(super) fn mail(
    batch: &StockoutBatch,
    mails: Vec<MailedRows>,
    force: bool,
) -> Result<Vec<StockoutEvent>, Refusal> {
    batch.begun()?;
    let mut events = Vec::new();
    for MailedRows { mail, ids } in mails {
        for id in &ids {
            let row = batch.rows.get(id).ok_or(Refusal::NotFound("stockout"))?;
            if let Some(reason) = row.status.hinders_mail(force) {
                return Err(Refusal::field(
                    "stockout_ids",
                    reason,
                    format!("{id} was changed meanwhile: {reason}"),
                ));
            }
        }
        match mail {
            Some(mail) => events.push(StockoutEvent::StockoutsQueued { mail, ids }),
            None => {
                let is_new =
                    |id: &i64| batch.rows.get(id).is_some_and(|row| row.status != RowStatus::NoEmail);
                let ids: Vec<i64> = ids.into_iter().filter(is_new).collect();
                if !ids.is_empty() {
                    events.push(StockoutEvent::StockoutsWithoutAddress { ids });
                }
            }
        }
    }
    Ok(events)
}

pub(super) fn settle(
    batch: &StockoutBatch,
    mail: Uuid,
    outcome: MailOutcome,
) -> Result<Vec<StockoutEvent>, Refusal> {
    batch.begun()?;
    let is_open = |status| matches!(status, RowStatus::Queued | RowStatus::Unknown);
    let waiting = batch.rows.iter().filter(|(_, row)| row.mail == Some(mail) && is_open(row.status));
    let ids: Vec<i64> =
        waiting.filter(|(_, row)| row.status != outcome.status()).map(|(id, _)| *id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(vec![StockoutEvent::StockoutsSettled { mail, outcome, ids }])
}

pub(super) fn resolve(batch: &StockoutBatch, ids: Vec<i64>) -> Result<Vec<StockoutEvent>, Refusal> {
    let ids = changing(batch, ids, |status| status != RowStatus::Resolved)?;
    if let Some(id) =
        ids.iter().find(|id| batch.rows.get(id).is_some_and(|row| row.status == RowStatus::Queued))
    {
        let sentence = format!("the mail about {id} is on its way: wait until it is sent");
        return Err(Refusal::field("status", "already_queued", sentence));
    }
    Ok(if ids.is_empty() { Vec::new() } else { vec![StockoutEvent::StockoutsResolved { ids }] })
}

pub(super) fn reopen(batch: &StockoutBatch, ids: Vec<i64>) -> Result<Vec<StockoutEvent>, Refusal> {
    let ids = changing(batch, ids, |status| status == RowStatus::Resolved)?;
    Ok(if ids.is_empty() { Vec::new() } else { vec![StockoutEvent::StockoutsReopened { ids }] })
}

/// The rows whose status changes; all must be there.
fn changing(
    batch: &StockoutBatch,
    ids: Vec<i64>,
    changes: impl Fn(RowStatus) -> bool,
) -> Result<Vec<i64>, Refusal> {
    batch.begun()?;
    let mut changing = BTreeSet::new();
    for id in ids {
        let row = batch.rows.get(&id).ok_or(Refusal::NotFound("stockout"))?;
        if changes(row.status) {
            changing.insert(id);
        }
    }
    Ok(changing.into_iter().collect())
}

pub(super) fn undo(batch: &StockoutBatch) -> Result<Vec<StockoutEvent>, Refusal> {
    batch.begun()?;
    let kept = batch.kept();
    let is_kept: BTreeSet<i64> = kept.iter().map(|row| row.id).collect();
    let reversed: Vec<i64> = batch.rows.keys().copied().filter(|id| !is_kept.contains(id)).collect();
    if reversed.is_empty() && batch.is_undone {
        return Err(Refusal::NotFound("stockout batch"));
    }
    if reversed.is_empty() && !kept.is_empty() {
        // Nothing is taken back: it is the batch of its file as before.
        return Ok(Vec::new());
    }
    Ok(vec![StockoutEvent::StockoutBatchUndone { reversed, kept }])
}

pub(super) fn restore(batch: &StockoutBatch) -> Result<Vec<StockoutEvent>, Refusal> {
    batch.begun()?;
    let ids: Vec<i64> = batch.reversed.iter().copied().collect();
    Ok(if ids.is_empty() { Vec::new() } else { vec![StockoutEvent::StockoutBatchRestored { ids }] })
}
