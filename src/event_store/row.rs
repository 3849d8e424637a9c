use std::collections::HashMap;
use std::sync::Arc;

use aggregates::{Metadata, Recorded, personal_fields};
use serde_json::value::RawValue;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::seal;
use super::upcast::Upcasters;

/// The columns that [`RowReader`] reads. The key of a person comes with the events that are sealed with it; empty: it
/// was destroyed.
pub(crate) const SELECT_EVENT: &str = "SELECT position, aggregate_type, aggregate_id, sequence, event_type, \
     event_version, payload::text, metadata::text, recorded_at, \
     CASE WHEN aggregate_type = 'user' THEN (SELECT coalesce(k.key, ''::bytea) FROM person_keys k \
          WHERE k.kind = events.aggregate_type AND k.id = events.aggregate_id) END FROM events";

/// Reads rows of the events table; what rows have in common is kept once.
pub(crate) struct RowReader<'a> {
    upcasters: &'a Upcasters,
    words: HashMap<String, Arc<str>>,
    metadata: (String, Arc<Metadata>),
}

impl<'a> RowReader<'a> {
    pub(crate) fn new(upcasters: &'a Upcasters) -> Self {
        Self { upcasters, words: HashMap::new(), metadata: Default::default() }
    }

    /// The row as readers know it, its payload in the present form.
    pub(crate) fn recorded(&mut self, row: &PgRow) -> sqlx::Result<Recorded> {
        let decode = |error: serde_json::Error| sqlx::Error::Decode(error.into());
        let kind = self.word(row.try_get(1)?);
        let id: &str = row.try_get(2)?;
        let (name, version, payload): (&str, &str, &str) =
            (row.try_get(4)?, row.try_get(5)?, row.try_get(6)?);
        let lifted = self.upcasters.lift(&kind, id, name, version, payload).map_err(decode)?;
        let (name, version, payload) = match lifted {
            Some(event) => {
                (self.word(&event.event_type), self.word(&event.event_version), event.payload.to_string())
            }
            None => (self.word(name), self.word(version), payload.to_owned()),
        };
        let payload = match personal_fields(&kind) {
            [] => payload,
            _ => seal::opened(&kind, id, payload, row.try_get(9)?).map_err(decode)?,
        };
        Ok(Recorded::new(
            row.try_get(0)?,
            kind,
            id.into(),
            row.try_get(3)?,
            name,
            version,
            RawValue::from_string(payload).map_err(decode)?,
            self.metadata(row.try_get(7)?),
            row.try_get(8)?,
        ))
    }

    fn word(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.words.get(word) {
            return known.clone();
        }
        let new: Arc<str> = word.into();
        self.words.insert(word.to_owned(), new.clone());
        new
    }

    fn metadata(&mut self, json: &str) -> Arc<Metadata> {
        if self.metadata.0 != json {
            // Rows that others wrote may carry metadata of another shape; that is no reason to stop.
            let mut metadata: Metadata = serde_json::from_str(json).unwrap_or_default();
            // Events of before there were keys hold names too.
            if metadata.actor.user_id.is_some() {
                metadata.actor.name.clear();
            }
            self.metadata = (json.to_owned(), Arc::new(metadata));
        }
        self.metadata.1.clone()
    }
}
