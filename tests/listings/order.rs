//! Observations in any order tell the same history.

use std::collections::BTreeMap;

use aggregates::Decider;
use aggregates::listings::{Listing, ListingCommand, ListingDetails, Observation};
use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::{observes, watches};
use crate::support::TestApp;

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::minutes(minute)
}

/// A listing, and the looks that confirmed something: what the book of observations tells.
#[derive(Default)]
struct Watched {
    listing: Listing,
    seen_at: Option<DateTime<Utc>>,
    confirmed: Vec<DateTime<Utc>>,
}

impl Watched {
    fn new() -> Self {
        let mut watched = Self::default();
        let details = ListingDetails::default();
        watched.does(ListingCommand::Register { number: 1, details });
        watched
    }

    fn does(&mut self, command: ListingCommand) -> usize {
        let events = self.listing.decide(command).unwrap();
        events.iter().for_each(|event| self.listing.evolve(event));
        events.len()
    }

    fn sees(&mut self, minute: i64, price: i64) {
        let observed_at = at(minute);
        let observation = Observation { price: Some(price.into()), observed_at, ..Observation::default() };
        let seen_again_at = self.confirmed.iter().copied().filter(|look| *look > observed_at).min();
        let (seen_at, now) = (self.seen_at, at(1_000_000));
        if self.does(ListingCommand::Observe { observation, seen_at, seen_again_at, now }) == 0 {
            self.confirmed.push(observed_at);
        }
        self.seen_at = self.seen_at.max(Some(observed_at));
    }

    fn price_at(&self, minute: i64) -> Option<Decimal> {
        self.listing.prices.at(at(minute)).and_then(|point| point.price)
    }
}

/// Looks at distinct minutes with few prices, and an order in which they arrive.
fn looks() -> impl Strategy<Value = Vec<(i64, i64)>> {
    prop::collection::btree_map(0_i64..60, 1_i64..4, 1..14)
        .prop_map(|looks| looks.into_iter().collect::<Vec<_>>())
        .prop_shuffle()
}

proptest! {
    #[test]
    fn every_look_is_what_the_history_tells_of_its_minute(looks in looks()) {
        let mut watched = Watched::new();
        looks.iter().for_each(|(minute, price)| watched.sees(*minute, *price));
        for (minute, price) in &looks {
            prop_assert_eq!(watched.price_at(*minute), Some(Decimal::from(*price)), "at {}", minute);
        }
    }

    #[test]
    fn a_second_time_the_same_looks_are_no_news(looks in looks()) {
        let mut watched = Watched::new();
        looks.iter().for_each(|(minute, price)| watched.sees(*minute, *price));
        let before = watched.listing.prices.clone();
        looks.iter().for_each(|(minute, price)| watched.sees(*minute, *price));
        prop_assert_eq!(&watched.listing.prices, &before);
    }
}

/// The same through the door: whatever the order and the bodies, the board shows the newest look, and no price is
/// told for a minute at which another was seen.
#[tokio::test]
async fn bodies_in_any_order_end_with_the_newest_price() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let looks = prop::collection::btree_map(0_i64..600, 1_i64..5, 40)
        .prop_map(|map| map.into_iter().collect::<Vec<_>>());
    let looks = looks.prop_shuffle().new_tree(&mut runner).unwrap().current();
    let time = |minute: i64| format!("2026-01-28 {:02}:{:02}", minute / 60, minute % 60);
    for body in looks.chunks(7) {
        let body: Value = body
            .iter()
            .map(|(minute, price)| json!({ "listing": id, "price": price, "observed_at": time(*minute) }))
            .collect();
        observes(&manager, body).await;
    }
    let sorted: BTreeMap<i64, i64> = looks.iter().copied().collect();
    let (newest, price) = sorted.last_key_value().unwrap();
    let listing = manager.get(&format!("/api/listings/{id}")).await.data();
    assert_eq!((&listing["price"], &listing["last_checked"]), (&json!(price), &json!(time(*newest))));
    let history = manager.get(&format!("/api/history/{id}")).await.json;
    for (minute, price) in &sorted {
        let entries = history.as_array().unwrap().iter();
        let told = entries.into_iter().find(|entry| entry["t"].as_str().unwrap() <= time(*minute).as_str());
        assert_eq!(told.unwrap()["p"], json!(price), "at {}", time(*minute));
    }
    app.finish().await;
}
