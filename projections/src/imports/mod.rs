//! Imports as clients see them.

mod questions;
mod row;
mod view;

pub use questions::{ImportQuery, find_import, import_of_bytes, import_of_revision, list_imports};
pub use row::ImportRow;
pub use view::{FaultView, ImportView, KeptView};

use std::sync::LazyLock;

use aggregates::imports::ImportEvent;
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::{Rows, Streams, stream_id, unexpected, wire_names};
use crate::{ApplyError, Projection};

static FOLLOWS: LazyLock<Vec<&'static str>> = LazyLock::new(|| wire_names(&[ImportEvent::WIRE]));

/// Keeps the table `imports`.
pub struct Imports;

#[async_trait]
impl Projection for Imports {
    fn name(&self) -> &'static str {
        "imports"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &["imports"]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut streams, mut changes) = (Streams::default(), Vec::with_capacity(events.len()));
        for event in events {
            let id = stream_id(event)?;
            let Fact::Import(change) = event.fact() else { return Err(unexpected(event)) };
            streams.note(id, event);
            changes.push((id, change, *event));
        }
        let mut rows = Rows::load(connection, &streams, |row: &ImportRow| row.id).await?;
        for (id, change, event) in changes {
            rows.entry(id, ImportRow::default).evolve(change, event);
        }
        rows.save(connection).await
    }
}
