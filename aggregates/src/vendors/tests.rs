use super::*;
use crate::testing::{after, done, fault, faults, given};
use crate::{Decider, Refusal};

fn details() -> VendorDetails {
    VendorDetails {
        vendor_code: "V001".into(), vendor_name: "山水茶行".into(), ..VendorDetails::default()
    }
}

fn email(id: i64, email: &str) -> VendorEmail {
    VendorEmail { id, email: email.into(), kind: EmailKind::To, name: None }
}

fn created() -> Vec<VendorEvent> {
    vec![VendorEvent::VendorCreated { number: 1, details: details() }]
}

fn with_email() -> Vec<VendorEvent> {
    let mut events = created();
    events.push(VendorEvent::VendorEmailAdded { email: email(5, "a@example.com") });
    events
}

#[test]
fn a_vendor_is_taken_in_with_its_addresses_each_once() {
    let emails = vec![email(5, " a@example.com "), email(6, "A@Example.com"), email(7, "b@example.com")];
    let command = VendorCommand::Create { number: 1, details: details(), emails };
    let mut events = with_email();
    events.push(VendorEvent::VendorEmailAdded { email: email(7, "b@example.com") });
    given::<Vendor>([]).when(command).then_expect_events(events);
}

#[test]
fn its_code_is_claimed_regardless_of_case_until_it_is_deleted() {
    let mut details = details();
    details.vendor_code = "v001".into();
    let live = after::<Vendor>(&[VendorEvent::VendorCreated { number: 1, details }]);
    assert_eq!(live.claims(), [crate::Claim::new("vendor-code", "V001", 1)]);
    assert!(done(live, VendorCommand::Delete).claims().is_empty());
}

#[test]
fn a_change_that_changes_nothing_says_nothing() {
    let patch = VendorPatch { vendor_name: Some("山水茶行 ".into()), ..VendorPatch::default() };
    let same = vec![email(99, "a@example.com")];
    let command = VendorCommand::Change { patch, emails: Some(same) };
    given::<Vendor>(with_email()).when(command).then_expect_events(vec![]);
}

#[test]
fn a_list_of_addresses_replaces_the_one_before_and_keeps_numbers() {
    let mut changed = email(99, "a@example.com");
    changed.kind = EmailKind::Cc;
    let command = VendorCommand::Change {
        patch: VendorPatch::default(),
        emails: Some(vec![changed.clone(), email(8, "c@example.com")]),
    };
    changed.id = 5;
    given::<Vendor>(with_email()).when(command).then_expect_events(vec![
        VendorEvent::VendorEmailChanged { email: changed },
        VendorEvent::VendorEmailAdded { email: email(8, "c@example.com") },
    ]);
    let none = VendorCommand::Change { patch: VendorPatch::default(), emails: Some(vec![]) };
    given::<Vendor>(with_email())
        .when(none)
        .then_expect_events(vec![VendorEvent::VendorEmailRemoved { id: 5 }]);
}

#[test]
fn a_sheet_adds_addresses_and_removes_none() {
    let patch = VendorPatch { phone: Some(Some("02".into())), ..VendorPatch::default() };
    let command = VendorCommand::Complete {
        patch: patch.clone(),
        emails: vec![email(8, "c@example.com"), email(9, "A@EXAMPLE.COM")],
    };
    given::<Vendor>(with_email()).when(command).then_expect_events(vec![
        VendorEvent::VendorChanged { changes: patch },
        VendorEvent::VendorEmailAdded { email: email(8, "c@example.com") },
    ]);
}

#[test]
fn an_address_twice_is_once_and_can_be_removed_once() {
    given::<Vendor>(with_email())
        .when(VendorCommand::AddEmail(email(6, "A@example.com")))
        .then_expect_events(vec![]);
    given::<Vendor>(with_email())
        .when(VendorCommand::RemoveEmail { id: 5 })
        .then_expect_events(vec![VendorEvent::VendorEmailRemoved { id: 5 }]);
    given::<Vendor>(created())
        .when(VendorCommand::RemoveEmail { id: 5 })
        .then_expect_error(Refusal::NotFound("email"));
}

#[test]
fn what_a_mail_header_would_obey_is_no_address() {
    for bad in [
        "",
        "x",
        "a@b",
        "a@@example.com",
        "a@example.com\r\nBcc: x@example.com",
        "a b@example.com",
        "a@-x.com",
        "<a@example.com>",
        "a,b@example.com",
        ".a@example.com",
    ] {
        let decision = after::<Vendor>(&created()).decide(VendorCommand::AddEmail(email(6, bad)));
        assert!(!faults(decision).is_empty(), "{bad:?}");
    }
    for good in ["a.b+c@example.com", "採購@例子.tw", "o'neil@mail.example.co.uk"] {
        assert!(is_mail_address(good), "{good}");
    }
}

#[test]
fn code_and_name_are_never_empty() {
    for (field, patch) in [
        ("vendor_code", VendorPatch { vendor_code: Some(" ".into()), ..VendorPatch::default() }),
        ("vendor_name", VendorPatch { vendor_name: Some(String::new()), ..VendorPatch::default() }),
    ] {
        let decision = after::<Vendor>(&created()).decide(VendorCommand::Change { patch, emails: None });
        assert_eq!(faults(decision), fault(field, "required"));
    }
}

#[test]
fn a_deleted_vendor_is_gone() {
    let mut gone = created();
    gone.push(VendorEvent::VendorDeleted {});
    for command in [
        VendorCommand::Delete,
        VendorCommand::RemoveEmail { id: 1 },
        VendorCommand::Change { patch: VendorPatch::default(), emails: None },
    ] {
        given::<Vendor>(gone.clone()).when(command).then_expect_error(Refusal::NotFound("vendor"));
    }
}

#[test]
fn a_full_width_code_is_the_plain_one() {
    let details = VendorDetails { vendor_code: "ＱＷ０１".into(), ..details() };
    let emails = vec![email(5, "ａ@ｂ.ｃｏｍ")];
    let made = done(Vendor::default(), VendorCommand::Create { number: 1, details, emails });
    assert_eq!((made.details.vendor_code.as_str(), made.emails[0].email.as_str()), ("QW01", "a@b.com"));
}
