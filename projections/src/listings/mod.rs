//! Listings as clients see them: what is watched, what it costs, what it cost before, and when somebody looked.
//!
//! Every answer about prices comes from these tables; what they hold is a function of the events alone. What
//! depends on the hour (what rose since midnight) is asked, not stored.

mod book;
mod counts;
mod history;
mod known;
mod prices;
mod questions;
mod row;
mod search;
mod view;

pub use history::{Granularity, HistoryEntry, HistoryQuery, Statistics, history, last_seen, statistics};
pub use known::{KnownListing, known_listings};
pub use prices::timeline;
pub use questions::{BoardQuery, Filter, board, find_listing, resolve, sorts};
pub use row::{ListingRow, percent};
pub use view::{ListingItem, ListingView};

use std::collections::{BTreeSet, HashSet};
use std::sync::LazyLock;

use aggregates::listings::ListingEvent;
use aggregates::observations::{BOOK, ObservationsEvent};
use aggregates::{Fact, Recorded};
use async_trait::async_trait;
use sqlx::PgConnection;

use crate::batch::{Rows, unexpected, unreadable, wire_names};
use crate::{ApplyError, Projection};
use book::{Book, Entry};
use counts::Counts;
use prices::Prices;
use search::Search;

static FOLLOWS: LazyLock<Vec<&'static str>> =
    LazyLock::new(|| wire_names(&[ListingEvent::WIRE, ObservationsEvent::WIRE]));

/// Keeps the tables of listings.
pub struct Listings;

#[async_trait]
impl Projection for Listings {
    fn name(&self) -> &'static str {
        "listings"
    }

    fn version(&self) -> i32 {
        2
    }

    fn tables(&self) -> &'static [&'static str] {
        &[
            "listings",
            "listing_checks",
            "listing_gone",
            "listing_counts",
            "listing_search",
            "listing_prices",
            "observation_pages",
        ]
    }

    fn follows(&self) -> &'static [&'static str] {
        &FOLLOWS
    }

    async fn apply(&self, connection: &mut PgConnection, events: &[&Recorded]) -> Result<(), ApplyError> {
        let (mut own, mut entries) = (Vec::new(), Vec::new());
        for event in events {
            match event.fact() {
                Fact::Listing(change) => {
                    let number = number_of(event)?;
                    if matches!(**change, ListingEvent::ListingRelisted { .. }) {
                        entries.push(Entry::Back(number));
                    }
                    own.push((number, &**change, *event));
                }
                Fact::Observations(page) if &*event.aggregate_id == BOOK => {
                    entries.push(Entry::Page(page, event));
                }
                _ => return Err(unexpected(event)),
            }
        }
        apply_own(connection, &own).await?;
        Book::load(connection, &entries).await?.save(connection).await
    }
}

type Own<'a> = (i64, &'a ListingEvent, &'a Recorded);

async fn apply_own(connection: &mut PgConnection, own: &[Own<'_>]) -> Result<(), ApplyError> {
    if own.is_empty() {
        return Ok(());
    }
    let mut rows = load(connection, own).await?;
    let late: BTreeSet<i64> = own.iter().filter(|(_, change, _)| is_late(change)).map(|own| own.0).collect();
    let mut prices = Prices::load(connection, &late.into_iter().collect::<Vec<_>>()).await?;
    let (mut counts, mut search) = (Counts::default(), Search::default());
    for (number, change, event) in own {
        if let ListingEvent::ListingRegistered { details, .. } = change {
            rows.insert(*number, ListingRow::registered(*number, details, event));
        } else {
            let row = rows.of(number, event)?;
            if concerns_counts(change) {
                counts.leaves(row);
            }
            row.evolve(change, event);
            if let Some(timeline) = prices.take(*number, change) {
                row.retell(timeline);
            }
        }
        let row = rows.of(number, event)?;
        if concerns_counts(change) {
            counts.joins(row);
        }
        if concerns_search(change) {
            search.note(row);
        }
    }
    rows.save(connection).await?;
    prices.save(connection).await?;
    counts.save(connection).await?;
    search.save(connection).await
}

/// The rows of the listings that began before this batch.
async fn load(connection: &mut PgConnection, own: &[Own<'_>]) -> Result<Rows<i64, ListingRow>, ApplyError> {
    let begun: HashSet<i64> =
        own.iter().filter(|(_, _, event)| event.sequence == 1).map(|(number, ..)| *number).collect();
    let known: HashSet<i64> =
        own.iter().map(|(number, ..)| *number).filter(|number| !begun.contains(number)).collect();
    Rows::numbered(connection, known.into_iter().collect(), |row: &ListingRow| row.number).await
}

fn number_of(event: &Recorded) -> Result<i64, ApplyError> {
    event.aggregate_id.parse().map_err(|error| unreadable(event, error))
}

fn is_late(change: &ListingEvent) -> bool {
    matches!(change, ListingEvent::PriceObserved { late: true, .. })
}

fn concerns_counts(change: &ListingEvent) -> bool {
    match change {
        ListingEvent::ListingRegistered { .. }
        | ListingEvent::ListingDelisted { .. }
        | ListingEvent::ListingRelisted { .. }
        | ListingEvent::ListingRemoved {} => true,
        ListingEvent::ListingChanged { changes } => changes.category.is_some(),
        _ => false,
    }
}

fn concerns_search(change: &ListingEvent) -> bool {
    match change {
        ListingEvent::ListingRegistered { .. } | ListingEvent::ListingRemoved {} => true,
        ListingEvent::ListingChanged { changes } => {
            changes.name.is_some() || changes.brand.is_some() || changes.product_id.is_some()
        }
        _ => false,
    }
}
