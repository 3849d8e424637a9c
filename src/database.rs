//! Connections: the shared pool, and connections that a task keeps for itself.

use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Executor, PgPool};

use crate::limits;

/// A connection of one's own, its session set by `settings`, within a bound of time.
///
/// # Errors
/// When the database does not answer.
pub async fn connect(options: &PgConnectOptions, settings: &str) -> sqlx::Result<PgConnection> {
    let connect = async {
        let mut connection = options.connect().await?;
        connection.execute(settings).await?;
        sqlx::Result::Ok(connection)
    };
    let bound = Duration::from_secs(limits::CONNECT_TIMEOUT_S);
    tokio::time::timeout(bound, connect).await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// The pool for everything short: read tables are found without naming their schema.
pub fn pool(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(limits::POOL_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(limits::CONNECT_TIMEOUT_S))
        .after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(limits::POOL_SESSION).await?;
                Ok(())
            })
        })
        .connect_lazy_with(options.clone())
}

/// Brings the schema up to this build.
///
/// # Errors
/// When the database does not answer, or holds migrations that this build does not know.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), sqlx::migrate::MigrateError> {
    let mut connection = options.connect().await?;
    sqlx::migrate!("./migrations").run(&mut connection).await
}
