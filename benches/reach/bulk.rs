//! One atomic append of many events to as many streams.

use std::time::Instant;

use aggregates::brands::BrandEvent;
use tidemark::event_store::Store;
use uuid::Uuid;

use crate::cluster::Cluster;
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median};
use crate::{Plan, history, insert, writers};

const EVENTS: usize = 10_000;
const REPEATS: usize = 7;

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("bulk").await?;
    insert::make_table(&database).await?;
    let store = writers::store(&database).await?;
    let mut connection = database.connect().await?;
    let mut rounds = Rounds::default();
    ours(&store).await?;
    insert::many(&mut connection, &payloads()).await?;
    for _ in 0..plan.rounds {
        let (mut appended, mut inserted) = (Vec::new(), Vec::new());
        for _ in 0..REPEATS {
            appended.push(ours(&store).await?);
            let payloads = payloads();
            let began = Instant::now();
            insert::many(&mut connection, &payloads).await?;
            inserted.push(EVENTS as f64 / began.elapsed().as_secs_f64());
        }
        rounds.ours(median(&appended));
        rounds.bare(median(&inserted));
    }
    let what = "one atomic append of 10,000 events to 10,000 streams";
    report.ratio(what, "rows/s", "a bare UNNEST insert", &rounds, Target::AtLeast(0.5));
    Ok(())
}

fn payloads() -> Vec<String> {
    vec![insert::PAYLOAD.to_owned(); EVENTS]
}

async fn ours(store: &Store) -> anyhow::Result<f64> {
    let event: BrandEvent = serde_json::from_str(insert::PAYLOAD)?;
    let streams =
        (0..EVENTS).map(|_| history::stream("brand", Uuid::now_v7(), 0, std::slice::from_ref(&event)));
    let request = history::request(streams.collect::<Result<_, _>>()?, Vec::new());
    let began = Instant::now();
    store.append(request).await?;
    Ok(EVENTS as f64 / began.elapsed().as_secs_f64())
}
