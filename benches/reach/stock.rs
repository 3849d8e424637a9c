//! Stock cqrs-es and postgres-es with the same aggregate, on a table of their own.

use aggregates::brands::{Brand, BrandCommand};
use cqrs_es::CqrsFramework;
use cqrs_es::persist::PersistedEventStore;
use postgres_es::{PostgresCqrs, PostgresEventRepository};
use sqlx::Executor;
use sqlx::postgres::PgPoolOptions;

use crate::cluster::Database;

const TABLE: &str = "CREATE TABLE IF NOT EXISTS public.stock_events (\
    aggregate_type text NOT NULL, aggregate_id text NOT NULL, sequence bigint CHECK (sequence >= 0) NOT NULL, \
    event_type text NOT NULL, event_version text NOT NULL, payload json NOT NULL, metadata json NOT NULL, \
    PRIMARY KEY (aggregate_type, aggregate_id, sequence))";

pub(crate) struct Stock(PostgresCqrs<Brand>);

impl Stock {
    pub(crate) async fn start(database: &Database) -> anyhow::Result<Self> {
        let pool = PgPoolOptions::new().max_connections(32).connect_with(database.options.clone()).await?;
        pool.execute(TABLE).await?;
        let repository =
            PostgresEventRepository::new(pool).with_tables("public.stock_events", "public.snapshots");
        Ok(Self(CqrsFramework::new(PersistedEventStore::new_event_store(repository), Vec::new(), ())))
    }

    pub(crate) async fn execute(&self, id: &str, command: BrandCommand) -> anyhow::Result<()> {
        self.0.execute(id, command).await.map_err(|error| anyhow::anyhow!("stock: {error:?}"))
    }
}
