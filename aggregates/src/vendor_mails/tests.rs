use super::*;
use crate::testing::{after, faults, given, id};
use crate::{Decider, Refusal};

fn letter() -> Letter {
    Letter {
        vendor_code: "V1".into(),
        to: vec!["a@example.com".into()],
        batches: vec![MailedBatch { batch: id(1), ids: vec![1, 2] }],
        message_id: "m@example.com".into(),
        ..Letter::default()
    }
}

fn queued() -> VendorMailEvent {
    VendorMailEvent::VendorMailQueued { id: id(9), letter: letter() }
}

fn settle(outcome: MailOutcome) -> VendorMailCommand {
    VendorMailCommand::Settle { outcome, answer: "its words".into() }
}

#[test]
fn a_mail_is_decided_on_once_and_only_with_good_addresses() {
    let queue = |letter| VendorMailCommand::Queue { id: id(9), letter };
    given::<VendorMail>([]).when(queue(letter())).then_expect_events(vec![queued()]);
    assert_eq!(faults(after::<VendorMail>(&[queued()]).decide(queue(letter())))[0].1, "already_exists");
    for to in [vec![], vec!["a@example.com\r\nBcc: x@example.com".to_owned()]] {
        assert_eq!(faults(VendorMail::default().decide(queue(Letter { to, ..letter() })))[0].0, "to");
    }
    let nothing = VendorMail::default().decide(settle(MailOutcome::Sent));
    assert_eq!(nothing, Err(Refusal::NotFound("vendor-mail")));
}

#[test]
fn a_mail_ends_once_with_what_was_said() {
    let words = || "its words".to_owned();
    for (outcome, ended) in [
        (MailOutcome::Sent, VendorMailEvent::VendorMailSent { answer: words() }),
        (MailOutcome::Failed(words()), VendorMailEvent::VendorMailFailed { reason: words() }),
        (MailOutcome::Unknown, VendorMailEvent::VendorMailLost { reason: words() }),
    ] {
        given::<VendorMail>([queued()]).when(settle(outcome)).then_expect_events(vec![ended.clone()]);
        for again in [MailOutcome::Sent, MailOutcome::Unknown] {
            given::<VendorMail>([queued(), ended.clone()]).when(settle(again)).then_expect_events(vec![]);
        }
    }
}
