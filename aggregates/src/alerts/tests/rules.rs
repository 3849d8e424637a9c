use super::*;
use crate::testing::{after, decimal, done, fault, faults, given, id};
use crate::{Decider, Refusal};

fn patch(when: When) -> RulePatch {
    RulePatch { name: Some(" Tea ".to_owned()), when: Some(when), ..RulePatch::default() }
}

fn create(settings: RulePatch) -> AlertRuleCommand {
    AlertRuleCommand::Create { id: id(1), settings }
}

fn refused(change: impl FnOnce(&mut RulePatch)) -> Vec<(String, String)> {
    let mut sent = patch(When::Drop);
    change(&mut sent);
    faults(AlertRule::default().decide(create(sent)))
}

fn existing() -> AlertRule {
    done(AlertRule::default(), create(patch(When::Drop)))
}

#[test]
fn a_rule_of_two_fields_is_on_and_says_what_is_usual() {
    let rule = existing();
    assert_eq!((rule.version, rule.is_active), (1, true));
    let RuleSettings { name, enabled, confirm_checks, rearm, baseline, channels, scope, .. } = rule.settings;
    assert_eq!((name.as_str(), enabled, confirm_checks, rearm), ("Tea", true, 1, Rearm::Minutes));
    assert_eq!((baseline, channels, scope.is_everything()), (Baseline::Previous, vec![], true));
    let below = RulePatch { value: Some(Some(money(5))), ..patch(When::Below) };
    assert_eq!(done(AlertRule::default(), create(below)).settings.rearm, Rearm::Recovery);
}

#[test]
fn name_and_when_are_required() {
    let decision = AlertRule::default().decide(create(RulePatch::default()));
    assert_eq!(faults(decision), [fault("when", "required"), fault("name", "required")].concat());
    assert_eq!(refused(|sent| sent.name = Some("x".repeat(101))), fault("name", "too_long"));
}

#[test]
fn settings_that_could_never_work_are_refused() {
    assert_eq!(refused(|sent| sent.when = Some(When::Below)), fault("value", "required"));
    assert_eq!(refused(|sent| sent.when = Some(When::Above)), fault("value", "required"));
    assert_eq!(refused(|sent| sent.baseline = Some(Baseline::Target)), fault("value", "required"));
    let below = |value: &'static str| {
        move |sent: &mut RulePatch| {
            (sent.when, sent.value) = (Some(When::Below), Some(Some(decimal(value))));
        }
    };
    assert_eq!(refused(below("0")), fault("value", "out_of_range"));
    assert_eq!(refused(below("-1")), fault("value", "out_of_range"));
    assert_eq!(
        refused(|sent| sent.min_pct = Some(Some(decimal("100.01")))),
        fault("min_pct", "out_of_range")
    );
    assert_eq!(refused(|sent| sent.min_pct = Some(Some(money(-1)))), fault("min_pct", "out_of_range"));
    assert_eq!(refused(|sent| sent.min_abs = Some(Some(money(-1)))), fault("min_abs", "out_of_range"));
    assert_eq!(refused(|sent| sent.days = Some(Some(0))), fault("days", "out_of_range"));
    assert_eq!(refused(|sent| sent.days = Some(Some(3_651))), fault("days", "out_of_range"));
    assert_eq!(refused(|sent| sent.confirm_checks = Some(-1)), fault("confirm_checks", "out_of_range"));
    assert_eq!(refused(|sent| sent.confirm_checks = Some(11)), fault("confirm_checks", "out_of_range"));
    assert_eq!(
        refused(|sent| sent.rearm_value = Some(Some(money(-1)))),
        fault("rearm_value", "out_of_range")
    );
    let recovery = refused(|sent| {
        (sent.rearm, sent.rearm_value) = (Some(Rearm::Recovery), Some(Some(money(101))));
    });
    assert_eq!(recovery, fault("rearm_value", "out_of_range"));
    assert_eq!(
        refused(|sent| sent.quiet_hours = Some(Some(QuietHours::default()))),
        fault("quiet_hours", "out_of_range")
    );
    assert!(
        AlertRule::default()
            .decide(create(RulePatch { min_pct: Some(Some(money(300))), ..patch(When::Rise) }))
            .is_ok()
    );
}

#[test]
fn a_scope_names_something() {
    let scoped = |ids: Vec<i64>| {
        move |sent: &mut RulePatch| sent.scope = Some(Scope { listing_ids: Some(ids), ..Scope::default() })
    };
    assert_eq!(refused(scoped(vec![])), fault("scope.listing_ids", "required"));
    assert_eq!(refused(scoped(vec![3, 0])), fault("scope.listing_ids", "out_of_range"));
    assert_eq!(refused(scoped((1..=1_001).collect())), fault("scope.listing_ids", "too_many"));
    assert_eq!(
        refused(|sent| sent.scope = Some(Scope { brand: Some(" ".to_owned()), ..Scope::default() })),
        fault("scope.brand", "required")
    );
    let sent = RulePatch {
        scope: Some(Scope { listing_ids: Some(vec![3, 1, 3]), ..Scope::default() }),
        ..patch(When::Any)
    };
    let scope = done(AlertRule::default(), create(sent)).settings.scope;
    assert_eq!(scope.listing_ids, Some(vec![1, 3]));
    assert!(scope.holds(3, None, None) && !scope.holds(2, None, None));
    let scope =
        Scope { category: Some("茶".to_owned()), brand: Some("TeaCo".to_owned()), listing_ids: None };
    assert!(scope.holds(9, Some("茶"), Some("TeaCo")));
    assert!(!scope.holds(9, Some("茶"), None) && !scope.holds(9, Some("茶葉"), Some("TeaCo")));
}

#[test]
fn a_change_is_a_new_version_and_the_same_again_is_none() {
    let change = |patch: RulePatch| AlertRuleCommand::Change { patch };
    let dearer = RulePatch { min_abs: Some(Some(money(5))), ..RulePatch::default() };
    let rule = done(existing(), change(dearer.clone()));
    assert_eq!((rule.version, rule.settings.min_abs), (2, Some(money(5))));
    assert_eq!(rule.decide(change(dearer)), Ok(vec![]));
    assert_eq!(
        rule.decide(change(RulePatch { name: Some("Tea ".to_owned()), ..RulePatch::default() })),
        Ok(vec![])
    );
    let below = RulePatch { when: Some(When::Below), ..RulePatch::default() };
    assert_eq!(faults(rule.decide(change(below))), fault("value", "required"));
}

#[test]
fn a_deleted_rule_is_not_found_and_never_begins_again() {
    let gone = [
        AlertRuleEvent::AlertRuleCreated { id: id(1), settings: existing().settings },
        AlertRuleEvent::AlertRuleDeleted {},
    ];
    for command in [AlertRuleCommand::Delete, AlertRuleCommand::Change { patch: RulePatch::default() }] {
        given::<AlertRule>(gone.clone()).when(command).then_expect_error(Refusal::NotFound("alert-rule"));
    }
    assert_eq!(
        faults(after::<AlertRule>(&gone).decide(create(patch(When::Drop)))),
        fault("id", "already_exists")
    );
    let rule = existing();
    assert_eq!(rule.decide(AlertRuleCommand::Delete), Ok(vec![AlertRuleEvent::AlertRuleDeleted {}]));
}
