use super::*;
use crate::testing::{fault, faults, given};

fn write(code: &str) -> TemplateCommand {
    TemplateCommand::Write {
        code: code.to_owned(),
        subject: None,
        body: Some("缺貨 {{ n }}".to_owned()),
        enabled: None,
        version: None,
        create: false,
    }
}

fn with(code: &str, guard: Option<i64>, may_create: bool) -> TemplateCommand {
    let TemplateCommand::Write { code, subject, body, enabled, .. } = write(code);
    TemplateCommand::Write { code, subject, body, enabled, version: guard, create: may_create }
}

fn written(code: &str, version: i64) -> TemplateEvent {
    let subject = built_in(code).map(|built_in| built_in.subject.to_owned()).unwrap_or_default();
    let body = "缺貨 {{ n }}".to_owned();
    TemplateEvent::TemplateWritten { code: code.to_owned(), version, subject, body, enabled: true }
}

#[test]
fn a_built_in_one_is_changed_without_being_created() {
    given::<Template>(&[]).when(write("disk_warning")).then_expect_events(vec![written("disk_warning", 2)]);
}

#[test]
fn an_unknown_one_is_not_found_unless_it_may_begin() {
    given::<Template>(&[]).when(write("notice")).then_expect_error(Refusal::NotFound("template"));
    given::<Template>(&[]).when(with("notice", None, true)).then_expect_events(vec![written("notice", 1)]);
}

#[test]
fn a_version_that_is_not_the_newest_is_stale() {
    let stale = |past: &[TemplateEvent], version| {
        faults(crate::testing::after::<Template>(past).decide(with("disk_warning", Some(version), false)))
    };
    assert_eq!(stale(&[], 0), fault("version", STALE));
    assert_eq!(stale(&[written("disk_warning", 2)], 1), fault("version", STALE));
    given::<Template>(&[])
        .when(with("disk_warning", Some(1), false))
        .then_expect_events(vec![written("disk_warning", 2)]);
}

#[test]
fn the_same_again_is_nothing() {
    given::<Template>(&[written("disk_warning", 2)]).when(write("disk_warning")).then_expect_events(vec![]);
}

#[test]
fn a_code_has_small_letters_and_a_new_one_has_a_body() {
    for code in ["", "A", "a b", "a/b", "茶", &"x".repeat(65)] {
        let decision = crate::testing::after::<Template>(&[]).decide(with(code, None, true));
        assert_eq!(faults(decision), fault("code", "wrong_type"), "{code}");
    }
    let command = TemplateCommand::Write {
        code: "notice".to_owned(),
        subject: Some("s".to_owned()),
        body: None,
        enabled: None,
        version: None,
        create: true,
    };
    let decision = crate::testing::after::<Template>(&[]).decide(command);
    assert_eq!(faults(decision), fault("body", "required"));
}
