use super::*;
use crate::testing::json;

fn confirmed(checks: i64) -> Story {
    Story::of(rule(When::Drop, |patch| patch.confirm_checks = Some(checks)))
}

#[test]
fn a_drop_that_must_be_confirmed_is_told_when_enough_checks_saw_it() {
    let mut story = confirmed(3);
    assert_eq!(story.prices(&[100, 80, 82]), ["-", "-", "-"]);
    let judged = story.confirm().unwrap();
    assert_eq!(
        (judged.outcome, judged.price, judged.previous_price),
        (Outcome::Fired, Some(money(82)), Some(money(100)))
    );
    assert_eq!((judged.checks, judged.arithmetic.difference), (vec![2, 3, 4], Some(money(-18))));
    assert_eq!(told(story.confirm()), "-");
}

#[test]
fn a_drop_that_is_over_too_soon_is_suppressed_and_says_why() {
    let mut story = confirmed(2);
    assert_eq!(story.prices(&[100, 80, 100]), ["-", "-", "unconfirmed"]);
    assert!(!story.watch.is_waiting());
    assert_eq!(story.prices(&[90]), ["-"]);
    assert_eq!(told(story.see(Seen::Delisted)), "unconfirmed");
}

#[test]
fn the_same_check_told_twice_confirms_nothing() {
    let mut story = confirmed(2);
    story.prices(&[100, 80]);
    story.now -= 1;
    assert_eq!(told(story.confirm()), "-");
    assert_eq!(told(story.confirm()), "!");
}

#[test]
fn a_rule_that_never_rearms_fires_once_and_records_the_rest() {
    let mut story = Story::of(rule(When::Drop, |patch| patch.rearm = Some(Rearm::Never)));
    assert_eq!(story.prices(&[100, 90, 80, 200, 100]), ["-", "!", "fired_before", "-", "fired_before"]);
    let judged = story.price(90).unwrap();
    assert_eq!(judged.fired_before.map(|fired| fired.position), Some(2));
}

#[test]
fn a_rule_rests_for_its_minutes() {
    let mut story = Story::of(rule(When::Drop, |patch| {
        patch.rearm = Some(Rearm::Minutes);
        patch.rearm_value = Some(Some(money(3)));
    }));
    assert_eq!(story.prices(&[100, 90, 80, 70, 60]), ["-", "!", "too_soon", "too_soon", "!"]);
}

#[test]
fn a_level_is_told_again_only_after_the_price_went_back() {
    let mut story = Story::of(rule(When::Below, |patch| {
        patch.value = Some(Some(money(100)));
        patch.rearm_value = Some(Some(money(5)));
    }));
    let told = story.prices(&[99, 98, 104, 99, 105, 99]);
    assert_eq!(told, ["!", "not_recovered", "-", "not_recovered", "-", "!"]);
    assert_eq!(super::told(story.stock(Some(true))), "-");
}

#[test]
fn a_drop_recovers_from_the_price_it_was_told_at() {
    let mut story = Story::of(rule(When::Drop, |patch| {
        patch.rearm = Some(Rearm::Recovery);
        patch.rearm_value = Some(Some(money(10)));
    }));
    let told = story.prices(&[200, 100, 95, 109, 105, 110, 105]);
    assert_eq!(told, ["-", "!", "not_recovered", "-", "not_recovered", "-", "!"]);
    let mut story = Story::of(rule(When::BackInStock, |patch| patch.rearm = Some(Rearm::Recovery)));
    for (state, expected) in [(false, "-"), (true, "!"), (false, "-"), (true, "!")] {
        assert_eq!(super::told(story.stock(Some(state))), expected);
    }
    let mut story = Story::of(rule(When::Delisted, |patch| patch.rearm = Some(Rearm::Recovery)));
    let told = [Seen::Delisted, Seen::Delisted, Seen::Relisted, Seen::Delisted]
        .map(|seen| super::told(story.see(seen)));
    assert_eq!(told, ["!", "not_recovered", "-", "!"]);
}

fn quiet_until_two() -> impl FnOnce(&mut RulePatch) {
    |patch| {
        let time = |text| TimeOfDay::parse(text).unwrap();
        patch.quiet_hours = Some(Some(QuietHours { from: time("23:00"), to: time("00:05") }));
    }
}

#[test]
fn in_quiet_hours_nobody_is_told_before_the_first_check_after_them() {
    let mut story = Story::of(rule(When::Drop, quiet_until_two()));
    assert_eq!(story.prices(&[100, 90]), ["-", "quiet_hours"]);
    assert_eq!([told(story.confirm()), told(story.price(85))], ["-", "-"]);
    let judged = story.confirm().unwrap();
    assert_eq!(
        (judged.outcome, judged.price, judged.previous_price),
        (Outcome::Fired, Some(money(85)), Some(money(100)))
    );
    assert_eq!(told(story.confirm()), "-");
}

#[test]
fn what_is_over_before_the_quiet_hours_end_was_told_of_already() {
    let mut story = Story::of(rule(When::Drop, quiet_until_two()));
    assert_eq!(story.prices(&[100, 90, 100, 101, 102]), ["-", "quiet_hours", "-", "-", "-"]);
    assert_eq!(story.watch, Watch::default());
}

#[test]
fn what_is_remembered_is_small_and_survives_being_written_down() {
    let mut story = confirmed(2);
    assert_eq!(json(&story.watch), serde_json::json!({ "recovered": false }));
    story.prices(&[100, 80]);
    let again: Watch = serde_json::from_value(json(&story.watch)).unwrap();
    assert_eq!(again, story.watch);
}
