use cqrs_es::test::AggregateTestExecutor;

use super::*;
use crate::testing::{after, fault, faults, text};
use crate::{Claim, Decider, Refusal, testing};

fn given(events: &[UserEvent]) -> AggregateTestExecutor<User> {
    testing::given(events)
}

fn register(username: &str, email: Option<&str>) -> UserCommand {
    UserCommand::Register {
        number: 7,
        username: username.to_owned(),
        email: email.map(str::to_owned),
        display_name: text("Mei"),
        role: Role::Manager,
    }
}

fn registered(username: &str) -> UserEvent {
    UserEvent::UserRegistered {
        number: 7,
        username: username.to_owned(),
        email: None,
        display_name: text("Mei"),
        role: Role::Manager,
    }
}

fn refused(command: UserCommand) -> Vec<(String, String)> {
    faults(User::default().decide(command))
}

#[test]
fn register_lets_somebody_in_under_the_trimmed_name() {
    given(&[]).when(register(" Mei ", None)).then_expect_events(vec![registered("Mei")]);
    let user = after::<User>(&[registered("Mei")]);
    assert_eq!((user.number, user.role, user.is_active), (7, Role::Manager, true));
}

#[test]
fn registering_twice_is_refused() {
    given(&[registered("Mei")]).when(register("Mei", None)).then_expect_error(Refusal::field(
        "id",
        "already_exists",
        "id is that of an existing user",
    ));
}

#[test]
fn a_username_is_unique_regardless_of_case() {
    let user = after::<User>(&[registered("MÉI")]);
    assert_eq!(user.claims(), [Claim::new("username", "méi", 7)]);
    assert_eq!(User::default().claims(), []);
}

#[test]
fn a_username_has_1_to_150_printable_characters() {
    given(&[]).when(register(&"é".repeat(150), None)).then_expect_events(vec![registered(&"é".repeat(150))]);
    assert_eq!(refused(register(&"é".repeat(151), None)), fault("username", "too_long"));
    assert_eq!(refused(register("  ", None)), fault("username", "required"));
    for wrong in ["a\nb", "a\u{7f}b", "a\0b"] {
        assert_eq!(refused(register(wrong, None)), fault("username", "not_allowed"), "{wrong:?}");
    }
}

#[test]
fn an_email_has_one_at_with_text_around_and_no_white_space() {
    for wrong in ["", "a", "@b", "a@", "a@b@c", "a b@c", "a@b\r\nBcc: c@d", "a@\u{3000}b", "a@b\0"] {
        assert_eq!(refused(register("Mei", Some(wrong))), fault("email", "not_allowed"), "{wrong:?}");
    }
    let long = |chars: usize| format!("{}@b", "a".repeat(chars - 2));
    assert_eq!(refused(register("Mei", Some(&long(255)))), fault("email", "too_long"));
    for fine in ["a@b", "mei+tea@例子.tw", long(254).as_str()] {
        assert!(User::default().decide(register("Mei", Some(fine))).is_ok(), "{fine}");
    }
}

#[test]
fn every_fault_is_named_at_once() {
    let command = UserCommand::Register {
        number: 0,
        username: String::new(),
        email: text("nowhere"),
        display_name: text("a".repeat(151)),
        role: Role::User,
    };
    let expected = [
        fault("id", "out_of_range"),
        fault("username", "required"),
        fault("email", "not_allowed"),
        fault("display_name", "too_long"),
    ];
    assert_eq!(refused(command), expected.concat());
}

#[test]
fn admin_is_above_manager_above_user_above_bot() {
    for (least, role) in Role::ALL.into_iter().enumerate() {
        let covered: Vec<_> = Role::ALL.into_iter().filter(|other| role.covers(*other)).collect();
        assert_eq!(covered, Role::ALL[..=least]);
        assert_eq!(Role::parse(role.code()), Some(role));
    }
    assert_eq!(Role::parse("root"), None);
}
