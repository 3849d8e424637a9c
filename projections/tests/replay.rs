//! Invariant: the rows are a function of the events alone, whatever the batches were.

use aggregates::brands::{Brand, BrandCommand, BrandFigure, BrandFigures, BrandPatch};
use aggregates::campaigns::{
    Campaign, CampaignCommand, CampaignFigures, CampaignPatch, CreatorPatch, CreatorReport, ResultsPatch,
};
use aggregates::products::{Product, ProductCommand, ProductFigures, ProductPatch};
use aggregates::values::Status;
use projections::campaigns::{CreatorListView, creator_list, find_campaign};
use projections::{ApplyError, Versioned};
use rust_decimal::Decimal;
use sqlx::Executor;
use uuid::Uuid;

use crate::support::{History, House, followed, tables};

/// Choices without chance: the same on each run.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from((self.0 >> 33) % bound as u64).unwrap()
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }
}

/// Much that may happen to few brands, products and campaigns, in a wild order.
fn busy_history(acts: usize, seed: u64) -> History {
    let (mut history, mut choices) = (History::default(), Choices(seed));
    let (mut brands, mut products, mut campaigns) = (Vec::new(), Vec::new(), Vec::new());
    for act in 0..acts {
        brands.retain(|id: &Uuid| history.state::<Brand>(&id.to_string()).1.is_active);
        products.retain(|id: &Uuid| history.state::<Product>(&id.to_string()).1.is_active);
        campaigns.retain(|id: &Uuid| history.state::<Campaign>(&id.to_string()).1.is_active);
        if brands.len() < 3 {
            brands.push(history.brand(&format!("brand {act}")));
        }
        let brand = choices.one(&brands);
        if products.len() < 5 {
            products.push(history.product(brand, &format!("product {act}")));
        } else if campaigns.len() < 5 {
            campaigns.push(history.campaign(brand, &format!("campaign {act}"), &[]));
        } else {
            let (product, campaign) = (choices.one(&products), choices.one(&campaigns));
            something(&mut history, &mut choices, act, (brand, product, campaign));
        }
    }
    history
}

/// One act, which the rules may forbid: then nothing happens.
fn something(history: &mut History, choices: &mut Choices, act: usize, ids: (Uuid, Uuid, Uuid)) {
    let (brand, product_id, campaign) = ids;
    let of_campaign =
        |history: &mut History, command| history.execute::<Campaign>(&campaign.to_string(), command);
    let outcome = match choices.below(100) {
        0 => history.execute::<Brand>(&brand.to_string(), BrandCommand::Delete),
        1..3 => history.execute::<Product>(&product_id.to_string(), ProductCommand::Delete),
        3..5 => of_campaign(history, CampaignCommand::Delete),
        5..10 => {
            let value = (act.is_multiple_of(2)).then(|| Decimal::from(act));
            let figures = BrandFigures::from([(BrandFigure::CreatorsCount, value)]);
            let patch = BrandPatch { category: Some(Some(format!("{act}"))), ..BrandPatch::default() };
            history.execute::<Brand>(&brand.to_string(), BrandCommand::Change { patch, figures })
        }
        10..20 => {
            let brand = (act.is_multiple_of(2)).then_some(brand);
            let patch = ProductPatch { stock: Some(5), ..ProductPatch::default() };
            let command = ProductCommand::Change { brand, patch, figures: ProductFigures::new() };
            history.execute::<Product>(&product_id.to_string(), command)
        }
        20..50 => of_campaign(history, CampaignCommand::AddProduct { product_id }),
        50..57 => of_campaign(history, CampaignCommand::RemoveProduct { product_id }),
        57..75 => of_campaign(history, change(choices, act, brand)),
        _ => of_campaign(history, report(choices, act)),
    };
    // A refusal is as good: it appends nothing.
    drop(outcome);
}

fn change(choices: &mut Choices, act: usize, brand: Uuid) -> CampaignCommand {
    CampaignCommand::Change {
        brand: (choices.below(4) == 0).then_some(brand),
        patch: CampaignPatch { budget: Some(Some(format!("{act}"))), ..CampaignPatch::default() },
        status: Some(choices.one(&Status::ALL)),
        results: ResultsPatch { gmv_achieved: Some(Some(format!("${act}"))), ..ResultsPatch::default() },
        link_product: None,
        figures: CampaignFigures::new(),
        strict_status: false,
    }
}

fn report(choices: &mut Choices, act: usize) -> CampaignCommand {
    let creators = (0..3).map(|_| CreatorReport {
        creator_id: format!("creator {}", choices.below(8)),
        patch: CreatorPatch { followers: i64::try_from(act).ok(), ..CreatorPatch::default() },
    });
    let (status, creators) = (None, creators.collect());
    CampaignCommand::Report { status, results: ResultsPatch::default(), creators }
}

