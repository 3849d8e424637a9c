//! Connections: the shared pool, and connections that a task keeps for itself.

use std::future::Future;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgConnection, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgPool, Row};

use crate::limits;
use crate::projector::Applied;

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
    in_time(connect).await
}

/// The pool for everything short: read tables are found without naming their schema.
pub fn pool(options: &PgConnectOptions) -> PgPool {
    pool_that_looks(options, None)
}

/// The same for a node that answers from the read tables: each new connection looks where they are, since it
/// may be one after a crash.
pub fn pool_of_node(options: &PgConnectOptions, applied: Applied) -> PgPool {
    pool_that_looks(options, Some(applied))
}

fn pool_that_looks(options: &PgConnectOptions, applied: Option<Applied>) -> PgPool {
    PgPoolOptions::new()
        .max_connections(limits::POOL_CONNECTIONS)
        .acquire_timeout(Duration::from_secs(limits::CONNECT_TIMEOUT_S))
        // Asking a connection whether it lives takes as long as most questions do.
        .test_before_acquire(false)
        .before_acquire(|connection, state| {
            Box::pin(async move {
                if state.idle_for >= Duration::from_millis(limits::POOL_TRUST_MS) {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_connect(move |connection, _| {
            let applied = applied.clone();
            Box::pin(async move {
                connection.execute(limits::POOL_SESSION).await?;
                match applied {
                    Some(applied) => applied.look(connection).await,
                    None => Ok(()),
                }
            })
        })
        .connect_lazy_with(options.clone())
}

/// The one connection of a listener. While the database is away its maker tries again by itself, so the bound is
/// also how long the rest of a loop waits for it.
pub fn listener_pool(options: &PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(1)
        .acquire_timeout(Duration::from_secs(limits::CONNECT_TIMEOUT_S))
        .connect_lazy_with(options.clone())
}

/// The answer to something small, within a bound of time: a network that swallows packets must not hold a task
/// for as long as TCP keeps trying. The connection is not to be used again after the bound.
///
/// # Errors
/// When the database does not answer.
pub async fn in_time<T>(question: impl Future<Output = sqlx::Result<T>>) -> sqlx::Result<T> {
    let bound = Duration::from_secs(limits::CONNECT_TIMEOUT_S);
    tokio::time::timeout(bound, question).await.map_err(|_| sqlx::Error::PoolTimedOut)?
}

/// Whether an error says "not now" rather than "never like this": connection, resource and operator trouble,
/// lock and statement timeouts, a standby.
pub fn is_transient(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Database(database) => database.code().is_some_and(|code| {
            ["08", "53", "57", "40"].iter().any(|class| code.starts_with(class))
                || matches!(&*code, "55P03" | "25006")
        }),
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => true,
        _ => false,
    }
}

/// Refuses a pooler that gives a session to whoever asks next (PgBouncer's transaction mode): the lead of the
/// projections, notices and settings go with a session of one's own.
async fn require_own_sessions(options: &PgConnectOptions) -> sqlx::Result<()> {
    let (mut first, mut second) = (options.connect().await?, options.connect().await?);
    let mut firsts = Vec::new();
    for _ in 0..limits::SESSION_PROBES {
        let seen = (session_of(&mut first).await?, session_of(&mut second).await?);
        firsts.push(seen.0);
        if seen.0 == seen.1 || firsts.first() != Some(&seen.0) {
            return Err(sqlx::Error::Configuration(
                "between this program and Postgres is a pooler that shares sessions, such as PgBouncer in transaction \
                 mode: name Postgres itself in DATABASE_URL, or set pool_mode = session"
                    .into(),
            ));
        }
    }
    Ok(())
}

/// Which server process answers; asked without preparing anything, which such a pooler may not be able to.
async fn session_of(connection: &mut PgConnection) -> sqlx::Result<i32> {
    connection.fetch_one("SELECT pg_backend_pid()").await?.try_get(0)
}

/// Brings the schema up to this build.
///
/// # Errors
/// When the database does not answer, holds migrations that this build does not know, or is reached through a
/// pooler that shares sessions.
pub async fn migrate(options: &PgConnectOptions) -> Result<(), sqlx::migrate::MigrateError> {
    in_time(require_own_sessions(options)).await?;
    let mut connection = in_time(options.connect()).await?;
    sqlx::migrate!("./migrations").run(&mut connection).await
}
