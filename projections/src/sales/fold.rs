//! Events into the three tables.

use std::collections::{BTreeMap, HashMap, HashSet};

use aggregates::sales::{SalesColumn, SalesEvent, SalesRow};
use aggregates::{Fact, Recorded};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use sqlx::PgConnection;
use uuid::Uuid;

use super::row::{BatchRow, DayRow, Sums, TotalRow};
use crate::ApplyError;
use crate::batch::{Rows, unexpected};
use crate::table::{self, Table};
use crate::users::author;

/// A product of a day.
type Sold = (NaiveDate, String);
/// A line of sums: dimension, day, name.
type Line = (&'static str, NaiveDate, String);

/// What the word `all` is to sums of everything.
pub(super) const ALL: &str = "all";

/// How many of `events` have at most `rows` rows together; one at least.
pub(super) fn bounded(events: &[&Recorded], rows: usize) -> usize {
    let mut sum = 0;
    let fitting = events.iter().take_while(|event| {
        sum += event_of(event).map_or(0, |event| touched(event).count());
        sum <= rows
    });
    fitting.count().max(1)
}

pub(super) async fn fold(connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
    let mut fold = Fold::load(connection, events).await?;
    for event in events {
        fold.take(event, event_of(event)?);
    }
    fold.save(connection).await
}

fn event_of(event: &Recorded) -> Result<&SalesEvent, ApplyError> {
    if let Fact::Sales(sales) = event.fact() { Ok(sales) } else { Err(unexpected(event)) }
}

/// The day, and the import that the event is of.
fn about(event: &SalesEvent) -> (NaiveDate, Uuid) {
    match event {
        SalesEvent::SalesRecorded { date, batch, .. }
        | SalesEvent::SalesRestated { date, batch, .. }
        | SalesEvent::SalesConfirmed { date, batch, .. }
        | SalesEvent::SalesBatchUndone { date, batch, .. }
        | SalesEvent::SalesBatchRedone { date, batch, .. } => (*date, *batch),
    }
}

/// The figures that the event brings into force.
fn brought(event: &SalesEvent) -> &[SalesRow] {
    match event {
        SalesEvent::SalesRecorded { rows, .. }
        | SalesEvent::SalesRestated { rows, .. }
        | SalesEvent::SalesBatchRedone { rows, .. }
        | SalesEvent::SalesBatchUndone { restored: rows, .. } => rows,
        SalesEvent::SalesConfirmed { .. } => &[],
    }
}

/// The products of which nothing is in force after the event.
fn removed(event: &SalesEvent) -> &[String] {
    if let SalesEvent::SalesBatchUndone { removed, .. } = event { removed } else { &[] }
}

fn touched(event: &SalesEvent) -> impl Iterator<Item = &str> {
    let brought = brought(event).iter().map(|row| row.product_code.as_str());
    brought.chain(removed(event).iter().map(String::as_str))
}

#[derive(Default)]
struct Fold {
    /// Products that the tables know, or that events brought.
    rows: HashMap<Sold, SalesRow>,
    /// Products whose row was written or has to go.
    changed: HashSet<Sold>,
    /// What is to be added to sums.
    sums: BTreeMap<Line, Sums>,
    batches: Rows<(Uuid, NaiveDate), BatchRow>,
}

impl Fold {
    async fn load(connection: &mut PgConnection, events: &[&Recorded]) -> Result<Self, ApplyError> {
        let (mut known, mut begun) = (HashSet::<Sold>::new(), HashSet::<Sold>::new());
        let mut batches = HashSet::new();
        for event in events {
            let event = event_of(event)?;
            let (date, batch) = about(event);
            batches.insert((batch, date));
            for product_code in touched(event) {
                let sold = (date, product_code.to_owned());
                // Nothing is in force for what is recorded: no row to look for.
                if matches!(event, SalesEvent::SalesRecorded { .. }) && !known.contains(&sold) {
                    begun.insert(sold);
                } else if !begun.contains(&sold) {
                    known.insert(sold);
                }
            }
        }
        let mut fold = Self { batches: load_batches(connection, &batches).await?, ..Self::default() };
        let (dates, codes): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        if !dates.is_empty() {
            let query = sqlx::query(&DayRow::statements().load).bind(dates).bind(codes);
            for row in query.try_map(|row| DayRow::read(&row)).fetch_all(connection).await? {
                fold.rows.insert((row.date, row.sold.product_code.clone()), row.sold);
            }
        }
        Ok(fold)
    }

    fn take(&mut self, recorded: &Recorded, event: &SalesEvent) {
        let (date, batch) = about(event);
        let (mut before, mut after) = (Decimal::ZERO, Decimal::ZERO);
        for row in brought(event) {
            before += self.set(date, &row.product_code, Some(row)).unwrap_or_default();
            after += row.amount;
        }
        for product_code in removed(event) {
            self.set(date, product_code, None);
        }
        let own = self.batches.entry((batch, date), || BatchRow {
            batch_id: batch,
            date,
            imported_at: recorded.recorded_at,
            imported_by: author(&recorded.metadata.actor),
            first_position: recorded.position,
            ..BatchRow::default()
        });
        match event {
            SalesEvent::SalesRecorded { file, rows, .. } => {
                own.file.clone_from(file);
                own.recorded += rows.len() as i64;
            }
            SalesEvent::SalesRestated { file, rows, .. } => {
                own.file.clone_from(file);
                own.restated += rows.len() as i64;
                own.amount_before = (own.amount_before + before).normalize();
                own.amount_after = (own.amount_after + after).normalize();
            }
            SalesEvent::SalesConfirmed { file, product_codes, .. } => {
                own.file.clone_from(file);
                own.confirmed += product_codes.len() as i64;
            }
            SalesEvent::SalesBatchUndone { .. } => own.is_undone = true,
            SalesEvent::SalesBatchRedone { .. } => own.is_undone = false,
        }
    }

    /// Puts figures in force, or none; answers the amount that was.
    fn set(&mut self, date: NaiveDate, product_code: &str, row: Option<&SalesRow>) -> Option<Decimal> {
        let sold = (date, product_code.to_owned());
        let before = match row {
            Some(row) => self.rows.insert(sold.clone(), row.clone()),
            None => self.rows.remove(&sold),
        };
        self.changed.insert(sold);
        if let Some(before) = &before {
            self.sum(date, before, &Sums::of(before).negated());
        }
        if let Some(row) = row {
            self.sum(date, row, &Sums::of(row));
        }
        before.map(|before| before.amount)
    }

    fn sum(&mut self, date: NaiveDate, row: &SalesRow, sums: &Sums) {
        self.sums.entry((ALL, date, String::new())).or_default().add(sums);
        for column in SalesColumn::ALL {
            let name = column.of(row).unwrap_or_default().to_owned();
            self.sums.entry((column.code(), date, name)).or_default().add(sums);
        }
    }

    async fn save(mut self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        self.save_rows(connection).await?;
        save_sums(connection, self.sums).await?;
        self.batches.save(connection).await
    }

    async fn save_rows(&mut self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        let mut changed: Vec<_> = self.changed.drain().collect();
        changed.sort_unstable();
        let (mut written, mut gone) = (Vec::new(), (Vec::new(), Vec::new()));
        for sold in changed {
            if let Some(row) = self.rows.remove(&sold) {
                written.push(DayRow { date: sold.0, sold: row });
            } else {
                gone.0.push(sold.0);
                gone.1.push(sold.1);
            }
        }
        table::save(connection, &written.iter().collect::<Vec<_>>()).await?;
        if !gone.0.is_empty() {
            let sql = "DELETE FROM sales_rows item USING UNNEST($1::date[], $2::text[]) AS gone(date, product_code) \
                 WHERE item.date = gone.date AND item.product_code = gone.product_code";
            sqlx::query(sql).bind(gone.0).bind(gone.1).execute(connection).await?;
        }
        Ok(())
    }
}

async fn load_batches(
    connection: &mut PgConnection,
    keys: &HashSet<(Uuid, NaiveDate)>,
) -> Result<Rows<(Uuid, NaiveDate), BatchRow>, ApplyError> {
    let (ids, dates): (Vec<_>, Vec<_>) = keys.iter().copied().unzip();
    let query = sqlx::query(&BatchRow::statements().load).bind(ids).bind(dates);
    let mut batches = Rows::default();
    for row in query.try_map(|row| BatchRow::read(&row)).fetch_all(connection).await? {
        batches.insert((row.batch_id, row.date), row);
    }
    Ok(batches)
}

/// Adds to the sums that there are; a line without any product goes.
async fn save_sums(connection: &mut PgConnection, added: BTreeMap<Line, Sums>) -> Result<(), ApplyError> {
    let mut totals = BTreeMap::new();
    for ((dimension, date, name), sums) in added {
        let dimension = dimension.to_owned();
        totals.insert((dimension.clone(), date, name.clone()), TotalRow { dimension, date, name, sums });
    }
    let (mut dimensions, mut dates, mut names) = (Vec::new(), Vec::new(), Vec::new());
    for (dimension, date, name) in totals.keys().cloned() {
        dimensions.push(dimension);
        dates.push(date);
        names.push(name);
    }
    let query = sqlx::query(&TotalRow::statements().load).bind(dimensions).bind(dates).bind(names);
    for known in query.try_map(|row| TotalRow::read(&row)).fetch_all(&mut *connection).await? {
        if let Some(line) = totals.get_mut(&(known.dimension, known.date, known.name)) {
            line.sums.add(&known.sums);
        }
    }
    let (written, gone): (Vec<_>, Vec<_>) = totals.values().partition(|row| row.sums.products != 0);
    table::save(connection, &written).await?;
    if gone.is_empty() {
        return Ok(());
    }
    let sql = "DELETE FROM sales_totals item \
         USING UNNEST($1::text[], $2::date[], $3::text[]) AS gone(dimension, date, name) \
         WHERE item.dimension = gone.dimension AND item.date = gone.date AND item.name = gone.name";
    sqlx::query(sql)
        .bind(gone.iter().map(|row| row.dimension.clone()).collect::<Vec<_>>())
        .bind(gone.iter().map(|row| row.date).collect::<Vec<_>>())
        .bind(gone.iter().map(|row| row.name.clone()).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}
