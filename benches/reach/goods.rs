//! Goods that are watched: observations by the thousand, and the board.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use aggregates::listings::{ListingDetails, Observation};
use chrono::{SubsecRound, Utc};
use rust_decimal::Decimal;
use sqlx::Executor;
use tidemark::app::App;
use tidemark::config::Config;
use tidemark::event_store::Context;
use tidemark::observations::{Intake, Look, Named, Sighting};
use uuid::Uuid;

use crate::cluster::{Cluster, Database};
use crate::http::{self, Connection};
use crate::process::{Bare, Tidemark};
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median, quantile};
use crate::{Plan, insert};

/// As many as the first clients watch.
const GOODS: usize = 5_576;
const BODY: usize = 1_000;
const CLIENTS: usize = 32;
/// Those who send observations at once.
const SENDERS: usize = 4;
const MANY: i64 = 1_000_000;

/// What may be asked of the board: each filter, and sorts of every kind.
const QUESTIONS: [&str; 8] = [
    "sort_by=id",
    "sort_by=price",
    "sort_by=price&order=desc",
    "sort_by=change_percent&order=desc",
    "sort_by=name&category=category-3",
    "sort_by=last_changed&order=desc",
    "filter=increase&sort_by=change_percent&order=desc",
    "q=goods-12",
];

/// A node in this process on a database of its own, with goods that all have a price.
struct Shop {
    app: App,
    database: Database,
}

impl Shop {
    async fn open(cluster: &Cluster, name: &str) -> anyhow::Result<Self> {
        let database = cluster.database(name).await?;
        let config = Config::read(|_| None).map_err(|errors| anyhow::anyhow!(errors.join("; ")))?;
        let app = App::start(config, database.options.clone()).await?;
        let shop = Self { app, database };
        shop.pass(100, true).await?;
        Ok(shop)
    }

    /// All goods once at a price, in bodies; the position of the last event.
    async fn pass(&self, price: i64, creates: bool) -> anyhow::Result<i64> {
        let mut position = 0;
        for first in (0..GOODS).step_by(BODY) {
            let now = Utc::now().trunc_subsecs(3);
            let body: Vec<Sighting> = (first..GOODS.min(first + BODY))
                .map(|number| sighting(number, price + number as i64, now, creates))
                .collect();
            let intake = Intake { run: None, source: "bench".to_owned(), creates, now };
            let report = self.app.observations.take(&body, &intake, &context()).await?;
            anyhow::ensure!(report.rejected.is_empty(), "{:?}", report.rejected.first());
            position = report.position;
        }
        Ok(position)
    }

    async fn shows(&self, position: i64) -> anyhow::Result<()> {
        anyhow::ensure!(self.app.projector.wait(position, Duration::from_secs(60)).await, "the tables lag");
        Ok(())
    }
}

/// A database in which all goods have a price.
pub(crate) async fn stocked(cluster: &Cluster, name: &str) -> anyhow::Result<Database> {
    let shop = Shop::open(cluster, name).await?;
    let Shop { app, database } = shop;
    app.shut_down().await;
    Ok(database)
}

fn context() -> Context {
    Context::system("bench", "bench", Uuid::now_v7().to_string())
}

fn sighting(number: usize, price: i64, observed_at: chrono::DateTime<Utc>, creates: bool) -> Sighting {
    let about = ListingDetails {
        name: Some(format!("goods-{number} 高山烏龍茶")),
        brand: Some(format!("brand-{}", number % 40)),
        category: Some(format!("category-{}", number % 12)),
        url: Some(format!("https://shop.example/goods/{number}")),
        ..ListingDetails::default()
    };
    let observation = Observation {
        price: Some(Decimal::from(price)),
        observed_at,
        source: "bench".to_owned(),
        ..Observation::default()
    };
    Sighting {
        index: number % BODY,
        listing: Named::Text(format!("G{number}")),
        look: Look::Seen(observation),
        about: creates.then(|| Box::new(about)),
    }
}

