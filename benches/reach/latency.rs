//! One writer alone.

use std::time::{Duration, Instant};

use aggregates::brands::{Brand, BrandCommand, BrandDetails};
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
    insert::latencies(&mut connection, Duration::from_millis(500)).await?;
    for _ in 0..plan.rounds {
        rounds.ours(median(&latencies(&store, id, &mut count, plan.span).await?));
        rounds.bare(median(&insert::latencies(&mut connection, plan.span).await?));
    }
    report.ratio("one writer alone, median", "µs", "a bare insert by sqlx", &rounds, Target::AtMost(2.0));
    Ok(())
}

fn context() -> Context {
    Context::system("bench", "bench", Uuid::now_v7().to_string())
}

async fn latencies(store: &Store, id: Uuid, count: &mut usize, span: Duration) -> anyhow::Result<Vec<f64>> {
    let mut taken = Vec::new();
    let end = Instant::now() + span;
    while Instant::now() < end {
        *count += 1;
        let began = Instant::now();
        store.execute::<Brand>(&id.to_string(), writers::change(*count), &context()).await?;
        taken.push(began.elapsed().as_secs_f64() * 1e6);
    }
    Ok(taken)
}
