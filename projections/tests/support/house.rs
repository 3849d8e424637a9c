//! A database of one test with the read tables, and the histories folded into it.

use std::sync::atomic::{AtomicU32, Ordering};

use aggregates::Recorded;
use projections::{ApplyError, Projection};
use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{Acquire, Executor, PgPool};

use super::{History, cluster};

static HOUSES: AtomicU32 = AtomicU32::new(0);

pub(crate) struct House {
    pub(crate) pool: PgPool,
    maintenance: PgConnectOptions,
    database: String,
}

impl House {
    /// Empty read tables.
    pub(crate) async fn new() -> Self {
        let maintenance = cluster::maintenance().await;
        let number = HOUSES.fetch_add(1, Ordering::Relaxed);
        let database = format!("projections_{}_{number}", std::process::id());
        let mut server = cluster::connect(&maintenance).await;
        server.execute(format!("CREATE DATABASE {database} TEMPLATE template0").as_str()).await.unwrap();
        let options = maintenance.clone().database(&database);
        let migrations = concat!(env!("CARGO_MANIFEST_DIR"), "/../migrations");
        let migrator = Migrator::new(std::path::Path::new(migrations)).await.unwrap();
        migrator.run(&mut cluster::connect(&options).await).await.unwrap();
        let pool = PgPoolOptions::new()
            .max_connections(2)
            .connect_lazy_with(options.options([("search_path", "read")]));
        Self { pool, maintenance, database }
    }

    /// Read tables that all of `history` was folded into, as a server would at work: event by event.
    pub(crate) async fn after(history: &History) -> Self {
        let house = Self::new().await;
        house.fold(history, 1).await.unwrap();
        house
    }

    /// Folds `history` in batches.
    pub(crate) async fn fold(&self, history: &History, batch_size: usize) -> Result<(), ApplyError> {
        let mut connection = self.pool.acquire().await?;
        for projection in projections::all() {
            for batch in history.events().chunks(batch_size) {
                let followed = followed(&*projection, batch);
                if !followed.is_empty() {
                    let mut transaction = connection.begin().await?;
                    projection.apply(&mut transaction, &followed).await?;
                    transaction.commit().await?;
                }
            }
        }
        Ok(())
    }

    /// Every row of every table as text.
    pub(crate) async fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = Vec::new();
        for table in tables() {
            let sql = format!("SELECT item::text FROM {table} item ORDER BY 1");
            let texts: Vec<String> = sqlx::query_scalar(&sql).fetch_all(&self.pool).await.unwrap();
            rows.extend(texts.into_iter().map(|text| (table, text)));
        }
        rows
    }
}

/// The events that `projection` wants to see.
pub(crate) fn followed<'a>(projection: &dyn Projection, events: &'a [Recorded]) -> Vec<&'a Recorded> {
    events.iter().filter(|event| projection.follows().contains(&&*event.event_type)).collect()
}

/// Every read table.
pub(crate) fn tables() -> Vec<&'static str> {
    projections::all().iter().flat_map(|projection| projection.tables()).copied().collect()
}

impl Drop for House {
    /// A server that outlives the tests must not keep their databases.
    fn drop(&mut self) {
        let (maintenance, database) = (self.maintenance.clone(), self.database.clone());
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut server = cluster::connect(&maintenance).await;
                let sql = format!("DROP DATABASE IF EXISTS {database} WITH (FORCE)");
                server.execute(sql.as_str()).await.unwrap();
            });
        });
        let dropped = dropping.join();
        assert!(dropped.is_ok() || std::thread::panicking(), "the test's database could not be dropped");
    }
}
