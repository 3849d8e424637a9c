//! A crawl of all goods from a shop next door, without a pace: how quick the pages are, and what each costs.

use std::fmt::Write;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use aggregates::Decider;
use aggregates::listings::{Listing, ListingCommand, ListingDetails};
use bytes::Bytes;
use serde::Deserialize;
use tidemark::app::App;
use tidemark::config::Config;
use tidemark::event_store::{Act, Context};
use uuid::Uuid;

use crate::Plan;
use crate::cluster::{Cluster, Database};
use crate::http::{self, Connection};
use crate::process::{Bare, Tidemark};
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median};

/// As many as the first clients watch.
const GOODS: usize = 5_576;
/// Listings registered in one append.
const AT_ONCE: usize = 1_000;
/// A goods page of the market that the first clients watch has some 200 KiB, mostly scripts and other goods.
const PAGE_BYTES: usize = 200 * 1024;
/// How long a crawl may take before something is wrong.
const BOUND: Duration = Duration::from_secs(600);

/// What the server says of a run.
#[derive(Deserialize)]
struct Status {
    running: bool,
    run_id: Option<Uuid>,
    checked: i64,
    failed: i64,
}

#[derive(Deserialize)]
struct Asked {
    run_id: Uuid,
}

#[derive(Deserialize)]
struct Answer<T> {
    data: T,
}

/// The page of goods that cost 3,280.
pub(crate) fn page() -> Bytes {
    let mut page = String::from(
        "<!doctype html><html lang=\"zh-TW\"><head><meta charset=\"utf-8\"><title>高山烏龍茶</title>\
         <meta property=\"og:title\" content=\"高山烏龍茶\"><meta property=\"product:price:amount\" content=\"3280\">\
         <meta property=\"product:price:currency\" content=\"TWD\">\
         <meta property=\"product:availability\" content=\"in stock\"></head><body><h1>高山烏龍茶</h1>",
    );
    let mut other = 0;
    while page.len() < PAGE_BYTES {
        other += 1;
        // Writing to a text cannot fail.
        let _ = write!(
            page,
            "<div class=\"goods\"><a href=\"/goods/{other}\"><img src=\"/pictures/{other}.jpg\" alt=\"\"></a>\
             <p>推薦商品 {other}</p><span>折扣 {}%</span></div><script>track({{\"id\":{other},\"list\":\"also\"}})</script>",
            other % 40
        );
    }
    page.push_str("</body></html>");
    Bytes::from(page)
}

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let database = cluster.database("crawl").await?;
    let shop = Bare::start("shop", None).await?;
    let listings = watched(&database, shop.address).await?;
    let settings = [("TIDEMARK_CRAWL_ALLOW_PRIVATE", "true"), ("TIDEMARK_CRAWL_RATE_PER_S", "0")];
    let server = Tidemark::with(cluster, &database, &settings).await?;
    // The first crawl tells every price, the others find it as it was.
    let first = crawl(&server, &listings).await?;
    let (mut rounds, mut cost_us) = (Rounds::default(), Vec::new());
    for _ in 0..plan.rounds {
        let crawled = crawl(&server, &listings).await?;
        rounds.ours(crawled.rate);
        cost_us.push(crawled.cost_us);
        rounds.bare(fetched(shop.address, plan.span).await?);
    }
    let what = format!("crawl of {GOODS} pages of 200 KiB of one shop, no pace, prices as they were");
    let beside = "32 clients who only fetch them";
    report.ratio(&what, "pages/s", beside, &rounds, Target::None);
    let cost = "the same, processor time of the server a page";
    report.figure(cost, median(&cost_us), "µs", "", Target::None);
    let what = "the first crawl, which tells each price";
    report.figure(what, first.rate, "pages/s", "one round", Target::None);
    report.figure("the same, processor time a page", first.cost_us, "µs", "one round", Target::None);
    shop.stop().await?;
    server.stop().await
}

/// Begins to watch all goods of the shop; their numbers.
async fn watched(database: &Database, shop: SocketAddr) -> anyhow::Result<Vec<i64>> {
    let config = Config::read(|_| None).map_err(|errors| anyhow::anyhow!(errors.join("; ")))?;
    let app = App::start(config, database.options.clone()).await?;
    let context = Context::system("bench", "bench", Uuid::now_v7().to_string());
    let (mut numbers, mut position) = (Vec::new(), 0);
    while numbers.len() < GOODS {
        let some = app.store.next_numbers(Listing::KIND, AT_ONCE.min(GOODS - numbers.len())).await?;
        let mut act = Act::new();
        for number in &some {
            let details = ListingDetails {
                url: Some(format!("http://{shop}/goods/{number}")),
                product_id: Some(format!("G{number}")),
                ..ListingDetails::default()
            };
            let number = *number;
            act.create::<Listing>(number.to_string(), ListingCommand::Register { number, details });
        }
        position = app.store.execute_all(act, &context).await?.position;
        numbers.extend(some);
    }
    anyhow::ensure!(app.projector.wait(position, Duration::from_secs(60)).await, "the tables lag");
    app.shut_down().await;
    Ok(numbers)
}

struct Crawled {
    /// Pages a second, from the request to the end of the run.
    rate: f64,
    /// Processor time of the server a page, in microseconds.
    cost_us: f64,
}

/// One run over all of them.
async fn crawl(server: &Tidemark, listings: &[i64]) -> anyhow::Result<Crawled> {
    let mut connection = Connection::open(server.address).await?;
    let body = serde_json::json!({ "listing_ids": listings }).to_string();
    let ask = http::request("POST", "/api/run_task", &server.token, &body);
    let (began, used) = (Instant::now(), server.processor_s()?);
    let asked: Answer<Asked> = serde_json::from_slice(connection.ask_well(&ask).await?)?;
    let look = http::get("/api/system/crawler/status", &server.token);
    loop {
        let status: Answer<Status> = serde_json::from_slice(connection.ask_well(&look).await?)?;
        let Status { running, run_id, checked, failed } = status.data;
        if !running && run_id == Some(asked.data.run_id) {
            anyhow::ensure!(
                failed == 0 && usize::try_from(checked) == Ok(GOODS),
                "{failed} of {checked} pages failed"
            );
            break;
        }
        anyhow::ensure!(began.elapsed() < BOUND, "the crawl has no end: {checked} pages so far");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let pages = GOODS as f64;
    let (took, used) = (began.elapsed().as_secs_f64(), server.processor_s()? - used);
    Ok(Crawled { rate: pages / took, cost_us: used * 1e6 / pages })
}

/// Pages a second that clients get who do nothing with them.
async fn fetched(shop: SocketAddr, span: Duration) -> anyhow::Result<f64> {
    let request = http::get("/goods/1", "");
    http::requests_per_second(shop, request, tidemark::limits::CRAWL_REQUESTS_UNPACED, span).await
}
