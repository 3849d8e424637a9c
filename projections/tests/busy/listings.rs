//! Listings, their prices at any time, late ones among them, and pages of the book of observations.

use aggregates::listings::{Listing, ListingCommand, ListingDetails, ListingPatch, Observation};
use aggregates::observations::{BOOK, Looked, Observations, ObservationsCommand, Page};
use aggregates::products::Product;
use aggregates::values::StockStatus;
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{Choices, Slice, may, number};
use crate::support::History;

/// How many listings there are.
pub(crate) const LISTINGS: i64 = 6;

/// Few listings with many prices.
pub(crate) struct Listings;

impl Slice for Listings {
    fn act(&mut self, history: &mut History, choices: &mut Choices, act: usize) {
        let id = choices.number(LISTINGS);
        let category = Some(choices.one(&["tea", "cups"]).to_owned());
        let (minute, source) = (number(act) * 10, "test".to_owned());
        let command = if history.state::<Listing>(&id.to_string()).0 == 0 {
            let (product_id, name) = (Some(format!("A{id}")), Some(format!("烏龍 {act}")));
            let details = ListingDetails { product_id, name, category, ..ListingDetails::default() };
            ListingCommand::Register { number: id, details }
        } else {
            match choices.below(40) {
                0..3 => ListingCommand::Delist { at: at(minute), source, evidence: None },
                3..5 => ListingCommand::Relist { at: at(minute), source },
                5 if choices.once_in(4) => ListingCommand::Remove,
                5..8 => ListingCommand::Unlink,
                8..10 => match live_product(history, choices) {
                    Some((product, brand)) => ListingCommand::Link { product, brand },
                    None => return,
                },
                10..13 => {
                    let name = Some(Some(format!("茶 {act}")));
                    let patch = ListingPatch { name, category: Some(category), ..ListingPatch::default() };
                    ListingCommand::Change { patch }
                }
                13..20 => return look(history, choices, minute),
                // Every third comes late.
                more => observe(choices, minute - if more % 3 == 0 { number(act) * 4 } else { 0 }),
            }
        };
        may::<Listing>(history, &id, command);
    }
}

/// One of family B, with its brand.
fn live_product(history: &History, choices: &mut Choices) -> Option<(Uuid, Uuid)> {
    let mut live: Vec<(Uuid, Uuid)> = history
        .states::<Product>()
        .into_iter()
        .filter(|product| product.is_active)
        .map(|product| (product.id, product.brand))
        .collect();
    live.sort_unstable();
    (!live.is_empty()).then(|| choices.one(&live))
}

fn at(minute: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + Duration::minutes(minute)
}

fn observe(choices: &mut Choices, minute: i64) -> ListingCommand {
    let stock_status = choices.once_in(4).then_some(StockStatus::OutOfStock);
    let observation = Observation {
        price: Some((100 + choices.number(3)).into()),
        observed_at: at(minute),
        stock_status,
        ..Observation::default()
    };
    ListingCommand::Observe { observation, seen_at: None, seen_again_at: None, now: at(1_000_000) }
}

fn look(history: &mut History, choices: &mut Choices, minute: i64) {
    let mut some = || {
        let first = choices.number(LISTINGS);
        Looked::of((first..=LISTINGS.min(first + 1)).map(|number| (number, at(minute + number))))
    };
    let page =
        Page { run: None, source: "test".to_owned(), confirmed: some(), gone: some(), ..Page::default() };
    may::<Observations>(history, &BOOK, ObservationsCommand::Take(page));
}
