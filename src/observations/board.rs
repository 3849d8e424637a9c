//! How each listing stands, as far as this node has read.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use aggregates::listings::{Listing, ListingEvent, Standing};
use aggregates::observations::{BOOK, Observations, ObservationsEvent};
use aggregates::{Decider, Fact, Recorded};
use projections::listings::{KnownListing, known_listings};
use sqlx::PgPool;

use super::{Named, Sighting, outage};
use crate::event_store::{ExecuteError, Store};
use crate::limits;
use crate::projector::Projector;

/// What is known of one listing.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) standing: Standing,
    pub(super) is_active: bool,
    pub(super) gone_answers: u32,
    /// The place of its newest event in its stream.
    pub(super) sequence: i64,
    /// Events of its stream up to here are in it.
    position: i64,
    /// Pages of the book up to here are in it.
    book_position: i64,
    code: Option<Arc<str>>,
}

/// The listings that were named so far.
#[derive(Default)]
pub(super) struct Board {
    listings: HashMap<i64, Known>,
    codes: HashMap<Arc<str>, i64>,
    /// Events up to here are folded in.
    read_up_to: i64,
    /// How many pages the book has; none: to be looked up.
    book: Option<i64>,
}

impl Board {
    /// The listing of this number, if it was learned of.
    pub(super) fn get(&self, number: i64) -> Option<&Known> {
        self.listings.get(&number)
    }

    /// The number of a listing that is watched.
    pub(super) fn find(&self, name: &Named) -> Option<i64> {
        let by_number = |number: i64| self.get(number).filter(|known| known.is_active).map(|_| number);
        match name {
            Named::Number(number) => {
                by_number(*number).or_else(|| self.codes.get(number.to_string().as_str()).copied())
            }
            Named::Text(text) => {
                let by_code = self.codes.get(text.as_str()).copied();
                by_code.or_else(|| text.parse().ok().and_then(by_number))
            }
        }
    }

    /// The goods code under which a listing that nobody knows would be registered.
    pub(super) fn unknown_code(&self, name: &Named) -> Option<String> {
        if self.find(name).is_some() {
            return None;
        }
        match name {
            Named::Number(number) => Some(number.to_string()),
            Named::Text(text) => Some(text.trim().to_owned()).filter(|code| !code.is_empty()),
        }
    }

    /// The sequence of the book's newest page.
    pub(super) fn book(&self) -> i64 {
        self.book.unwrap_or(0)
    }

    /// The book is to be looked up again.
    pub(super) fn forget_book(&mut self) {
        self.book = None;
    }

    /// Folds in what happened since.
    pub(super) async fn catch_up(&mut self, store: &Store) -> Result<(), ExecuteError> {
        if self.book.is_none() {
            self.open_book(store).await?;
        }
        let feed = store.feed();
        if self.listings.len() > limits::OBSERVED_LISTINGS {
            (self.listings, self.codes) = Default::default();
        }
        if feed.head() - self.read_up_to > limits::FEED_RING_EVENTS as i64 {
            // It is sooner learned anew than read.
            (self.listings, self.codes) = Default::default();
            self.read_up_to = feed.head();
            self.open_book(store).await?;
        }
        while self.read_up_to < feed.head() {
            let events =
                feed.after(self.read_up_to, limits::OBSERVATION_EVENTS_READ).await.map_err(outage)?;
            for event in &events {
                self.fold(event);
            }
            match events.last() {
                Some(last) => self.read_up_to = last.position,
                None => break,
            }
        }
        Ok(())
    }

    /// Looks up how long the book is, and makes sure that all of it will be read.
    async fn open_book(&mut self, store: &Store) -> Result<(), ExecuteError> {
        let newest: Option<(i64, i64)> = sqlx::query_as(
            "SELECT sequence, position FROM events WHERE aggregate_type = $1 AND aggregate_id = $2 \
             ORDER BY sequence DESC LIMIT 1",
        )
        .bind(Observations::KIND)
        .bind(BOOK)
        .fetch_optional(store.pool())
        .await
        .map_err(outage)?;
        let (sequence, position) = newest.unwrap_or_default();
        let reached = tokio::time::timeout(limits::VISIBLE_WITHIN, store.feed().reach(position)).await;
        reached.map_err(|_| ExecuteError::Unavailable("the log cannot be followed".to_owned()))?;
        self.book = Some(sequence);
        Ok(())
    }

    /// Learns of the listings that are named and not known yet, by one question for all.
    pub(super) async fn learn(
        &mut self,
        sightings: &[Sighting],
        store: &Store,
        pool: &PgPool,
        projector: &Projector,
    ) -> Result<(), ExecuteError> {
        let mut asked = HashSet::new();
        loop {
            let (mut numbers, mut codes) = (Vec::new(), Vec::new());
            for name in sightings.iter().map(|sighting| &sighting.listing) {
                if self.find(name).is_none() && !asked.contains(name) {
                    let (number, code) = match name {
                        Named::Number(number) => (Some(*number), number.to_string()),
                        Named::Text(text) => (text.parse().ok(), text.clone()),
                    };
                    numbers.extend(number);
                    codes.push(code);
                    asked.insert(name);
                }
            }
            if codes.is_empty() {
                return Ok(());
            }
            if !projector.wait(self.read_up_to, limits::VISIBLE_WITHIN).await {
                return Err(ExecuteError::Unavailable("the read tables are behind".to_owned()));
            }
            let found = known_listings(pool, &numbers, &codes).await.map_err(outage)?;
            let before: Vec<i64> = found.iter().map(|known| known.number).collect();
            found.into_iter().for_each(|known| self.insert(known));
            // What is newer than the tables were is folded in too; what they had is left out by its position.
            self.catch_up(store).await?;
            if before.iter().any(|number| self.get(*number).is_none()) {
                // Something late came to one of them meanwhile: it is to be learned anew.
                asked.clear();
            }
        }
    }

