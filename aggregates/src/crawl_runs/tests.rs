use super::*;
use crate::testing::{after, given, id};

fn report(checked: i64, failed: i64) -> CrawlReport {
    CrawlReport { asked_by: "mei".into(), checked, failed, ..CrawlReport::default() }
}

fn finish(report: CrawlReport) -> CrawlRunCommand {
    CrawlRunCommand::Finish { id: id(1), report }
}

fn finished(report: CrawlReport) -> CrawlRunEvent {
    CrawlRunEvent::CrawlRunFinished { id: id(1), report }
}

#[test]
fn what_a_run_came_to_is_told_once_unless_more_came_to_it() {
    given::<CrawlRun>([]).when(finish(report(3, 1))).then_expect_events(vec![finished(report(3, 1))]);
    let later =
        CrawlReport { finished_at: DateTime::UNIX_EPOCH + chrono::TimeDelta::days(1), ..report(3, 1) };
    let told = [finished(report(3, 1))];
    given::<CrawlRun>(told.clone()).when(finish(later)).then_expect_events(vec![]);
    given::<CrawlRun>(told).when(finish(report(4, 1))).then_expect_events(vec![finished(report(4, 1))]);
    assert_eq!(after::<CrawlRun>(&[finished(report(3, 1))]).details.checked, 3);
}

#[test]
fn a_run_has_failed_when_most_of_it_did_or_it_was_given_up() {
    for (checked, failed, has_failed) in [(0, 0, false), (4, 2, false), (4, 3, true), (1, 1, true)] {
        assert_eq!(report(checked, failed).has_failed(), has_failed, "{failed} of {checked}");
    }
    assert!(CrawlReport { given_up: true, ..report(4, 0) }.has_failed());
}