pub(crate) async fn observations(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let shop = Shop::open(cluster, "observations").await?;
    let mut rates = Vec::new();
    for _ in 0..plan.rounds {
        rates.push(unchanged(&shop, plan.span).await?);
    }
    let what = "observations, all unchanged, bodies of 1,000, in process";
    report.figure(what, median(&rates), "a second", "no bare counterpart", Target::AtLeast(100_000.0));

    insert::make_table(&shop.database).await?;
    let mut connection = shop.database.connect().await?;
    let (mut rounds, mut price) = (Rounds::default(), 100);
    for _ in 0..plan.rounds {
        rounds.ours(changed(&shop, plan.span, &mut price).await?);
        let (began, mut rows) = (Instant::now(), 0);
        while began.elapsed() < plan.span {
            insert::many(&mut connection, &vec![insert::PAYLOAD.to_owned(); BODY]).await?;
            rows += BODY;
        }
        rounds.bare(rows as f64 / began.elapsed().as_secs_f64());
    }
    let what = "observations, all changed, bodies of 1,000, read model included";
    report.ratio(what, "a second", "a bare UNNEST insert", &rounds, Target::AtLeast(0.4));
    let Shop { app, database } = shop;
    app.shut_down().await;

    let server = Tidemark::start(cluster, &database).await?;
    let mut rates = Vec::new();
    over_http(&server, price, Duration::from_millis(500)).await?;
    for _ in 0..plan.rounds {
        rates.push(over_http(&server, price, plan.span).await?);
    }
    let what = "observations, all unchanged, bodies of 1,000, over HTTP, 4 senders";
    report.figure(what, median(&rates), "a second", "no bare counterpart", Target::AtLeast(40_000.0));
    server.stop().await
}

async fn unchanged(shop: &Shop, span: Duration) -> anyhow::Result<f64> {
    let (began, mut taken, mut last) = (Instant::now(), 0, 0);
    while began.elapsed() < span {
        last = shop.pass(100, false).await?;
        taken += GOODS;
    }
    let rate = taken as f64 / began.elapsed().as_secs_f64();
    shop.shows(last).await?;
    Ok(rate)
}

async fn changed(shop: &Shop, span: Duration, price: &mut i64) -> anyhow::Result<f64> {
    let (began, mut taken, mut last) = (Instant::now(), 0, 0);
    while began.elapsed() < span {
        *price += 1;
        last = shop.pass(*price, false).await?;
        taken += GOODS;
    }
    shop.shows(last).await?;
    Ok(taken as f64 / began.elapsed().as_secs_f64())
}

