use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{ListingCommand, ListingDetails, ListingEvent, ListingStatus, Standing, Timeline, decide};
use crate::{Claim, Decider, Refusal};

/// What is remembered of a listing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// Its number; 0 before it was registered.
    pub number: i64,
    /// Watched: registered and not removed.
    pub is_active: bool,
    /// What is said of it.
    pub details: ListingDetails,
    /// The product of family B that it is joined to, with that product's brand at the time.
    pub linked_product: Option<Uuid>,
    /// Whether the shop still has the page.
    pub status: ListingStatus,
    /// Since when it is delisted.
    pub delisted_at: Option<DateTime<Utc>>,
    /// Its price over time.
    pub prices: Timeline,
}

impl Decider for Listing {
    const KIND: &'static str = "listing";
    type Command = ListingCommand;
    type Event = ListingEvent;

    fn decide(&self, command: ListingCommand) -> Result<Vec<ListingEvent>, Refusal> {
        match command {
            ListingCommand::Register { number, details } => decide::register(self, number, details),
            ListingCommand::Change { patch } => decide::change(self, patch),
            ListingCommand::Link { product, brand } => decide::link(self, product, brand),
            ListingCommand::Unlink => decide::unlink(self),
            ListingCommand::Observe { observation, seen_at, seen_again_at, now } => {
                decide::observe(self, observation, seen_at, seen_again_at, now)
            }
            ListingCommand::Delist { at, source, evidence } => decide::delist(self, at, source, evidence),
            ListingCommand::Relist { at, source } => decide::relist(self, at, source),
            ListingCommand::Remove => decide::remove(self),
        }
    }

    fn evolve(&mut self, event: &ListingEvent) {
        match event {
            ListingEvent::ListingRegistered { number, details } => {
                *self =
                    Self { number: *number, is_active: true, details: details.clone(), ..Self::default() };
            }
            ListingEvent::ListingChanged { changes } => self.details.apply(changes),
            ListingEvent::ListingLinked { product, .. } => self.linked_product = Some(*product),
            ListingEvent::ListingUnlinked {} => self.linked_product = None,
            ListingEvent::PriceObserved { currency, .. } => {
                self.details.currency = Some(*currency);
                self.prices.take(event);
            }
            ListingEvent::ListingDelisted { at, .. } => {
                (self.status, self.delisted_at) = (ListingStatus::Delisted, Some(*at));
            }
            ListingEvent::ListingRelisted { .. } => {
                (self.status, self.delisted_at) = (ListingStatus::Active, None);
            }
            ListingEvent::ListingRemoved {} => self.is_active = false,
        }
    }

    fn claims(&self) -> Vec<Claim> {
        let code = self.details.product_id.as_ref().filter(|_| self.is_active);
        code.into_iter().map(|code| Claim::new("listing-code", code, self.number)).collect()
    }

    fn requires(&self, event: &ListingEvent) -> Vec<Claim> {
        match event {
            ListingEvent::ListingLinked { product, brand } => vec![Claim::new("product", product, brand)],
            _ => Vec::new(),
        }
    }
}

impl Listing {
    /// A listing that is watched.
    pub(super) fn live(&self) -> Result<(), Refusal> {
        if self.is_active { Ok(()) } else { Err(Refusal::NotFound(Self::KIND)) }
    }

    /// A stream that nothing happened on yet.
    pub(super) fn not_begun(&self) -> Result<(), Refusal> {
        if self.number == 0 { Ok(()) } else { Err(Refusal::already_exists(Self::KIND)) }
    }

    /// How it stands, when it was last seen at `seen_at`.
    pub fn standing(&self, seen_at: Option<DateTime<Utc>>) -> Standing {
        let newest = self.prices.newest();
        let changed_at = newest.map(|point| point.at);
        Standing {
            price: newest.and_then(|point| point.price),
            stock_status: newest.map(|point| point.stock_status).unwrap_or_default(),
            currency: self.details.currency,
            changed_at,
            seen_at: seen_at.max(changed_at),
            delisted_at: self.delisted_at,
        }
    }
}
