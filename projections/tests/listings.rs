//! Listings: the rows are a function of the events alone, and say what the streams say.

use aggregates::listings::{Listing, ListingCommand, ListingDetails, ListingPatch, Observation};
use aggregates::observations::{BOOK, Looked, Observations, ObservationsCommand, Page};
use aggregates::values::StockStatus;
use chrono::{DateTime, Duration, Utc};
use projections::listings::{known_listings, timeline};
use sqlx::Row;

use crate::support::{History, House};

const LISTINGS: i64 = 6;

/// Choices without chance: the same on each run.
struct Choices(u64);

impl Choices {
    fn below(&mut self, bound: i64) -> i64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        i64::try_from(self.0 >> 33).unwrap() % bound
    }
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::minutes(minute)
}

/// Much that may happen to few listings, prices at any time among it.
fn busy_history(acts: i64, seed: u64) -> History {
    let (mut history, mut choices) = (History::default(), Choices(seed));
    for act in 0..acts {
        let number = choices.below(LISTINGS) + 1;
        let id = number.to_string();
        let category = Some(["tea", "cups"][usize::try_from(choices.below(2)).unwrap()].to_owned());
        let command = if history.state::<Listing>(&id).0 == 0 {
            let product_id = Some(format!("A{number}"));
            let name = Some(format!("烏龍 {act}"));
            let details = ListingDetails { product_id, name, category, ..ListingDetails::default() };
            ListingCommand::Register { number, details }
        } else {
            let source = "test".to_owned();
            match choices.below(40) {
                0..3 => ListingCommand::Delist { at: at(act * 10), source, evidence: None },
                3..5 => ListingCommand::Relist { at: at(act * 10), source },
                5 => ListingCommand::Remove,
                6..10 => {
                    let name = Some(Some(format!("茶 {act}")));
                    let patch = ListingPatch { name, category: Some(category), ..ListingPatch::default() };
                    ListingCommand::Change { patch }
                }
                10..18 => {
                    look(&mut history, &mut choices, act);
                    continue;
                }
                // Every third comes late.
                more => observe(&mut choices, act * 10 - if more % 3 == 0 { act * 4 } else { 0 }),
            }
        };
        // What the rules forbid does not happen.
        let _allowed_or_not = history.execute::<Listing>(&id, command);
    }
    history
}

fn observe(choices: &mut Choices, minute: i64) -> ListingCommand {
    let stock_status = (choices.below(4) == 0).then_some(StockStatus::OutOfStock);
    let observation = Observation {
        price: Some((100 + choices.below(3)).into()),
        observed_at: at(minute),
        stock_status,
        ..Observation::default()
    };
    ListingCommand::Observe { observation, seen_at: None, seen_again_at: None, now: at(1_000_000) }
}

fn look(history: &mut History, choices: &mut Choices, act: i64) {
    let mut some = || {
        let first = choices.below(LISTINGS) + 1;
        Looked::of((first..=LISTINGS.min(first + 1)).map(|number| (number, at(act * 10 + number))))
    };
    let page =
        Page { run: None, source: "test".to_owned(), confirmed: some(), gone: some(), ..Page::default() };
    history.execute::<Observations>(BOOK, ObservationsCommand::Take(page)).unwrap();
}

#[tokio::test]
async fn batches_of_any_size_give_the_same_rows() {
    for seed in 1..=3 {
        let history = busy_history(300, seed);
        let one_by_one = House::after(&history).await;
        let expected = one_by_one.rows().await;
        assert!(expected.len() > 100, "{} rows", expected.len());
        for size in [2, 7, 50, 1_000] {
            let house = House::new().await;
            house.fold(&history, size).await.unwrap();
            let rows = house.rows().await;
            let differing: Vec<_> = rows.iter().zip(&expected).filter(|(one, other)| one != other).collect();
            assert!(
                differing.is_empty() && rows.len() == expected.len(),
                "in batches of {size}: {differing:#?}"
            );
        }
    }
}

#[tokio::test]
async fn a_row_says_what_its_stream_says() {
    let history = busy_history(400, 9);
    let house = House::new().await;
    house.fold(&history, 11).await.unwrap();
    let numbers: Vec<i64> = (1..=LISTINGS).collect();
    let known = known_listings(&house.pool, &numbers, &[]).await.unwrap();
    assert_eq!(known.len(), numbers.len());
    for row in known {
        let (sequence, listing) = history.state::<Listing>(&row.number.to_string());
        let standing = listing.standing(row.standing.seen_at);
        assert_eq!((row.standing, row.sequence, row.is_active), (standing, sequence, listing.is_active));
        assert_eq!(timeline(&house.pool, row.number).await.unwrap(), listing.prices);
        let sql = "SELECT previous_price, changed_at FROM listings WHERE number = $1";
        let told = sqlx::query(sql).bind(row.number).fetch_one(&house.pool).await.unwrap();
        assert_eq!(told.get::<Option<_>, _>(0), listing.prices.previous_price());
        assert_eq!(told.get::<Option<_>, _>(1), listing.prices.in_force_since());
    }
}

#[tokio::test]
async fn counts_say_how_many_there_are() {
    let history = busy_history(400, 4);
    let house = House::after(&history).await;
    let wrong: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT category, status, count(*) AS listings FROM listings WHERE is_active \
         GROUP BY 1, 2) counted FULL JOIN listing_counts kept USING (category, status) \
         WHERE counted.listings IS DISTINCT FROM kept.listings",
    )
    .fetch_one(&house.pool)
    .await
    .unwrap();
    assert_eq!(wrong, 0);
}
