//! A database of a test's own that it can take away and bring back.

use tempfile::TempDir;
use tidemark::embedded::EmbeddedPostgres;

use super::server::House;

pub(super) struct Database {
    pub(super) postgres: EmbeddedPostgres,
    folder: TempDir,
}

impl Database {
    pub(super) async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let postgres = EmbeddedPostgres::builder(folder.path()).durable(false).start().await.unwrap();
        Self { postgres, folder }
    }

    /// A house of servers that all use it.
    pub(super) fn house(&self) -> House {
        House::new().with("DATABASE_URL", &self.postgres.url())
    }

    pub(super) async fn goes_away(&self) {
        self.postgres.stop_postgres().await.unwrap();
    }

    pub(super) async fn comes_back(&self) {
        self.postgres.start_postgres().await.unwrap();
    }

    pub(super) async fn connect(&self) -> sqlx::PgConnection {
        sqlx::Connection::connect_with(&self.postgres.options()).await.unwrap()
    }

    pub(super) async fn ends(self) {
        self.postgres.stop().await;
        drop(self.folder);
    }
}
