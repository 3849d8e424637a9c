//! What the pages of the book of observations say of listings: who was looked at when.

use std::collections::{BTreeMap, HashMap};

use aggregates::Recorded;
use aggregates::observations::{Looked, ObservationsEvent};
use aggregates::values::Numbers;
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ApplyError;
use crate::table::{self, Table, read_table};

/// A row of `listing_gone`.
#[derive(Clone, Debug, Default, PartialEq)]
struct GoneRow {
    number: i64,
    answers: i64,
    at: DateTime<Utc>,
}

read_table! { GoneRow in "listing_gone" by (number) {
    number: bigint = number,
    answers: bigint = answers,
    at: timestamptz = at,
} }

/// A row of `observation_pages`.
#[derive(Clone, Debug, Default, PartialEq)]
struct PageRow {
    position: i64,
    run: Option<Uuid>,
    source: String,
    began: DateTime<Utc>,
    ended: DateTime<Utc>,
    confirmed: i64,
    changed: i64,
    gone: i64,
    failed: i64,
}

read_table! { PageRow in "observation_pages" by (position) {
    position: bigint = position,
    run: uuid = run,
    source: text = source,
    began: timestamptz = began,
    ended: timestamptz = ended,
    confirmed: bigint = confirmed,
    changed: bigint = changed,
    gone: bigint = gone,
    failed: bigint = failed,
} }

/// What concerns the book, in the order of the log.
pub(super) enum Entry<'a> {
    /// A page of it.
    Page(&'a ObservationsEvent, &'a Recorded),
    /// A listing is there again, so its page is not gone any more.
    Back(i64),
}

/// What the pages of a batch come to.
#[derive(Default)]
pub(super) struct Book {
    pages: Vec<PageRow>,
    checked: BTreeMap<i64, DateTime<Utc>>,
    /// None: seen again.
    gone: BTreeMap<i64, Option<GoneRow>>,
}

impl Book {
    /// Loads what is known of the pages that are found gone in a batch.
    pub(super) async fn load(
        connection: &mut PgConnection,
        entries: &[Entry<'_>],
    ) -> Result<Self, ApplyError> {
        let mut book = Self::default();
        let gone_on = |entry: &Entry<'_>| match entry {
            Entry::Page(ObservationsEvent::ObservationsTaken { gone, .. }, _) => gone.listings.clone(),
            Entry::Back(_) => Numbers::default(),
        };
        let found_gone: Vec<i64> =
            entries.iter().flat_map(|entry| gone_on(entry).iter().collect::<Vec<_>>()).collect();
        let mut known = HashMap::new();
        if !found_gone.is_empty() {
            let query = sqlx::query(&GoneRow::statements().load).bind(&found_gone);
            let rows = query.try_map(|row| GoneRow::read(&row)).fetch_all(&mut *connection).await?;
            known.extend(rows.into_iter().map(|row| (row.number, row)));
        }
        for entry in entries {
            match entry {
                Entry::Page(page, event) => book.take(page, event, &known),
                Entry::Back(number) => drop(book.gone.insert(*number, None)),
            }
        }
        Ok(book)
    }

    fn take(&mut self, page: &ObservationsEvent, event: &Recorded, known: &HashMap<i64, GoneRow>) {
        let ObservationsEvent::ObservationsTaken { run, source, confirmed, changed, gone, failed } = page;
        let count = |looked: &Looked| i64::try_from(looked.listings.len()).unwrap_or(i64::MAX);
        let looks =
            || [confirmed, changed, gone, failed].into_iter().flat_map(Looked::iter).map(|(_, at)| at);
        self.pages.push(PageRow {
            position: event.position,
            run: *run,
            source: source.clone(),
            began: looks().min().unwrap_or(event.recorded_at),
            ended: looks().max().unwrap_or(event.recorded_at),
            confirmed: count(confirmed),
            changed: count(changed),
            gone: count(gone),
            failed: count(failed),
        });
        for (number, at) in confirmed.iter() {
            let checked = self.checked.entry(number).or_insert(at);
            *checked = at.max(*checked);
        }
        for number in confirmed.listings.iter().chain(changed.listings.iter()) {
            self.gone.insert(number, None);
        }
        for (number, at) in gone.iter() {
            let before = match self.gone.get(&number) {
                Some(known) => known.as_ref(),
                None => known.get(&number),
            };
            let answers = before.map_or(0, |row| row.answers) + 1;
            self.gone.insert(number, Some(GoneRow { number, answers, at }));
        }
    }

    pub(super) async fn save(&self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        table::save(connection, &self.pages.iter().collect::<Vec<_>>()).await?;
        save_checks(connection, &self.checked).await?;
        let seen: Vec<i64> =
            self.gone.iter().filter(|(_, gone)| gone.is_none()).map(|(number, _)| *number).collect();
        if !seen.is_empty() {
            // Mostly nothing is gone: the few rows are looked through, not the many numbers looked up.
            sqlx::query(
                "DELETE FROM listing_gone gone USING UNNEST($1::bigint[]) AS seen(number) WHERE gone.number = seen.number",
            )
            .bind(seen)
            .execute(&mut *connection)
            .await?;
        }
        let gone: Vec<&GoneRow> = self.gone.values().flatten().collect();
        Ok(table::save(connection, &gone).await?)
    }
}

/// A look that is older than the newest known changes nothing.
async fn save_checks(
    connection: &mut PgConnection,
    checked: &BTreeMap<i64, DateTime<Utc>>,
) -> Result<(), ApplyError> {
    if checked.is_empty() {
        return Ok(());
    }
    let (numbers, times): (Vec<i64>, Vec<DateTime<Utc>>) = checked.iter().unzip();
    sqlx::query(
        "INSERT INTO listing_checks AS known (number, checked_at) \
         SELECT * FROM UNNEST($1::bigint[], $2::timestamptz[]) \
         ON CONFLICT (number) DO UPDATE SET checked_at = excluded.checked_at \
         WHERE known.checked_at < excluded.checked_at",
    )
    .bind(numbers)
    .bind(times)
    .execute(connection)
    .await?;
    Ok(())
}
