//! The book of observations: one stream with one event for each body of observations that was taken in.
//!
//! * It says which listings were seen when, also those whose price was confirmed: "still 3,280 at 14:00" is provable
//!   although nothing happened on the listing itself.
//! * All observations pass through it, one body after the other, in the whole cluster: whoever writes the next page
//!   has read all before it. So a late observation is known to be one whichever node it comes to.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::values::Numbers;
use crate::{Decider, Refusal, event_sourced};

/// The id of the only stream.
pub const BOOK: &str = "book";

/// Listings with when each was looked at.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Looked {
    /// Which.
    pub listings: Numbers,
    /// When the first of them was; null: none was.
    pub at: Option<DateTime<Utc>>,
    /// Milliseconds after that, in the order of their numbers; left out when all were looked at at once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after_ms: Vec<i64>,
}

impl Looked {
    /// The newest look at each.
    pub fn of(looks: impl IntoIterator<Item = (i64, DateTime<Utc>)>) -> Self {
        let mut newest = BTreeMap::new();
        for (listing, at) in looks {
            let known = newest.entry(listing).or_insert(at);
            *known = at.max(*known);
        }
        let Some(first) = newest.values().min().copied() else { return Self::default() };
        let mut after_ms: Vec<i64> = newest.values().map(|at| (*at - first).num_milliseconds()).collect();
        if after_ms.iter().all(|after| *after == 0) {
            after_ms.clear();
        }
        Self { listings: newest.into_keys().collect(), at: Some(first), after_ms }
    }

    /// Each with when it was looked at, ascending by number.
    pub fn iter(&self) -> impl Iterator<Item = (i64, DateTime<Utc>)> + '_ {
        let first = self.at.unwrap_or_default();
        let after = |place: usize| self.after_ms.get(place).copied().unwrap_or(0);
        let at = move |place| first + TimeDelta::milliseconds(after(place));
        self.listings.iter().enumerate().map(move |(place, listing)| (listing, at(place)))
    }

    /// When `listing` was looked at, if it was.
    pub fn at(&self, listing: i64) -> Option<DateTime<Utc>> {
        let place = self.listings.place_of(listing)?;
        let after = self.after_ms.get(place).copied().unwrap_or(0);
        Some(self.at? + TimeDelta::milliseconds(after))
    }

    /// Whether none was.
    pub fn is_empty(&self) -> bool {
        self.listings.is_empty()
    }
}

/// What one body came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Page {
    /// The crawl run or import that it belongs to.
    pub run: Option<Uuid>,
    /// Who saw all this.
    pub source: String,
    /// Seen as they were known.
    pub confirmed: Looked,
    /// Seen otherwise; each has an event of its own.
    pub changed: Looked,
    /// Their page was gone.
    pub gone: Looked,
    /// Nobody could tell.
    pub failed: Looked,
}

/// What one may ask of the book.
#[derive(Clone, Debug)]
pub enum ObservationsCommand {
    /// Write the next page.
    Take(Page),
}

/// What may have happened to the book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum ObservationsEvent {
    /// A body of observations was taken in.
    ObservationsTaken {
        /// The crawl run or import that it belongs to.
        run: Option<Uuid>,
        /// Who saw all this.
        source: String,
        /// The listings that were seen as they were known, with when.
        confirmed: Looked,
        /// The listings that were seen otherwise, with when; each has an event of its own.
        changed: Looked,
        /// The listings whose page was gone, with when.
        gone: Looked,
        /// The listings of which nobody could tell, with when.
        failed: Looked,
    },
}

event_sourced!(Observations, ObservationsEvent { ObservationsTaken = "1.0" });

/// What is remembered of the book: how long it is.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Observations {
    /// How many pages it has.
    pub pages: u64,
}

impl Decider for Observations {
    const KIND: &'static str = "observations";
    type Command = ObservationsCommand;
    type Event = ObservationsEvent;

    fn decide(&self, command: ObservationsCommand) -> Result<Vec<ObservationsEvent>, Refusal> {
        let ObservationsCommand::Take(page) = command;
        Ok(page.into_event().into_iter().collect())
    }

    fn evolve(&mut self, event: &ObservationsEvent) {
        let ObservationsEvent::ObservationsTaken { .. } = event;
        self.pages += 1;
    }
}

impl Page {
    /// The event that writes it down, unless it is blank.
    pub fn into_event(self) -> Option<ObservationsEvent> {
        let Self { run, source, confirmed, changed, gone, failed } = self;
        let is_blank = [&confirmed, &changed, &gone, &failed].iter().all(|looked| looked.is_empty());
        (!is_blank).then_some(ObservationsEvent::ObservationsTaken {
            run,
            source,
            confirmed,
            changed,
            gone,
            failed,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::done;

    fn at(ms: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::milliseconds(ms)
    }

    #[test]
    fn a_look_at_many_at_once_is_short() {
        let looked = Looked::of((1..=1000).map(|listing| (listing, at(5_000))));
        let json = serde_json::to_string(&looked).unwrap();
        assert_eq!(json, r#"{"listings":"1-1000","at":"1970-01-01T00:00:05Z"}"#);
        assert_eq!((looked.at(1000), looked.at(1001)), (Some(at(5_000)), None));
    }

    #[test]
    fn looks_one_after_the_other_keep_their_times_and_the_newest_of_each_counts() {
        let looked = Looked::of([(7, at(10)), (3, at(20)), (4, at(15)), (3, at(12))]);
        assert_eq!(looked.iter().collect::<Vec<_>>(), [(3, at(20)), (4, at(15)), (7, at(10))]);
        assert_eq!(looked.at(4), Some(at(15)));
        let again: Looked = serde_json::from_str(&serde_json::to_string(&looked).unwrap()).unwrap();
        assert_eq!(again, looked);
        assert!(Looked::of([]).is_empty());
    }

    #[test]
    fn a_blank_page_is_not_written() {
        let book = done(Observations::default(), ObservationsCommand::Take(Page::default()));
        assert_eq!(book.pages, 0);
        let page = Page { failed: Looked::of([(1, at(0))]), ..Page::default() };
        assert_eq!(done(book, ObservationsCommand::Take(page)).pages, 1);
    }
}
