//! What is talked about elsewhere: the newest snapshot of a source, by category.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Decider, Refusal, event_sourced};

/// The most items of a snapshot that are kept.
const ITEMS_MAX: usize = 200;

/// Something that is talked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrendingItem {
    /// Its place, from 1.
    pub rank: i64,
    /// What it is called.
    pub title: String,
    /// Where it can be seen.
    pub url: Option<String>,
    /// How it looks.
    pub image_url: Option<String>,
    /// What else the source says.
    pub note: Option<String>,
}

/// What is remembered of a source's category.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Trending {
    /// The newest items.
    pub items: Vec<TrendingItem>,
    /// When the source was asked last.
    pub fetched_at: Option<DateTime<Utc>>,
}

/// What one may ask of it.
#[derive(Clone, Debug)]
pub enum TrendingCommand {
    /// Keep what a source said.
    Keep {
        /// Which source.
        source: String,
        /// Of which category; empty: in general.
        category: String,
        /// What it said.
        items: Vec<TrendingItem>,
        /// When.
        at: DateTime<Utc>,
    },
}

/// What may have happened to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum TrendingEvent {
    /// The source says something else than before.
    TrendingChanged {
        /// Which source.
        source: String,
        /// Of which category.
        category: String,
        /// What it says.
        items: Vec<TrendingItem>,
        /// When it was asked.
        at: DateTime<Utc>,
    },
    /// The source still says the same.
    TrendingConfirmed {
        /// When it was asked.
        at: DateTime<Utc>,
    },
}

event_sourced!(Trending, TrendingEvent { TrendingChanged = "1.0", TrendingConfirmed = "1.0" });

impl Decider for Trending {
    const KIND: &'static str = "trending";
    type Command = TrendingCommand;
    type Event = TrendingEvent;

    fn decide(&self, command: TrendingCommand) -> Result<Vec<TrendingEvent>, Refusal> {
        let TrendingCommand::Keep { source, category, mut items, at } = command;
        items.truncate(ITEMS_MAX);
        if self.fetched_at.is_some_and(|last| last >= at) {
            return Ok(Vec::new());
        }
        if self.fetched_at.is_some() && self.items == items {
            return Ok(vec![TrendingEvent::TrendingConfirmed { at }]);
        }
        Ok(vec![TrendingEvent::TrendingChanged { source, category, items, at }])
    }

    fn evolve(&mut self, event: &TrendingEvent) {
        match event {
            TrendingEvent::TrendingChanged { items, at, .. } => {
                self.items.clone_from(items);
                self.fetched_at = Some(*at);
            }
            TrendingEvent::TrendingConfirmed { at } => self.fetched_at = Some(*at),
        }
    }
}
