use cqrs_es::test::AggregateTestExecutor;

use super::*;
use crate::testing::{after, fault, faults, id};
use crate::{Decider, Refusal, testing};

fn given(events: &[NotificationEvent]) -> AggregateTestExecutor<Notification> {
    testing::given(events)
}

fn message(text: &str) -> Message {
    Message { text: text.to_owned(), because: "asked".to_owned(), ..Message::default() }
}

fn request(text: &str) -> NotificationCommand {
    NotificationCommand::Request { id: id(1), message: message(text) }
}

fn requested() -> NotificationEvent {
    NotificationEvent::NotificationRequested { id: id(1), message: message("缺貨") }
}

fn sent() -> NotificationEvent {
    NotificationEvent::NotificationSent { receipt: "7".to_owned() }
}

fn failed() -> NotificationEvent {
    NotificationEvent::NotificationFailed { reason: "403".to_owned() }
}

fn unknown() -> NotificationEvent {
    NotificationEvent::NotificationUnknown { reason: "the line broke".to_owned() }
}

#[test]
fn a_request_begins_a_notification_and_asking_again_is_the_same() {
    given(&[]).when(request("缺貨")).then_expect_events(vec![requested()]);
    given(&[requested()]).when(request("缺貨")).then_expect_events(vec![]);
    let other = NotificationCommand::Request { id: id(2), message: message("x") };
    given(&[requested()]).when(other).then_expect_error(Refusal::already_exists("notification"));
}

#[test]
fn a_request_without_a_text_is_refused() {
    for text in ["", " \n"] {
        assert_eq!(faults(after::<Notification>(&[]).decide(request(text))), fault("message", "required"));
    }
    let long = "x".repeat(MESSAGE_CHARS_MAX + 1);
    assert_eq!(faults(after::<Notification>(&[]).decide(request(&long))), fault("message", "too_long"));
}

#[test]
fn what_there_is_nobody_for_is_held_back_and_stays_so() {
    let withheld = Message { withheld: Some("nobody".to_owned()), ..message("缺貨") };
    let requested = NotificationEvent::NotificationRequested { id: id(1), message: withheld.clone() };
    given(&[])
        .when(NotificationCommand::Request { id: id(1), message: withheld })
        .then_expect_events(vec![requested.clone()]);
    let state = after::<Notification>(std::slice::from_ref(&requested));
    assert_eq!((state.status, state.reason.as_deref()), (NotificationStatus::Suppressed, Some("nobody")));
    given(&[requested])
        .when(NotificationCommand::Sent { receipt: "7".to_owned() })
        .then_expect_events(vec![]);
}

#[test]
fn it_is_sent_once() {
    let again = || NotificationCommand::Sent { receipt: "7".to_owned() };
    given(&[requested()]).when(again()).then_expect_events(vec![sent()]);
    given(&[requested(), sent()]).when(again()).then_expect_events(vec![]);
    given(&[]).when(again()).then_expect_error(Refusal::NotFound("notification"));
}

#[test]
fn what_is_unknown_or_failed_may_turn_out_to_be_sent_but_never_the_other_way_round() {
    let sends = || NotificationCommand::Sent { receipt: "7".to_owned() };
    given(&[requested(), unknown()]).when(sends()).then_expect_events(vec![sent()]);
    given(&[requested(), failed()]).when(sends()).then_expect_events(vec![sent()]);
    let fails = NotificationCommand::Failed { reason: "403".to_owned() };
    given(&[requested(), sent()]).when(fails).then_expect_events(vec![]);
    let doubt = NotificationCommand::Unknown { reason: "the line broke".to_owned() };
    given(&[requested(), sent()]).when(doubt).then_expect_events(vec![]);
}

#[test]
fn it_may_be_held_back_with_a_reason() {
    let suppress = NotificationCommand::Suppress { reason: "the chat is off".to_owned() };
    let suppressed = NotificationEvent::NotificationSuppressed { reason: "the chat is off".to_owned() };
    given(&[requested()]).when(suppress).then_expect_events(vec![suppressed]);
}

#[test]
fn a_chat_is_switched_off_and_on_once_each() {
    let off = || ChatCommand::SwitchOff { chat: "5".to_owned(), reason: "blocked".to_owned() };
    let is_off = || ChatEvent::ChatSwitchedOff { chat: "5".to_owned(), reason: "blocked".to_owned() };
    let on = || ChatCommand::SwitchOn { chat: "5".to_owned() };
    let chat = |events: &[ChatEvent]| testing::given::<Chat>(events);
    chat(&[]).when(on()).then_expect_events(vec![]);
    chat(&[]).when(off()).then_expect_events(vec![is_off()]);
    chat(&[is_off()]).when(off()).then_expect_events(vec![]);
    chat(&[is_off()]).when(on()).then_expect_events(vec![ChatEvent::ChatSwitchedOn { chat: "5".to_owned() }]);
}

#[test]
fn a_chat_that_became_another_remembers_which() {
    let moves = |to: &str| ChatCommand::Move { chat: "5".to_owned(), to: to.to_owned() };
    let moved = |to: &str| ChatEvent::ChatMoved { chat: "5".to_owned(), to: to.to_owned() };
    let chat = |events: &[ChatEvent]| testing::given::<Chat>(events);
    chat(&[]).when(moves("-1005")).then_expect_events(vec![moved("-1005")]);
    chat(&[moved("-1005")]).when(moves("-1005")).then_expect_events(vec![]);
    chat(&[moved("-1005")]).when(moves("-1006")).then_expect_events(vec![moved("-1006")]);
    chat(&[]).when(moves("5")).then_expect_events(vec![]);
    assert_eq!(after::<Chat>(&[moved("-1005")]).moved_to.as_deref(), Some("-1005"));
}

#[test]
fn a_digest_goes_on_where_the_one_before_ended() {
    let send = |after, upto| DigestsCommand::Send { after, upto, changes: 2, notifications: vec![id(1)] };
    let was_sent =
        |after, upto| DigestsEvent::PriceDigestSent { after, upto, changes: 2, notifications: vec![id(1)] };
    let digests = |events: &[DigestsEvent]| testing::given::<Digests>(events);
    digests(&[]).when(send(0, 9)).then_expect_events(vec![was_sent(0, 9)]);
    digests(&[was_sent(0, 9)]).when(send(9, 12)).then_expect_events(vec![was_sent(9, 12)]);
    let overtaken = after::<Digests>(&[was_sent(0, 9)]).decide(send(0, 12));
    assert_eq!(faults(overtaken), fault("after", OVERTAKEN));
}