/// The tables that a busy history fills.
const BUSY_TABLES: [&str; 5] = ["brands", "products", "campaigns", "campaign_products", "campaign_creators"];

#[tokio::test]
async fn batches_of_any_size_give_identical_rows() {
    let history = busy_history(2_000, 7);
    let one_by_one = House::after(&history).await.rows().await;
    for table in BUSY_TABLES {
        let count = one_by_one.iter().filter(|(of, _)| *of == table).count();
        assert!(count >= 10, "{table} has {count} rows: too little to prove anything");
    }
    for batch_size in [7, 500, usize::MAX] {
        let house = House::new().await;
        house.fold(&history, batch_size).await.unwrap();
        let rows = house.rows().await;
        for (expected, row) in one_by_one.iter().zip(&rows) {
            assert_eq!(expected, row, "in batches of {batch_size}");
        }
        assert_eq!(one_by_one.len(), rows.len());
    }
}

#[tokio::test]
async fn rows_say_what_the_folded_states_say() {
    let history = busy_history(2_000, 3);
    let house = House::after(&history).await;
    let in_brand = |campaign: &Campaign, product: &Uuid| {
        let (_, product) = history.state::<Product>(&product.to_string());
        product.is_active && product.brand == campaign.brand
    };
    let mut links = 0;
    for campaign in history.states::<Campaign>() {
        let shown = find_campaign(&house.pool, campaign.id).await.unwrap();
        let is_live = campaign.is_active && history.state::<Brand>(&campaign.brand.to_string()).1.is_active;
        assert_eq!(shown.is_some(), is_live);
        let Some(Versioned { view, .. }) = shown else { continue };
        let linked = campaign.link_product.iter().copied().filter(|product| in_brand(campaign, product));
        assert_eq!(view.link_product, linked.collect::<Vec<_>>());
        assert_eq!((view.brand, view.status), (campaign.brand, campaign.status.code()));
        assert_eq!(view.budget, campaign.details.budget);
        assert_eq!(view.gmv_achieved, campaign.results.gmv_achieved);
        let list = creator_list(&house.pool, campaign.id).await.unwrap().unwrap();
        assert_eq!(list.view, CreatorListView::of(campaign, None));
        links += view.link_product.len();
    }
    assert!(links > 0);
}

#[tokio::test]
async fn a_rebuild_beside_the_live_tables_gives_identical_rows_and_leaves_them_alone() {
    let history = busy_history(300, 11);
    let house = House::after(&history).await;
    let live = house.rows().await;
    house.pool.execute("CREATE SCHEMA rebuilt").await.unwrap();
    for table in tables() {
        let sql = format!("CREATE TABLE rebuilt.{table} (LIKE read.{table} INCLUDING ALL)");
        house.pool.execute(sql.as_str()).await.unwrap();
    }
    // One connection, which has prepared its statements for the live tables already.
    let mut connection = house.pool.acquire().await.unwrap();
    connection.execute("SET search_path = rebuilt").await.unwrap();
    for projection in projections::all() {
        let events = followed(&*projection, history.events());
        projection.apply(&mut connection, &events).await.unwrap();
    }
    drop(connection);
    for table in tables() {
        let sql = format!(
            "SELECT count(*) FROM (
                (TABLE read.{table} EXCEPT TABLE rebuilt.{table})
                UNION ALL (TABLE rebuilt.{table} EXCEPT TABLE read.{table})
            ) different"
        );
        let different: i64 = sqlx::query_scalar(&sql).fetch_one(&house.pool).await.unwrap();
        assert_eq!(different, 0, "{table}");
    }
    assert_eq!(house.rows().await, live);
    assert!(live.len() > 20);
}

#[tokio::test]
async fn an_event_that_cannot_be_applied_is_named() {
    let unknown = r#"{"CampaignChanged": {"changes": {"status": 5, "name": 7}}}"#;
    let orphan = r#"{"CampaignDeleted": {}}"#;
    for (json, event_type, because) in
        [(unknown, "CampaignChanged", "expected a string"), (orphan, "CampaignDeleted", "nothing is known")]
    {
        let mut history = History::default();
        history.brand("Tea");
        let stream = history.new_id();
        history.append_raw("campaign", stream, 2, event_type, json);
        let house = House::new().await;
        match house.fold(&history, 10).await {
            Err(ApplyError::Unreadable { position: 2, reason }) => {
                assert!(reason.contains(because), "{reason}")
            }
            other => panic!("{other:?}"),
        }
    }
}
