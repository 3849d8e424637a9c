use super::*;
use crate::testing::text;

fn stands(status: Status) -> Vec<CampaignEvent> {
    let Status::Pending = status else {
        let step =
            CampaignEvent::CampaignStatusChanged { from: Status::Pending, to: status, is_override: true };
        return vec![created(), step];
    };
    vec![created()]
}

fn step(from: Status, to: Status) -> CampaignEvent {
    CampaignEvent::CampaignStatusChanged { from, to, is_override: !from.leads_to(to) }
}

fn to(status: Status, strict_status: bool) -> CampaignCommand {
    change(Sent { status: Some(status), strict_status, ..Sent::default() })
}

#[test]
fn the_plan_foresees_six_steps() {
    use Status::{Accepted, Completed, InProgress, Pending, Rejected};
    let foreseen: Vec<_> =
        Status::ALL.into_iter().flat_map(|from| from.next().map(move |to| (from, to))).collect();
    let expected = [
        (Pending, Accepted),
        (Pending, Rejected),
        (Accepted, Rejected),
        (Accepted, InProgress),
        (InProgress, Rejected),
        (InProgress, Completed),
    ];
    assert_eq!(foreseen, expected);
}

#[test]
fn every_other_jump_is_an_override_and_staying_is_nothing() {
    for from in Status::ALL {
        for target in Status::ALL {
            let expected = if from == target { vec![] } else { vec![step(from, target)] };
            given(&stands(from)).when(to(target, false)).then_expect_events(expected);
        }
    }
}

#[test]
fn a_strict_house_refuses_overrides_only() {
    for from in Status::ALL {
        for target in Status::ALL {
            let decision = after::<Campaign>(&stands(from)).decide(to(target, true));
            let is_refused = from != target && !from.leads_to(target);
            assert_eq!(decision.is_err(), is_refused, "{from:?} to {target:?}");
        }
    }
}

#[test]
fn the_refusal_names_the_allowed_statuses() {
    given(&[created()]).when(to(Status::Completed, true)).then_expect_error(Refusal::field(
        "status",
        "not_allowed",
        "status must be accepted or rejected after pending",
    ));
    given(&stands(Status::Rejected))
        .when(to(Status::Pending, true))
        .then_expect_error_message("status must stay rejected");
}

#[test]
fn a_report_is_never_refused_for_its_status() {
    let command = CampaignCommand::Report {
        status: Some(Status::Completed),
        results: ResultsPatch { gmv_achieved: Some(text("10")), ..ResultsPatch::default() },
        creators: vec![],
    };
    let completed = step(Status::Pending, Status::Completed);
    let results = CampaignEvent::CampaignResultsReported {
        changes: ResultsPatch { gmv_achieved: Some(text("10")), ..ResultsPatch::default() },
    };
    assert!(matches!(completed, CampaignEvent::CampaignStatusChanged { is_override: true, .. }));
    given(&[created()]).when(command.clone()).then_expect_events(vec![completed.clone(), results.clone()]);
    given(&[created(), completed, results]).when(command).then_expect_events(vec![]);
}

#[test]
fn statuses_are_read_in_english_and_chinese() {
    for (word, status) in ["待处理", "已接受", "已拒绝", "进行中", "已完成"].into_iter().zip([
        Status::Pending,
        Status::Accepted,
        Status::Rejected,
        Status::InProgress,
        Status::Completed,
    ]) {
        assert_eq!(Status::parse(word), Some(status));
        assert_eq!(Status::parse(status.code()), Some(status));
    }
    assert_eq!(Status::parse("finished"), None);
}