    fn insert(&mut self, found: KnownListing) {
        let KnownListing {
            number,
            code,
            is_active,
            standing,
            gone_answers,
            position,
            sequence,
            book_position,
        } = found;
        let code: Option<Arc<str>> = code.map(Arc::from);
        if let Some(code) = code.clone().filter(|_| is_active) {
            self.codes.insert(code, number);
        }
        let known = Known { standing, is_active, gone_answers, sequence, position, book_position, code };
        self.listings.insert(number, known);
    }

    /// Learns of listings from their own streams.
    pub(super) async fn reload(&mut self, store: &Store, numbers: &[i64]) -> Result<(), ExecuteError> {
        let ids: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let newest: Vec<(String, i64)> = sqlx::query_as(
            "SELECT aggregate_id, max(sequence) FROM events \
             WHERE aggregate_type = $1 AND aggregate_id = ANY($2) GROUP BY aggregate_id",
        )
        .bind(Listing::KIND)
        .bind(ids)
        .fetch_all(store.pool())
        .await
        .map_err(outage)?;
        for (id, sequence) in newest {
            let Ok(number) = id.parse::<i64>() else { continue };
            let known = self.get(number).cloned().unwrap_or_default();
            if known.sequence == sequence {
                continue;
            }
            let loaded = store.load::<Listing>(&id).await?;
            self.insert(KnownListing {
                number,
                code: loaded.state.details.product_id.clone(),
                is_active: loaded.state.is_active,
                standing: loaded.state.standing(known.standing.seen_at),
                gone_answers: known.gone_answers,
                position: loaded.position,
                sequence: loaded.sequence,
                book_position: known.book_position,
            });
        }
        Ok(())
    }

    fn fold(&mut self, event: &Recorded) {
        match &*event.aggregate_type {
            Listing::KIND => {
                let (Ok(number), Fact::Listing(change)) = (event.aggregate_id.parse(), event.fact()) else {
                    return;
                };
                self.fold_listing(number, change, event);
            }
            Observations::KIND if &*event.aggregate_id == BOOK => {
                self.book = self.book.map(|book| book.max(event.sequence));
                if let Fact::Observations(page) = event.fact() {
                    self.fold_page(page, event.position);
                }
            }
            _ => {}
        }
    }

    fn fold_listing(&mut self, number: i64, change: &ListingEvent, event: &Recorded) {
        if let ListingEvent::ListingRegistered { details, .. } = change {
            let standing = Standing { currency: details.currency, ..Standing::default() };
            self.insert(KnownListing {
                number,
                code: details.product_id.clone(),
                is_active: true,
                standing,
                gone_answers: 0,
                position: event.position,
                sequence: event.sequence,
                book_position: event.position,
            });
            return;
        }
        let Some(known) = self.listings.get_mut(&number).filter(|known| known.position < event.position)
        else {
            return;
        };
        (known.position, known.sequence) = (event.position, event.sequence);
        let mut old_code = None;
        match change {
            ListingEvent::ListingChanged { changes } => {
                if let Some(currency) = changes.currency {
                    known.standing.currency = currency;
                }
                if let Some(code) = &changes.product_id {
                    old_code = known.code.take();
                    known.code = code.as_deref().map(Arc::from);
                    if let Some(code) = &known.code {
                        self.codes.insert(code.clone(), number);
                    }
                }
            }
            // Only the whole timeline says how it stands now: it is learned anew when it is named again.
            ListingEvent::PriceObserved { late: true, .. } => {
                old_code = known.code.take();
                self.listings.remove(&number);
            }
            ListingEvent::ListingRemoved {} => {
                known.is_active = false;
                old_code = known.code.take();
            }
            other => {
                if matches!(other, ListingEvent::ListingRelisted { .. }) {
                    known.gone_answers = 0;
                }
                known.standing = after(known.standing, other);
            }
        }
        if let Some(code) = old_code.filter(|code| self.codes.get(code) == Some(&number)) {
            self.codes.remove(&code);
        }
    }

    fn fold_page(&mut self, page: &ObservationsEvent, position: i64) {
        let ObservationsEvent::ObservationsTaken { confirmed, changed, gone, .. } = page;
        let mut each = |number: i64, fold: &dyn Fn(&mut Known)| {
            if let Some(known) = self.listings.get_mut(&number).filter(|known| known.book_position < position)
            {
                fold(known);
            }
        };
        for (number, at) in confirmed.iter() {
            each(number, &|known| {
                known.standing.seen_at = known.standing.seen_at.max(Some(at));
                known.gone_answers = 0;
            });
        }
        changed.listings.iter().for_each(|number| each(number, &|known| known.gone_answers = 0));
        gone.listings.iter().for_each(|number| each(number, &|known| known.gone_answers += 1));
    }
}

/// How a listing stands after an event that is newer than all before it.
pub(super) fn after(mut standing: Standing, event: &ListingEvent) -> Standing {
    match event {
        ListingEvent::PriceObserved { price, currency, stock_status, observed_at, .. } => {
            (standing.price, standing.stock_status) = (*price, *stock_status);
            standing.currency = Some(*currency);
            standing.changed_at = Some(*observed_at);
            standing.seen_at = standing.seen_at.max(Some(*observed_at));
        }
        ListingEvent::ListingDelisted { at, .. } => standing.delisted_at = Some(*at),
        ListingEvent::ListingRelisted { .. } => standing.delisted_at = None,
        _ => {}
    }
    standing
}
