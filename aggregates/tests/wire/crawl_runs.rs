//! Crawl runs.

use aggregates::crawl_runs::{CrawlReport, CrawlRunEvent, HostReport};
use chrono::DateTime;
use uuid::Uuid;

const RUN: Uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0041);

pub(super) fn events() -> Vec<(&'static str, CrawlRunEvent)> {
    let host = |host: &str, checked, failed| HostReport { host: host.to_owned(), checked, failed };
    let full = CrawlReport {
        asked_by: "user:7".to_owned(),
        asked_at: DateTime::UNIX_EPOCH,
        finished_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::minutes(5),
        checked: 40,
        changed: 3,
        gone: 1,
        failed: 30,
        hosts: vec![host("shop.example", 30, 30), host("other.example", 10, 0)],
        last_error: Some("listing 7: the shop answered 503".to_owned()),
        given_up: true,
    };
    let finished = |report| CrawlRunEvent::CrawlRunFinished { id: RUN, report };
    vec![("full", finished(full)), ("bare", finished(CrawlReport::default()))]
}
