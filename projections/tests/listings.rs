//! Listings: the rows are a function of the events alone, and say what the streams say.

use aggregates::listings::Listing;
use projections::listings::{known_listings, timeline};
use sqlx::Row;

use crate::busy::{self, LISTINGS, Listings};
use crate::support::{History, House};

fn busy_history(acts: usize, seed: u64) -> History {
    busy::history(vec![Box::new(Listings)], acts, seed)
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
