//! A crawl run that is over. Where a run is while it is under way only the crawler knows.
//!
//! * What a run came to is told once; again only if more pages came to it before it could be closed.
//! * A run has failed when it was given up, or when most of its pages could not be read.

mod state;
#[cfg(test)]
mod tests;

pub use state::CrawlRun;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::event_sourced;

/// The pages of one shop in a run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct HostReport {
    /// The shop's host; empty: those of all shops for which there was no room.
    pub host: String,
    /// Its pages.
    pub checked: i64,
    /// Those that nobody could read.
    pub failed: i64,
}

/// What a run came to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CrawlReport {
    /// Who asked for it: `user:<number>`, or `system:schedule`.
    pub asked_by: String,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// When it was over.
    pub finished_at: DateTime<Utc>,
    /// Pages with an outcome.
    pub checked: i64,
    /// Those whose price or stock state is another.
    pub changed: i64,
    /// Those whose goods are gone.
    pub gone: i64,
    /// Those that nobody could read.
    pub failed: i64,
    /// The same by shop, those with most failures first.
    pub hosts: Vec<HostReport>,
    /// What went wrong last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<String>,
    /// It broke off again and again, and its last pages were given up.
    pub given_up: bool,
}

impl CrawlReport {
    /// Whether somebody should know that it went wrong.
    pub fn has_failed(&self) -> bool {
        self.given_up || self.failed.saturating_mul(2) > self.checked
    }
}

/// What one may ask of a run.
#[derive(Clone, Debug)]
pub enum CrawlRunCommand {
    /// Say what it came to.
    Finish {
        /// Its id.
        id: Uuid,
        /// What it came to.
        report: CrawlReport,
    },
}

/// What may have happened to a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum CrawlRunEvent {
    /// All its pages have an outcome.
    CrawlRunFinished {
        /// Its id.
        id: Uuid,
        /// What it came to.
        report: CrawlReport,
    },
}

event_sourced!(CrawlRun, CrawlRunEvent { CrawlRunFinished = "1.0" });
