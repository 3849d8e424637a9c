//! The rows that one batch of events concerns, held in memory between load and save.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use aggregates::{Fact, Recorded};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::ApplyError;
use crate::table::{self, Table};

/// Rows by their key.
pub(crate) struct Rows<K, T>(HashMap<K, T>);

impl<K, T> Default for Rows<K, T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Hash + Ord, T: Table> Rows<K, T> {
    /// Takes in a row.
    pub(crate) fn insert(&mut self, key: K, row: T) {
        self.0.insert(key, row);
    }

    /// The row of a stream that `event` goes on with.
    pub(crate) fn of(&mut self, key: &K, event: &Recorded) -> Result<&mut T, ApplyError> {
        self.0.get_mut(key).ok_or_else(|| unreadable(event, "nothing is known of what it changes"))
    }

    /// The row at `key`, made by `make` if there is none.
    pub(crate) fn entry(&mut self, key: K, make: impl FnOnce() -> T) -> &mut T {
        self.0.entry(key).or_insert_with(make)
    }

    /// Writes all rows, ordered by key: neighbours in the batch become neighbours in the index.
    pub(crate) async fn save(&self, connection: &mut PgConnection) -> Result<(), ApplyError> {
        let mut rows: Vec<_> = self.0.iter().collect();
        rows.sort_unstable_by_key(|(key, _)| *key);
        let rows: Vec<_> = rows.into_iter().map(|(_, row)| row).collect();
        Ok(table::save(connection, &rows).await?)
    }
}

impl<T: Table> Rows<i64, T> {
    /// Loads the rows of streams that are called by numbers; `number` says which row is whose.
    pub(crate) async fn numbered(
        connection: &mut PgConnection,
        numbers: Vec<i64>,
        number: impl Fn(&T) -> i64,
    ) -> Result<Self, ApplyError> {
        if numbers.is_empty() {
            return Ok(Self::default());
        }
        let query = sqlx::query(&T::statements().load).bind(numbers);
        let rows = query.try_map(|row| T::read(&row)).fetch_all(connection).await?;
        Ok(Self(rows.into_iter().map(|row| (number(&row), row)).collect()))
    }
}

impl<T: Table> Rows<Uuid, T> {
    /// Loads the rows of `streams`; `id` says which row is whose.
    pub(crate) async fn load(
        connection: &mut PgConnection,
        streams: &Streams,
        id: impl Fn(&T) -> Uuid,
    ) -> Result<Self, ApplyError> {
        let ids: Vec<_> = streams.known.iter().copied().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let query = sqlx::query(&T::statements().load).bind(ids);
        let rows = query.try_map(|row| T::read(&row)).fetch_all(connection).await?;
        Ok(Self(rows.into_iter().map(|row| (id(&row), row)).collect()))
    }
}

/// The streams whose own events are in a batch.
#[derive(Default)]
pub(crate) struct Streams {
    /// Begun before this batch: their rows must be loaded.
    known: HashSet<Uuid>,
    begun: HashSet<Uuid>,
}

impl Streams {
    /// Notes that `event` belongs to the stream `id`.
    pub(crate) fn note(&mut self, id: Uuid, event: &Recorded) {
        if event.sequence == 1 {
            self.begun.insert(id);
        } else if !self.begun.contains(&id) {
            self.known.insert(id);
        }
    }

    /// Whether the stream began in this batch, so that the tables know nothing of it.
    pub(crate) fn begins(&self, id: &Uuid) -> bool {
        self.begun.contains(id)
    }
}

/// The id of the stream that `event` belongs to.
pub(crate) fn stream_id(event: &Recorded) -> Result<Uuid, ApplyError> {
    Uuid::try_parse(&event.aggregate_id).map_err(|error| unreadable(event, error))
}

/// `event` is the reason why its batch fails.
pub(crate) fn unreadable(event: &Recorded, reason: impl ToString) -> ApplyError {
    ApplyError::Unreadable { position: event.position, reason: reason.to_string() }
}

/// `event` is of no kind that its projection follows, or of none that this build can read.
pub(crate) fn unexpected(event: &Recorded) -> ApplyError {
    match event.fact() {
        Fact::Unreadable(reason) => unreadable(event, reason),
        _ => unreadable(event, "this projection does not follow it"),
    }
}

/// The wire names in several slices' lists.
pub(crate) fn wire_names(lists: &[&[(&'static str, &'static str)]]) -> Vec<&'static str> {
    lists.iter().flat_map(|list| list.iter().map(|(name, _)| *name)).collect()
}
