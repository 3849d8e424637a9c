//! The bare insert: one row of a table with a number, a text and some JSON.

use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context;
use sqlx::Executor;
use sqlx::postgres::PgConnection;
use tokio::process::Command;

use crate::cluster::{Database, pgbench};

const TABLE: &str = "CREATE TABLE IF NOT EXISTS public.bare \
    (position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, payload json NOT NULL)";
const ONE: &str = "INSERT INTO public.bare (kind, payload) VALUES ($1, $2::json)";
const MANY: &str = "INSERT INTO public.bare (kind, payload) SELECT kind, payload::json \
    FROM UNNEST($1::text[], $2::text[]) AS rows(kind, payload)";

/// As large as the event that ours appends meanwhile.
pub(crate) const PAYLOAD: &str =
    r#"{"BrandChanged":{"changes":{"description":"leaves of the day, number 123456"}}}"#;

pub(crate) async fn make_table(database: &Database) -> anyhow::Result<()> {
    database.connect().await?.execute(TABLE).await?;
    Ok(())
}

pub(crate) async fn one(connection: &mut PgConnection) -> anyhow::Result<()> {
    sqlx::query(ONE).bind("brand").bind(PAYLOAD).execute(connection).await?;
    Ok(())
}

pub(crate) async fn many(connection: &mut PgConnection, payloads: &[String]) -> anyhow::Result<()> {
    let kinds = vec!["brand"; payloads.len()];
    sqlx::query(MANY).bind(kinds).bind(payloads).execute(connection).await?;
    Ok(())
}

/// The microseconds of one insert after another.
pub(crate) async fn latencies(connection: &mut PgConnection, span: Duration) -> anyhow::Result<Vec<f64>> {
    let mut taken = Vec::new();
    let end = Instant::now() + span;
    while Instant::now() < end {
        let began = Instant::now();
        one(connection).await?;
        taken.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(taken)
}

/// Rows a second by `clients` at once, each row its own transaction, and who sent them.
pub(crate) async fn throughput(
    database: &Database,
    clients: usize,
    span: Duration,
) -> anyhow::Result<(f64, &'static str)> {
    match pgbench() {
        Some(program) => {
            Ok((by_pgbench(database, &program, clients, span).await?, "pgbench, a bare row each"))
        }
        None => {
            Ok((by_sqlx(database, clients, span).await?, "sqlx clients, a bare row each (no pgbench here)"))
        }
    }
}

async fn by_pgbench(
    database: &Database,
    program: &std::path::Path,
    clients: usize,
    span: Duration,
) -> anyhow::Result<f64> {
    let script = tempfile::NamedTempFile::new()?;
    let insert = format!("INSERT INTO public.bare (kind, payload) VALUES ('brand', '{PAYLOAD}'::json);\n");
    std::fs::write(script.path(), insert)?;
    let output = Command::new(program)
        .args(["-n", "-M", "prepared", "-j", "2", "-c", &clients.to_string()])
        .args(["-T", &span.as_secs().max(1).to_string(), "-f"])
        .arg(script.path())
        .env("PGHOST", "127.0.0.1")
        .env("PGPORT", database.url.port().unwrap_or_default().to_string())
        .env("PGUSER", database.url.username())
        .env("PGPASSWORD", database.url.password().unwrap_or_default())
        .env("PGDATABASE", database.url.path().trim_start_matches('/'))
        .stdin(Stdio::null())
        .output()
        .await?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let rate = text.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok());
    rate.with_context(|| format!("pgbench: {}", String::from_utf8_lossy(&output.stderr)))
}

async fn by_sqlx(database: &Database, clients: usize, span: Duration) -> anyhow::Result<f64> {
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..clients {
        let mut connection = database.connect().await?;
        tasks.spawn(async move { latencies(&mut connection, span).await.map(|taken| taken.len()) });
    }
    let counts: Vec<usize> = tasks.join_all().await.into_iter().collect::<Result<_, _>>()?;
    Ok(counts.iter().sum::<usize>() as f64 / span.as_secs_f64())
}
