//! A shop that is open: brand, products, a campaign; and writes over HTTP that answer with the read model.

use std::time::{Duration, Instant};

use aggregates::brands::{Brand, BrandCommand, BrandDetails};
use aggregates::campaigns::{
    Campaign, CampaignCommand, CampaignDetails, CreatorPatch, CreatorReport, Results,
};
use aggregates::values::Status;
use rust_decimal::Decimal;
use tidemark::event_store::Context;
use uuid::Uuid;

use crate::cluster::{Cluster, Database};
use crate::http::{self, Connection};
use crate::process::Tidemark;
use crate::report::{Report, Target};
use crate::rounds::{Rounds, median};
use crate::{Plan, history, insert, writers};

const PRODUCTS: usize = 5_576;
const CREATORS: i64 = 5;

/// What is in the shop.
pub(crate) struct Shop {
    pub(crate) database: Database,
    pub(crate) product: Uuid,
    pub(crate) campaign: Uuid,
}

impl Shop {
    pub(crate) async fn open(cluster: &Cluster, name: &str) -> anyhow::Result<Self> {
        let database = cluster.database(name).await?;
        insert::make_table(&database).await?;
        let store = writers::store(&database).await?;
        let context = Context::system("bench", "bench", Uuid::now_v7().to_string());
        let (brand, campaign, product) =
            (Uuid::now_v7(), Uuid::now_v7(), history::time_ordered(PRODUCTS / 2));
        let details = BrandDetails { name: "Tea house".to_owned(), ..BrandDetails::default() };
        let create = BrandCommand::Create { id: brand, details, figures: Default::default() };
        store.create::<Brand>(&brand.to_string(), create, &context).await?;
        let streams = (0..PRODUCTS).map(|number| {
            let id = history::time_ordered(number);
            history::stream("product", id, 0, &[history::product(id, brand, number)])
        });
        store
            .append(history::request(streams.collect::<Result<_, _>>()?, vec![format!("brand:{brand}")]))
            .await?;
        store.create::<Campaign>(&campaign.to_string(), begin(campaign, brand), &context).await?;
        store.execute::<Campaign>(&campaign.to_string(), report(), &context).await?;
        Ok(Self { database, product, campaign })
    }

    /// A request that changes the campaign.
    pub(crate) fn change(&self, server: &Tidemark, number: usize) -> Vec<u8> {
        let body = format!(r#"{{"gmv_achieved":"{number}.50"}}"#);
        http::request("PATCH", &format!("/api/campaigns/{}/", self.campaign), &server.token, &body)
    }
}

fn begin(id: Uuid, brand: Uuid) -> CampaignCommand {
    let details = CampaignDetails {
        name: "Tea week".to_owned(),
        description: Some("Short films of the first flush".to_owned()),
        dataset_id: "dataset-1".to_owned(),
        ..CampaignDetails::default()
    };
    CampaignCommand::Create {
        id,
        brand,
        details,
        status: Status::InProgress,
        results: Results::default(),
        link_product: Vec::new(),
        figures: Default::default(),
    }
}

fn report() -> CampaignCommand {
    let creators = (0..CREATORS).map(|number| CreatorReport {
        creator_id: format!("creator-{number}"),
        patch: CreatorPatch {
            name: Some(Some(format!("Creator {number}"))),
            followers: Some(12_000 + number),
            gmv_generated: Some(Decimal::new(123_400 + number, 2)),
            views_generated: Some(Decimal::from(56_000 + number)),
            pricing: Some(Decimal::new(25_000, 2)),
            ..CreatorPatch::default()
        },
    });
    CampaignCommand::Report { status: None, results: Default::default(), creators: creators.collect() }
}

pub(crate) async fn run(cluster: &Cluster, plan: Plan, report: &mut Report) -> anyhow::Result<()> {
    let shop = Shop::open(cluster, "writes").await?;
    let server = Tidemark::start(cluster, &shop.database).await?;
    let mut inserting = shop.database.connect().await?;
    let mut asking = Connection::open(server.address).await?;
    let (mut rounds, mut count) = (Rounds::default(), 0);
    latencies(&shop, &server, &mut asking, &mut count, Duration::from_secs(1)).await?;
    insert::latencies(&mut inserting, Duration::from_millis(500)).await?;
    for _ in 0..plan.rounds {
        rounds.ours(median(&latencies(&shop, &server, &mut asking, &mut count, plan.span).await?));
        rounds.bare(median(&insert::latencies(&mut inserting, plan.span).await?));
    }
    let what = "PATCH over HTTP, answered with its read model, one client, median";
    report.ratio(what, "µs", "a bare insert by sqlx", &rounds, Target::LessThan(5.0));
    server.stop().await
}

async fn latencies(
    shop: &Shop,
    server: &Tidemark,
    asking: &mut Connection,
    count: &mut usize,
    span: Duration,
) -> anyhow::Result<Vec<f64>> {
    let mut taken = Vec::new();
    let end = Instant::now() + span;
    while Instant::now() < end {
        *count += 1;
        let (request, expected) = (shop.change(server, *count), format!(r#""gmv_achieved":"{count}.50""#));
        let began = Instant::now();
        let body = asking.ask_well(&request).await?;
        taken.push(began.elapsed().as_secs_f64() * 1e6);
        anyhow::ensure!(std::str::from_utf8(body)?.contains(&expected), "an answer does not show its write");
    }
    Ok(taken)
}