async fn over_http(server: &Tidemark, price: i64, span: Duration) -> anyhow::Result<f64> {
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for sender in 0..SENDERS {
        let items: Vec<String> = (sender * BODY..(sender + 1) * BODY)
            .map(|number| format!(r#"{{"listing":"G{number}","price":{}}}"#, price + number as i64))
            .collect();
        let body = format!("[{}]", items.join(","));
        let request = http::request("POST", "/api/listings/observations", &server.token, &body);
        let address = server.address;
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut taken = 0_usize;
            while began.elapsed() < span {
                let answer = std::str::from_utf8(connection.ask_well(&request).await?)?;
                anyhow::ensure!(answer.contains(r#""confirmed":1000,"rejected":[]"#), "{answer}");
                taken += BODY;
            }
            anyhow::Ok(taken)
        });
    }
    let taken: Vec<usize> = tasks.join_all().await.into_iter().collect::<Result<_, _>>()?;
    Ok(taken.iter().sum::<usize>() as f64 / began.elapsed().as_secs_f64())
}

pub(crate) async fn board(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let shop = Shop::open(cluster, "board").await?;
    let position = shop.pass(90, false).await?;
    shop.shows(position).await?;
    let Shop { app, database } = shop;
    app.shut_down().await;
    let server = Tidemark::start(cluster, &database).await?;
    let bare = Bare::start("http", Some(&database)).await?;

    let (mut cold, mut warm) = (Rounds::default(), Rounds::default());
    let (mut p99, mut small) = (Vec::new(), Vec::new());
    for _ in 0..plan.rounds {
        let ours = ask(server.address, "/api/products", &server.token, true, plan.span).await?;
        let theirs = ask(bare.address, "/board", "", true, plan.span).await?;
        cold.ours(ours.rate);
        cold.bare(theirs.rate);
        p99.push(ours.p99_us);
        small.push(ours.median_us);
        let again = ask(server.address, "/api/products", &server.token, false, plan.span).await?;
        warm.ours(again.rate);
        warm.bare(theirs.rate);
    }
    let beside = "bare axum + sqlx, the same SQL";
    let what = "board: 50 of 5,576, any filter and sort, 32 clients, cold";
    report.ratio(what, "requests/s", beside, &cold, Target::AtLeast(0.8));
    report.figure("the same, 99 of 100 within", median(&p99), "µs", "cold", Target::None);
    let what = "board: 50 of 5,576, any filter and sort, 32 clients, repeated";
    report.ratio(what, "requests/s", beside, &warm, Target::AtLeast(5.0));
    bare.stop().await?;
    server.stop().await?;

    let many = if plan.is_quick { MANY / 5 } else { MANY };
    fill(&database, many).await?;
    let server = Tidemark::start(cluster, &database).await?;
    ask(server.address, "/api/products", &server.token, true, Duration::from_millis(500)).await?;
    let mut rounds = Rounds::default();
    for median_us in small {
        let large = ask(server.address, "/api/products", &server.token, true, plan.span).await?;
        rounds.ours(large.median_us);
        rounds.bare(median_us);
    }
    let what = format!("board: cold median at {many} listings");
    report.ratio(&what, "µs", "at 5,576", &rounds, Target::AtMost(2.0));
    server.stop().await
}

struct Asked {
    rate: f64,
    median_us: f64,
    p99_us: f64,
}

static ASKED: AtomicUsize = AtomicUsize::new(0);

/// All questions in turn by all clients. A parameter that nobody reads makes an address new, and so its answer cold.
async fn ask(
    address: std::net::SocketAddr,
    path: &'static str,
    token: &str,
    is_cold: bool,
    span: Duration,
) -> anyhow::Result<Asked> {
    let began = Instant::now();
    let mut tasks = tokio::task::JoinSet::new();
    for client in 0..CLIENTS {
        let token = token.to_owned();
        tasks.spawn(async move {
            let mut connection = Connection::open(address).await?;
            let mut taken = Vec::new();
            while began.elapsed() < span {
                let question = QUESTIONS[(client + taken.len()) % QUESTIONS.len()];
                let new = if is_cold { ASKED.fetch_add(1, Ordering::Relaxed) } else { 0 };
                let request = http::get(&format!("{path}?{question}&new={new}"), &token);
                let asked = Instant::now();
                connection.ask_well(&request).await?;
                taken.push(asked.elapsed().as_secs_f64() * 1e6);
            }
            anyhow::Ok(taken)
        });
    }
    let taken: Vec<Vec<f64>> = tasks.join_all().await.into_iter().collect::<Result<_, _>>()?;
    let taken = taken.concat();
    let rate = taken.len() as f64 / began.elapsed().as_secs_f64();
    Ok(Asked { rate, median_us: median(&taken), p99_us: quantile(&taken, 0.99) })
}

/// Rows beside those that the events made, up to `many`: only their number matters here.
async fn fill(database: &Database, many: i64) -> anyhow::Result<()> {
    let mut connection = database.connect().await?;
    let numbers = format!("generate_series(1000000, 1000000 + {many} - {GOODS} - 1) AS n");
    for sql in [
        format!(
            "INSERT INTO read.listings (number, product_id, name, brand, category, url, price, previous_price, \
             price_change, change_percent, stock_status, status, changed_at, point_at, seen_at, first_seen, \
             is_active, created_at, updated_at, own_position, own_sequence) \
             SELECT n, 'M' || n, 'more-' || n || ' 高山烏龍茶', 'brand-' || n % 40, 'category-' || n % 12, \
             'https://shop.example/more/' || n, n % 9000 + 1, n % 9000 + 2, -1, -round(100.0 / (n % 9000 + 2), 2), \
             'in_stock', 'active', now() - interval '3 days' - n * interval '1 ms', now() - interval '3 days', \
             now() - interval '3 days', now() - interval '4 days', true, now(), now(), 1, 1 FROM {numbers}"
        ),
        format!(
            "INSERT INTO read.listing_search SELECT n, 'more-' || n || ' 高山烏龍茶', \
             ARRAY['mo','or','re','e-','高','高山','山烏','烏龍','龍茶', left((n % 1000)::text, 2)] FROM {numbers}"
        ),
        format!(
            "INSERT INTO read.listing_counts SELECT 'category-' || n % 12, 'active', count(*) FROM {numbers} GROUP BY 1 \
             ON CONFLICT (category, status) DO UPDATE SET listings = listing_counts.listings + excluded.listings"
        ),
        "ANALYZE".to_owned(),
    ] {
        connection.execute(sql.as_str()).await?;
    }
    Ok(())
}
