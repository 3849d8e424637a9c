//! One node's store, without anything above it.

use std::sync::Arc;

use sqlx::PgPool;
use tidemark::database;
use tidemark::event_store::Store;

use crate::support::postgres::TestDatabase;

/// A node of which only the event store runs.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) store: Store,
    pub(crate) pool: PgPool,
}

impl Node {
    pub(crate) async fn start(database: &TestDatabase) -> Self {
        let pool = database::pool(&database.options);
        let store = Store::start(&database.options, pool.clone(), |_| Arc::new(|_: &[_]| {})).await;
        Self { store: store.expect("the store starts"), pool }
    }
}
