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
        is_enabled: true,
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

fn person() -> Claim {
    Claim::new("person", 7, 7)
}

fn refused(command: UserCommand) -> Vec<(String, String)> {
    faults(User::default().decide(command))
}

#[test]
fn who_is_registered_disabled_takes_their_name_and_no_administrators_place() {
    let command = UserCommand::Register {
        number: 7,
        username: "Mei".to_owned(),
        email: None,
        display_name: None,
        role: Role::Admin,
        is_enabled: false,
    };
    let events = User::default().decide(command).unwrap();
    assert!(matches!(
        events[..],
        [UserEvent::UserRegistered { .. }, UserEvent::UserDisabled { other_admin: None }]
    ));
    let user = after::<User>(&events);
    assert!(user.is_active && user.is_disabled);
    assert_eq!(user.claims(), [Claim::new("username", "mei", 7), person()]);
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
    assert_eq!(user.claims(), [Claim::new("username", "méi", 7), person()]);
    assert_eq!(fold("ＭÉＩ  Ling"), "méi ling");
    assert_eq!(fold("Straße"), fold("STRASSE"));
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
        is_enabled: true,
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

#[test]
fn names_that_only_look_different_are_one() {
    assert_eq!(look("Сорро"), look("COPPO"), "letters of another script");
    assert_eq!(look("ｃｏｐｐｏ"), look("Coppo"), "full-width letters");
    for different in ["copp0", "cop po", "copo", "可坡"] {
        assert_ne!(look(different), look("coppo"), "{different}");
    }
    given(&[]).when(register("ａｄｍｉｎ", None)).then_expect_events(vec![registered("admin")]);
}

#[test]
fn a_username_hides_nothing_and_mixes_no_scripts_that_look_alike() {
    for wrong in
        ["ad\u{200b}min", "\u{202e}nimda", "adm\u{456}n", "αdmin", "mei\u{e000}", "\u{feff}mei", "Ме\u{3b9}"]
    {
        assert_eq!(refused(register(wrong, None)), fault("username", "not_allowed"), "{wrong:?}");
    }
    for fine in ["王小明", "王 Mei", "Мария", "Ελένη", "佐藤サトウ", "김mei", "o'neil.j_2-x", "محمد", "😀"]
    {
        assert!(User::default().decide(register(fine, None)).is_ok(), "{fine}");
    }
}

fn asks(patch: UserPatch, role: Option<Role>, is_enabled: Option<bool>, standing: Standing) -> UserCommand {
    UserCommand::Change { patch, role, is_enabled, resets_password: false, standing }
}

const ASKS: Standing = Standing { asker: Some(1), other_admin: Some(1) };

fn change(patch: UserPatch) -> UserCommand {
    asks(patch, None, None, ASKS)
}

fn becomes(role: Role, standing: Standing) -> UserCommand {
    asks(UserPatch::default(), Some(role), None, standing)
}

fn disables(standing: Standing) -> UserCommand {
    asks(UserPatch::default(), None, Some(false), standing)
}

fn admin() -> Vec<UserEvent> {
    let to = Role::Admin;
    vec![registered("Mei"), UserEvent::UserRoleChanged { from: Role::Manager, to, other_admin: None }]
}

#[test]
fn a_change_says_only_what_changed_and_once() {
    let patch = UserPatch { username: text(" MEI "), display_name: Some(text("Mei")), email: None };
    let changes = UserPatch { username: text("MEI"), ..UserPatch::default() };
    let changed = UserEvent::UserChanged { changes };
    given(&[registered("Mei")]).when(change(patch.clone())).then_expect_events(vec![changed.clone()]);
    given(&[registered("Mei"), changed]).when(change(patch)).then_expect_events(vec![]);
    let wrong = UserPatch { username: text(""), email: Some(text("x")), ..UserPatch::default() };
    let refused = faults(after::<User>(&[registered("Mei")]).decide(change(wrong)));
    assert_eq!(refused, [fault("username", "required"), fault("email", "not_allowed")].concat());
}

#[test]
fn an_administrator_goes_only_while_another_stays() {
    let alone = Standing { asker: Some(1), other_admin: None };
    let user = after::<User>(&admin());
    for (command, field) in [
        (becomes(Role::User, alone), "role"),
        (disables(alone), "is_active"),
        (UserCommand::Remove(alone), "id"),
        (UserCommand::Erase(alone), "id"),
    ] {
        assert_eq!(faults(user.decide(command)), fault(field, "not_allowed"), "{field}");
    }
    let removed = UserEvent::UserRemoved { other_admin: Some(1) };
    given(&admin()).when(UserCommand::Remove(ASKS)).then_expect_events(vec![removed.clone()]);
    assert_eq!(user.requires(&removed), [Claim::new("admin", 1, 1)]);
    assert!(user.claims().contains(&Claim::new("admin", 7, 7)));
    assert_eq!(after::<User>(&[admin(), vec![removed]].concat()).claims(), [person()]);
    // and: whoever is none goes without.
    let removed = UserEvent::UserRemoved { other_admin: None };
    given(&[registered("Mei")]).when(UserCommand::Remove(alone)).then_expect_events(vec![removed]);
}

#[test]
fn nobody_takes_anything_from_themselves() {
    let own = Standing { asker: Some(7), other_admin: Some(1) };
    let user = after::<User>(&admin());
    for command in
        [becomes(Role::Manager, own), disables(own), UserCommand::Remove(own), UserCommand::Erase(own)]
    {
        assert_eq!(faults(user.decide(command))[0].1, "not_allowed");
    }
    given(&admin()).when(becomes(Role::Admin, own)).then_expect_events(vec![]);
}

#[test]
fn the_disabled_may_be_let_in_again() {
    let disabled = UserEvent::UserDisabled { other_admin: None };
    given(&[registered("Mei")]).when(disables(ASKS)).then_expect_events(vec![disabled.clone()]);
    given(&[registered("Mei"), disabled.clone()]).when(disables(ASKS)).then_expect_events(vec![]);
    let enable = asks(UserPatch::default(), None, Some(true), Standing::default());
    given(&[registered("Mei"), disabled]).when(enable).then_expect_events(vec![UserEvent::UserEnabled {}]);
}

#[test]
fn the_removed_are_gone_and_their_name_is_free() {
    let gone = [registered("Mei"), UserEvent::UserRemoved { other_admin: None }];
    assert_eq!(after::<User>(&gone).claims(), [person()], "they can still be erased");
    for command in [UserCommand::Remove(ASKS), change(UserPatch::default())] {
        given(&gone).when(command).then_expect_error(Refusal::NotFound("user"));
    }
}

#[test]
fn a_reset_password_is_noted_each_time_and_never_told() {
    let reset = UserCommand::Change {
        patch: UserPatch::default(),
        role: None,
        is_enabled: None,
        resets_password: true,
        standing: Standing::default(),
    };
    let noted = UserEvent::UserPasswordReset {};
    given(&[registered("Mei")]).when(reset.clone()).then_expect_events(vec![noted.clone()]);
    given(&[registered("Mei"), noted.clone()]).when(reset).then_expect_events(vec![noted]);
}

#[test]
fn erasing_leaves_no_word_of_them_and_twice_is_once() {
    let erased = UserEvent::UserErased { other_admin: None };
    given(&[registered("Mei")]).when(UserCommand::Erase(ASKS)).then_expect_events(vec![erased.clone()]);
    given(&[registered("Mei"), erased.clone()]).when(UserCommand::Erase(ASKS)).then_expect_events(vec![]);
    let removed = UserEvent::UserRemoved { other_admin: None };
    given(&[registered("Mei"), removed])
        .when(UserCommand::Erase(ASKS))
        .then_expect_events(vec![erased.clone()]);
    given(&[]).when(UserCommand::Erase(ASKS)).then_expect_error(Refusal::NotFound("user"));
    let user = after::<User>(&[registered("Mei"), erased]);
    assert_eq!(
        (user.username.as_str(), user.email.as_deref(), user.display_name.as_deref()),
        (ERASED, None, Some(ERASED))
    );
    assert!(user.is_erased && !user.is_active);
    assert_eq!(user.claims(), [], "the key is destroyed with the claim");
}
