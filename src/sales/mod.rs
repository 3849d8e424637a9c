//! Sales figures into the log: what a file says, day by day, and its undoing.
//!
//! A day is a stream, so a file becomes one command a day. Days are appended together as long as their rows stay
//! within a bound, each such part atomically; repeating an import whose process died does only what is missing,
//! because a day takes a batch in once.

use std::collections::BTreeMap;
use std::sync::Arc;

use aggregates::sales::{SalesCommand, SalesDay, SalesEvent, SalesRow};
use aggregates::{Decider, Fact};
use chrono::NaiveDate;
use uuid::Uuid;

use crate::app::App;
use crate::event_store::{Act, Context, ExecuteError, Outcome};
use crate::limits;

/// What a file says of one product on one day.
pub type Line = (NaiveDate, SalesRow);

/// What an undoing, or the redoing after it, came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reversal {
    /// Figures that changed.
    pub reversed: usize,
    /// Figures that other imports have something to say about.
    pub kept: Vec<Kept>,
    /// The newest position: what a reader must have seen.
    pub position: i64,
}

/// A figure that stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    /// The day.
    pub date: NaiveDate,
    /// The product.
    pub product_code: String,
    /// The import whose figure is in force.
    pub batch: Uuid,
}

/// Takes in what a file says; answers the position to wait for. `progress` hears how many lines are done.
///
/// # Errors
/// See [`ExecuteError`]. Parts that were stored before a failure stay; the same call again does the rest.
pub async fn import(
    app: &App,
    batch: Uuid,
    file: Option<String>,
    lines: Vec<Line>,
    context: &Context,
    mut progress: impl FnMut(usize),
) -> Result<i64, ExecuteError> {
    let mut days: BTreeMap<NaiveDate, Vec<SalesRow>> = BTreeMap::new();
    for (date, row) in lines {
        days.entry(date).or_default().push(row);
    }
    let (mut position, mut done) = (0, 0);
    let (mut act, mut rows_of_act) = (Act::new(), 0);
    let mut days = days.into_iter().peekable();
    while let Some((date, rows)) = days.next() {
        rows_of_act += rows.len();
        let rows = Arc::from(rows);
        act.execute::<SalesDay>(stream(date), SalesCommand::Import { date, batch, file: file.clone(), rows });
        let next = days.peek().map_or(usize::MAX, |(_, rows)| rows.len());
        if rows_of_act.saturating_add(next) > limits::SALES_ROWS_OF_APPEND {
            let whole = std::mem::take(&mut act);
            position = app.store.execute_all(whole, context).await?.position.max(position);
            done += std::mem::take(&mut rows_of_act);
            progress(done);
        }
    }
    Ok(position)
}

/// Lets an import count no more on these days.
///
/// # Errors
/// See [`ExecuteError`].
pub async fn undo_days(
    app: &App,
    batch: Uuid,
    days: &[NaiveDate],
    context: &Context,
) -> Result<Reversal, ExecuteError> {
    reverse(app, days, context, &SalesCommand::Undo { batch }).await
}

/// Lets an undone import count again on these days.
///
/// # Errors
/// See [`ExecuteError`].
pub async fn redo_days(
    app: &App,
    batch: Uuid,
    days: &[NaiveDate],
    context: &Context,
) -> Result<Reversal, ExecuteError> {
    reverse(app, days, context, &SalesCommand::Redo { batch }).await
}

/// Lets an import count no more.
///
/// # Errors
/// See [`ExecuteError`].
pub async fn undo(app: &App, batch: Uuid, context: &Context) -> Result<Reversal, ExecuteError> {
    reverse(app, &days_of(app, batch).await?, context, &SalesCommand::Undo { batch }).await
}

/// Lets an undone import count again.
///
/// # Errors
/// See [`ExecuteError`].
pub async fn redo(app: &App, batch: Uuid, context: &Context) -> Result<Reversal, ExecuteError> {
    reverse(app, &days_of(app, batch).await?, context, &SalesCommand::Redo { batch }).await
}

/// The name of a day's stream.
pub fn stream(date: NaiveDate) -> String {
    date.to_string()
}

/// Which days to ask is all that is taken from a read table; each day decides for itself.
async fn days_of(app: &App, batch: Uuid) -> Result<Vec<NaiveDate>, ExecuteError> {
    let head = app.store.confirmed_head().await?;
    if !app.projector.wait(head, limits::VISIBLE_WITHIN).await {
        return Err(ExecuteError::Unavailable("the read tables are behind".to_owned()));
    }
    let days = projections::sales::days_of_batch(&app.pool, batch).await;
    Ok(days.map_err(|error| crate::event_store::append::describe(&error))?)
}

async fn reverse(
    app: &App,
    days: &[NaiveDate],
    context: &Context,
    command: &SalesCommand,
) -> Result<Reversal, ExecuteError> {
    let mut reversal = Reversal::default();
    for part in days.chunks(limits::SALES_DAYS_OF_UNDO) {
        let mut act = Act::new();
        for date in part {
            act.execute::<SalesDay>(stream(*date), command.clone());
        }
        let outcome = app.store.execute_all(act, context).await?;
        reversal.take(app, &outcome).await?;
    }
    Ok(reversal)
}

impl Reversal {
    /// Reads back what was just appended.
    async fn take(&mut self, app: &App, outcome: &Outcome) -> Result<(), ExecuteError> {
        self.position = self.position.max(outcome.position);
        let before = outcome.position - outcome.appended as i64;
        let events = app.store.feed().after(before, outcome.appended).await;
        for recorded in events.map_err(|error| crate::event_store::append::describe(&error))? {
            let Fact::Sales(event) = recorded.fact() else { continue };
            let (date, reversed, kept) = match event {
                SalesEvent::SalesBatchUndone { date, restored, removed, kept, .. } => {
                    (date, restored.len() + removed.len(), kept)
                }
                SalesEvent::SalesBatchRedone { date, rows, kept, .. } => (date, rows.len(), kept),
                _ => continue,
            };
            self.reversed += reversed;
            self.kept.extend(kept.iter().map(|kept| Kept {
                date: *date,
                product_code: kept.product_code.clone(),
                batch: kept.batch,
            }));
        }
        Ok(())
    }
}

/// The kind of a day's stream.
pub const KIND: &str = SalesDay::KIND;
