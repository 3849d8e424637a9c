use aggregates::crawl_runs::CrawlRunEvent;
use aggregates::{Fact, Recorded};

use super::Reaction;
use crate::jobs::NewJob;
use crate::jobs::handlers::{CrawlNotice, CrawlNoticePayload};

/// A crawl run that failed is told to people.
pub(super) struct CrawlFailuresAreTold;

impl Reaction for CrawlFailuresAreTold {
    fn name(&self) -> &'static str {
        "crawl_failures"
    }

    fn follows(&self) -> &'static [&'static str] {
        &["CrawlRunFinished"]
    }

    fn promises(&self, event: &Recorded) -> Vec<NewJob> {
        let Fact::CrawlRun(finished) = event.fact() else { return Vec::new() };
        let CrawlRunEvent::CrawlRunFinished { id, report } = &**finished;
        if !report.has_failed() {
            return Vec::new();
        }
        vec![NewJob::new(CrawlNotice::KIND, "", CrawlNoticePayload { run: *id })]
    }
}
