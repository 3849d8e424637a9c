use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{CrawlReport, CrawlRunCommand, CrawlRunEvent};
use crate::{Decider, Refusal};

/// What is remembered of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct CrawlRun {
    /// Its id; nil before it was over.
    pub id: Uuid,
    /// What it came to.
    pub details: CrawlReport,
}

impl Decider for CrawlRun {
    const KIND: &'static str = "crawl-run";
    type Command = CrawlRunCommand;
    type Event = CrawlRunEvent;

    fn decide(&self, command: CrawlRunCommand) -> Result<Vec<CrawlRunEvent>, Refusal> {
        let CrawlRunCommand::Finish { id, report } = command;
        // Told before, by somebody who could not close the run afterwards: only the time is another.
        let as_told = CrawlReport { finished_at: self.details.finished_at, ..report.clone() };
        if self.id == id && self.details == as_told {
            return Ok(Vec::new());
        }
        Ok(vec![CrawlRunEvent::CrawlRunFinished { id, report }])
    }

    fn evolve(&mut self, event: &CrawlRunEvent) {
        let CrawlRunEvent::CrawlRunFinished { id, report } = event;
        *self = Self { id: *id, details: report.clone() };
    }
}
