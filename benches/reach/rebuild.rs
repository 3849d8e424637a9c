//! Rebuilding the campaigns' read tables with the server's own job.

use std::time::Duration;

use anyhow::bail;
use sqlx::postgres::PgConnection;
use tidemark::event_store::Store;

use crate::cluster::{Cluster, Database};
use crate::http::{self, Connection};
use crate::process::Tidemark;
use crate::report::{Report, Target};
use crate::rounds::median;
use crate::{Plan, history, writers};

/// Campaigns that are polled in turn; then the next so many begin.
const CAMPAIGNS_AT_ONCE: usize = 4_000;
const GROUP_EVENTS: usize = CAMPAIGNS_AT_ONCE * history::VISITS * history::VISIT_EVENTS;
const REQUESTS_AT_ONCE: usize = 2_000;

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("rebuild").await?;
    let store = writers::store(&database).await?;
    let (few, many) = (1, if plan.is_quick { 3 } else { 10 });
    let small = measure(cluster, &database, &store, 0..few, plan.rounds).await?;
    let large = measure(cluster, &database, &store, few..many, plan.rounds).await?;
    let what = format!("rebuild of campaigns from {} events", many * GROUP_EVENTS);
    report.figure(&what, large.rate, "events/s", "", Target::AtLeast(100_000.0));
    let small_rate = format!("{:.0} events/s at {}", small.rate, few * GROUP_EVENTS);
    let growth = (small.rate / large.rate - 1.0) * 100.0;
    report.figure(
        "cost of an event more than in a short log",
        growth,
        "%",
        &small_rate,
        Target::AtMost(20.0),
    );
    let peak = format!("{:.0} MiB at {}", small.peak_mib, few * GROUP_EVENTS);
    report.figure(
        "peak memory of the server, more",
        large.peak_mib - small.peak_mib,
        "MiB",
        &peak,
        Target::AtMost(32.0),
    );
    Ok(())
}

struct Measured {
    /// Events a second.
    rate: f64,
    peak_mib: f64,
}

async fn measure(
    cluster: &Cluster,
    database: &Database,
    store: &Store,
    groups: std::ops::Range<usize>,
    rounds: usize,
) -> anyhow::Result<Measured> {
    let mut connection = database.connect().await?;
    let campaigns = groups.end * CAMPAIGNS_AT_ONCE;
    for group in groups {
        make_group(store, group).await?;
    }
    skip_to_head(&mut connection).await?;
    let server = Tidemark::start(cluster, database).await?;
    let mut rates = Vec::new();
    for _ in 0..rounds {
        let seconds = rebuild(&server, &mut connection).await?;
        rates.push((campaigns * history::VISITS * history::VISIT_EVENTS) as f64 / seconds);
        eprintln!(
            "  {:.0} events/s, peak {:.0} MiB",
            rates.last().unwrap_or(&0.0),
            server.memory()?.1 / 1024.0
        );
    }
    check(&mut connection, campaigns).await?;
    let peak_mib = server.memory()?.1 / 1024.0;
    server.stop().await?;
    Ok(Measured { rate: median(&rates), peak_mib })
}

/// Each campaign of the group is visited in turn, a poll's events together, as pollers do.
async fn make_group(store: &Store, group: usize) -> anyhow::Result<()> {
    for visit in 0..history::VISITS {
        let append = |number| async move {
            store.append(history::visit(group * CAMPAIGNS_AT_ONCE + number, visit)?).await?;
            Ok(())
        };
        history::all(CAMPAIGNS_AT_ONCE, REQUESTS_AT_ONCE, append).await?;
    }
    Ok(())
}

/// Live tables need not have followed: the rebuild fills them.
async fn skip_to_head(connection: &mut PgConnection) -> anyhow::Result<()> {
    for projection in projections::all() {
        sqlx::query(
            "INSERT INTO checkpoints (projection, version, position) SELECT $1, $2, position FROM log_head \
             ON CONFLICT (projection) DO UPDATE SET position = excluded.position",
        )
        .bind(projection.name())
        .bind(projection.version())
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

/// How long the job took, in seconds, from its start to its swap.
async fn rebuild(server: &Tidemark, connection: &mut PgConnection) -> anyhow::Result<f64> {
    let ask = http::request("POST", "/api/admin/projections/campaigns/rebuild", &server.token, "{}");
    Connection::open(server.address).await?.ask_well(&ask).await?;
    for _ in 0..6_000 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        let (state, seconds): (String, Option<f64>) = sqlx::query_as(
            "SELECT state, extract(epoch FROM finished_at - started_at)::float8 FROM projection_jobs \
             WHERE kind = 'rebuild' ORDER BY asked_at DESC LIMIT 1",
        )
        .fetch_one(&mut *connection)
        .await?;
        match (state.as_str(), seconds) {
            ("done", Some(seconds)) => return Ok(seconds),
            ("queued" | "running", _) => {}
            (other, _) => bail!("the rebuild ended as {other}"),
        }
    }
    bail!("the rebuild does not end");
}

async fn check(connection: &mut PgConnection, campaigns: usize) -> anyhow::Result<()> {
    let found: (i64, i64, i64) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM read.campaigns), (SELECT count(*) FROM read.campaigns WHERE status = 'completed'), \
             (SELECT count(*) FROM read.campaign_creators)",
    )
    .fetch_one(connection)
    .await?;
    let expected = i64::try_from(campaigns)?;
    let creators = i64::try_from(campaigns * history::CREATORS)?;
    anyhow::ensure!(found == (expected, expected, creators), "the rebuilt tables are wrong: {found:?}");
    Ok(())
}
