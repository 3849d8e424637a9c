//! Many writers, each its own command, one event a command, on new and existing streams.

use std::sync::Arc;
use std::time::{Duration, Instant};

use aggregates::brands::{Brand, BrandCommand, BrandDetails, BrandPatch};
use sqlx::PgPool;
use tidemark::app::App;
use tidemark::config::Config;
use tidemark::event_store::{Context, Store};
use uuid::Uuid;

use crate::Plan;
use crate::cluster::{Cluster, Database};
use crate::insert;
use crate::report::{Report, Target};
use crate::rounds::Rounds;
use crate::stock::Stock;

const WRITERS: usize = 64;
/// Every so many commands of a writer begin a stream.
const STREAM_EVENTS: usize = 10;

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("writers").await?;
    insert::make_table(&database).await?;
    let store = store(&database).await?;
    let stock = Arc::new(Stock::start(&database).await?);
    let (mut by_stock, mut by_bare, mut who) = (Rounds::default(), Rounds::default(), "");
    ours(&store, Duration::from_secs(1)).await?;
    for _ in 0..plan.rounds {
        by_stock.bare(theirs(&stock, plan.span).await?);
        let rate = ours(&store, plan.span).await?;
        by_stock.ours(rate);
        by_bare.ours(rate);
        let (rate, by) = insert::throughput(&database, WRITERS, plan.span).await?;
        by_bare.bare(rate);
        who = by;
    }
    let what = "64 writers, one event a command";
    report.ratio(what, "events/s", "stock cqrs-es + postgres-es", &by_stock, Target::AtLeast(10.0));
    report.ratio(what, "events/s", who, &by_bare, Target::MoreThan(1.0));
    let projected = with_projector(cluster, plan).await?;
    report.figure("the same while read tables follow", projected, "events/s", "", Target::None);
    Ok(())
}

/// A store without anything that follows it.
pub(crate) async fn store(database: &Database) -> anyhow::Result<Store> {
    let pool: PgPool = tidemark::database::pool(&database.options);
    Ok(Store::start(&database.options, pool, |_| Arc::new(|_| {})).await?)
}

/// The writers beside a whole node, whose projector follows them.
async fn with_projector(cluster: &Cluster, plan: Plan) -> anyhow::Result<f64> {
    let database = cluster.database("projected").await?;
    let config = Config::read(|_| None).map_err(|errors| anyhow::anyhow!(errors.join("; ")))?;
    let app = App::start(config, database.options.clone()).await?;
    ours(&app.store, Duration::from_secs(1)).await?;
    let rate = ours(&app.store, plan.span).await?;
    app.shut_down().await;
    Ok(rate)
}

async fn ours(store: &Store, span: Duration) -> anyhow::Result<f64> {
    let store = store.clone();
    events_per_second(span, move |id, command, is_new| {
        let store = store.clone();
        async move {
            let context = Context::system("bench", "bench", Uuid::now_v7().to_string());
            let outcome = match is_new {
                true => store.create::<Brand>(&id.to_string(), command, &context).await?,
                false => store.execute::<Brand>(&id.to_string(), command, &context).await?,
            };
            anyhow::ensure!(outcome.appended == 1, "a command appended {} events", outcome.appended);
            Ok(())
        }
    })
    .await
}

async fn theirs(stock: &Arc<Stock>, span: Duration) -> anyhow::Result<f64> {
    let stock = stock.clone();
    events_per_second(span, move |id, command, _| {
        let stock = stock.clone();
        async move { stock.execute(&id.to_string(), command).await }
    })
    .await
}

async fn events_per_second<F, E>(span: Duration, execute: E) -> anyhow::Result<f64>
where
    E: Fn(Uuid, BrandCommand, bool) -> F + Clone + Send + 'static,
    F: Future<Output = anyhow::Result<()>> + Send,
{
    let began = Instant::now();
    let mut writers = tokio::task::JoinSet::new();
    for _ in 0..WRITERS {
        let execute = execute.clone();
        writers.spawn(async move {
            let (mut id, mut count) = (Uuid::nil(), 0);
            while began.elapsed() < span {
                let is_new = count % STREAM_EVENTS == 0;
                if is_new {
                    id = Uuid::now_v7();
                }
                execute(id, command(id, count, is_new), is_new).await?;
                count += 1;
            }
            anyhow::Ok(count)
        });
    }
    let counts: Vec<usize> = writers.join_all().await.into_iter().collect::<Result<_, _>>()?;
    Ok(counts.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64())
}

fn command(id: Uuid, count: usize, is_new: bool) -> BrandCommand {
    if is_new {
        let details = BrandDetails { name: format!("Tea house {id}"), ..BrandDetails::default() };
        return BrandCommand::Create { id, details, figures: Default::default() };
    }
    change(count)
}

/// A change of an existing brand that changes something.
pub(crate) fn change(count: usize) -> BrandCommand {
    let description = Some(Some(format!("leaves of the day, number {count}")));
    let patch = BrandPatch { description, ..BrandPatch::default() };
    BrandCommand::Change { patch, figures: Default::default() }
}
