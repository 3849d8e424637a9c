use super::*;
use crate::testing::{after, done, id};
use crate::{Claim, Decider};

fn verdict(position: i64) -> Box<Verdict> {
    let (id, rule_id) = (id(position.unsigned_abs().into()), id(9));
    Box::new(Verdict { id, rule_id, listing_id: 7, position, ..Verdict::default() })
}

fn keep(position: i64, suppressed: Option<Suppression>) -> AlertCommand {
    AlertCommand::Keep { verdict: verdict(position), channels: vec![Channel::Mail], suppressed }
}

fn notify(alert: u128) -> AlertCommand {
    AlertCommand::Notify { id: id(alert), channel: Channel::Mail }
}

#[test]
fn a_verdict_is_kept_once_however_often_the_log_is_read() {
    let fired = AlertEvent::AlertFired { alert: *verdict(5), channels: vec![Channel::Mail] };
    assert_eq!(Alert::default().decide(keep(5, None)), Ok(vec![fired.clone()]));
    let kept = after::<Alert>(&[fired]);
    for again in [5, 4, 1] {
        assert_eq!(kept.decide(keep(again, None)), Ok(vec![]));
    }
    let reason = Suppression::TooSoon;
    let silent = AlertEvent::AlertSuppressed { alert: *verdict(6), reason };
    assert_eq!(kept.decide(keep(6, Some(reason))), Ok(vec![silent]));
}

#[test]
fn an_alert_is_told_once_in_each_place() {
    let kept = done(Alert::default(), keep(5, None));
    let told = AlertEvent::AlertNotified { id: id(5), channel: Channel::Mail };
    assert_eq!(kept.decide(notify(5)), Ok(vec![told]));
    assert_eq!(done(kept.clone(), notify(5)).decide(notify(5)), Ok(vec![]));
    assert_eq!(kept.decide(notify(6)), Ok(vec![]));
    let elsewhere = AlertCommand::Notify { id: id(5), channel: Channel::Telegram };
    assert_eq!(kept.decide(elsewhere), Ok(vec![]));
}

#[test]
fn what_is_told_is_forgotten_so_that_a_stream_stays_small() {
    let mut alert = Alert::default();
    for position in 1..500 {
        alert = done(alert, keep(position, None));
    }
    assert!(crate::testing::json(&alert).to_string().len() < 10_000);
    assert_eq!(alert.decide(notify(1)), Ok(vec![]));
}

#[test]
fn it_is_tagged_with_its_rule_and_its_listing_and_claims_nothing() {
    let kept = done(Alert::default(), keep(5, None));
    assert_eq!(kept.tags(), [format!("alert-rule:{}", id(9)), "listing:7".to_owned()]);
    assert_eq!((kept.claims(), Alert::default().tags()), (Vec::<Claim>::new(), vec![]));
    assert_eq!(alert_stream(id(9), 7), format!("{}.7", id(9)));
}
