//! One writer alone.

use std::time::{Duration, Instant};

use aggregates::brands::{Brand, BrandCommand, BrandDetails};
use sqlx::postgres::PgConnection;
use tidemark::event_store::{Context, Store};
use uuid::Uuid;

use crate::cluster::Cluster;
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median};
use crate::{Plan, insert, writers};

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("latency").await?;
    insert::make_table(&database).await?;
    let store = writers::store(&database).await?;
    let mut connection = database.connect().await?;
    let id = Uuid::now_v7();
    let details = BrandDetails { name: "Tea house".to_owned(), ..BrandDetails::default() };
    let create = BrandCommand::Create { id, details, figures: Default::default() };
    store.create::<Brand>(&id.to_string(), create, &context()).await?;
    let mut count = 0;
    let mut rounds = Rounds::default();
    latencies(&store, id, &mut count, Duration::from_millis(500)).await?;
    (connection, _) = bare(connection, Duration::from_millis(500)).await?;
    for _ in 0..plan.rounds {
        rounds.ours(median(&latencies(&store, id, &mut count, plan.span).await?));
        let taken;
        (connection, taken) = bare(connection, plan.span).await?;
        rounds.bare(median(&taken));
    }
    report.ratio("one writer alone, median", "µs", "a bare insert by sqlx", &rounds, Target::AtMost(2.0));
    Ok(())
}

async fn bare(mut connection: PgConnection, span: Duration) -> anyhow::Result<(PgConnection, Vec<f64>)> {
    let inserting = async move {
        let taken = insert::latencies(&mut connection, span).await?;
        anyhow::Ok((connection, taken))
    };
    tokio::spawn(inserting).await?
}

fn context() -> Context {
    Context::system("bench", "bench", Uuid::now_v7().to_string())
}

/// In a task, as a handler's would be; so is the bare insert.
async fn latencies(store: &Store, id: Uuid, count: &mut usize, span: Duration) -> anyhow::Result<Vec<f64>> {
    let (store, mut number) = (store.clone(), *count);
    let task = tokio::spawn(async move {
        let mut taken = Vec::new();
        let end = Instant::now() + span;
        while Instant::now() < end {
            number += 1;
            let began = Instant::now();
            store.execute::<Brand>(&id.to_string(), writers::change(number), &context()).await?;
            taken.push(began.elapsed().as_secs_f64() * 1e6);
        }
        anyhow::Ok((taken, number))
    });
    let (taken, number) = task.await??;
    *count = number;
    Ok(taken)
}
