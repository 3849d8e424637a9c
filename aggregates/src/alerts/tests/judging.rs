use super::*;
use crate::testing::decimal;

#[test]
fn a_drop_is_a_price_lower_than_the_one_before() {
    let mut story = Story::of(rule(When::Drop, |_| {}));
    assert_eq!(story.prices(&[100, 90, 95, 94]), ["-", "!", "-", "!"]);
    let mut story = Story::of(rule(When::Rise, |_| {}));
    assert_eq!(story.prices(&[100, 90, 95, 94]), ["-", "-", "!", "-"]);
    let mut story = Story::of(rule(When::Any, |_| {}));
    assert_eq!(story.prices(&[100, 90, 95, 94]), ["-", "!", "!", "!"]);
}

#[test]
fn small_moves_do_not_count_and_the_limits_are_exact() {
    let mut story = Story::of(rule(When::Drop, |patch| patch.min_pct = Some(Some(decimal("10")))));
    assert_eq!(story.prices(&[1000, 901, 811, 729]), ["-", "-", "-", "!"]);
    let mut story = Story::of(rule(When::Any, |patch| {
        patch.min_abs = Some(Some(money(50)));
        patch.min_pct = Some(Some(money(5)));
    }));
    assert_eq!(story.prices(&[500, 549, 599, 650, 615, 500]), ["-", "-", "!", "!", "-", "!"]);
}

#[test]
fn a_verdict_shows_the_sum() {
    let mut story = Story::of(rule(When::Drop, |_| {}));
    story.price(3280);
    let judged = story.price(2980).unwrap();
    assert_eq!((judged.price, judged.previous_price), (Some(money(2980)), Some(money(3280))));
    let Arithmetic { baseline, baseline_price, difference, percent, .. } = judged.arithmetic;
    assert_eq!((baseline, baseline_price), (Some(Baseline::Previous), Some(money(3280))));
    assert_eq!((difference, percent), (Some(money(-300)), Some(decimal("-9.15"))));
    assert_eq!(judged.checks, [2]);
}

#[test]
fn a_stock_state_alone_is_no_move_of_the_price() {
    let mut story = Story::of(rule(When::Drop, |patch| patch.baseline = Some(Baseline::Low)));
    assert_eq!(story.prices(&[100, 90]), ["-", "!"]);
    assert_eq!(told(story.stock(Some(false))), "-");
    assert_eq!(told(story.confirm()), "-");
}

#[test]
fn the_average_weighs_each_price_by_its_time() {
    let mut story = Story::of(rule(When::Drop, |patch| patch.baseline = Some(Baseline::Average)));
    story.price(100);
    story.now += 2;
    story.price(200);
    // 100 for three minutes, 200 for one: 125.
    let judged = story.price(120).unwrap();
    assert_eq!(judged.arithmetic.baseline_price, Some(money(125)));
    assert_eq!((judged.arithmetic.window_days, judged.arithmetic.window_prices), (Some(30), Some(2)));
    let points =
        [PricePoint { at: minute(0), price: Some(money(5)) }, PricePoint { at: minute(60), price: None }];
    assert_eq!(average(&points, minute(30), minute(120)), Some(money(5)));
    assert_eq!(average(&[], minute(0), minute(1)), None);
}

#[test]
fn a_new_low_is_below_all_prices_of_its_days_also_one_that_began_before_them() {
    let mut story = Story::of(rule(When::NewLow, |patch| patch.days = Some(Some(1))));
    let day = 24 * 60;
    assert_eq!(story.prices(&[90, 100]), ["-", "-"]);
    story.now = 3 * day;
    assert_eq!(told(story.price(95)), "!");
    story.now = 10 * day;
    let judged = story.price(94);
    assert_eq!(judged.as_ref().unwrap().arithmetic.baseline_at, Some(minute(3 * day + 1)));
    assert_eq!(told(judged), "!");
    assert_eq!(story.prices(&[96, 95, 94, 93]), ["-", "-", "-", "!"]);
}

#[test]
fn a_target_counts_from_the_first_check_on() {
    let mut story = Story::of(rule(When::Drop, |patch| {
        patch.baseline = Some(Baseline::Target);
        patch.value = Some(Some(money(100)));
    }));
    assert_eq!(story.prices(&[99, 101, 100, 98]), ["!", "-", "-", "!"]);
}

#[test]
fn below_and_above_are_strict_and_hold_at_the_first_check() {
    let value = |patch: &mut RulePatch| patch.value = Some(Some(money(100)));
    assert_eq!(Story::of(rule(When::Below, value)).prices(&[100, 99]), ["-", "!"]);
    assert_eq!(Story::of(rule(When::Below, value)).prices(&[99]), ["!"]);
    assert_eq!(Story::of(rule(When::Above, value)).prices(&[100, 101]), ["-", "!"]);
}

#[test]
fn what_held_when_the_rule_began_is_told_by_the_next_check() {
    let settings = rule(When::Below, |patch| patch.value = Some(Some(money(100))));
    let mut story = Story::of(settings.clone());
    story.watch = Watch::of_standing(&settings, money(90), minute(0));
    assert!(story.watch.is_waiting());
    let judged = story.confirm().unwrap();
    assert_eq!((judged.outcome, judged.price, judged.checks), (Outcome::Fired, Some(money(90)), vec![1]));
    assert!(!Watch::of_standing(&settings, money(100), minute(0)).is_waiting());
    // and: what is over before it is seen is no news
    story.watch = Watch::of_standing(&settings, money(90), minute(0));
    assert_eq!(told(story.price(120)), "-");
    assert!(!Watch::of_standing(&rule(When::Drop, |_| {}), money(1), minute(0)).is_waiting());
}

#[test]
fn back_in_stock_needs_to_have_been_out() {
    let mut story = Story::of(rule(When::BackInStock, |_| {}));
    let tell = |states: &[Option<bool>], story: &mut Story| -> Vec<String> {
        states.iter().map(|state| told(story.stock(*state))).collect()
    };
    assert_eq!(
        tell(&[Some(true), None, Some(true), Some(false), Some(true)], &mut story),
        ["-", "-", "-", "-", "!"]
    );
    assert_eq!(told(story.price(5)), "-");
}

#[test]
fn delisted_is_told_when_the_page_is_gone() {
    let mut story = Story::of(rule(When::Delisted, |patch| patch.confirm_checks = Some(3)));
    assert_eq!(told(story.price(5)), "-");
    assert_eq!(told(story.see(Seen::Delisted)), "!");
    assert_eq!(told(story.see(Seen::Relisted)), "-");
    assert_eq!(told(story.see(Seen::Delisted)), "!");
    let mut story = Story::of(rule(When::Drop, |_| {}));
    assert_eq!(told(story.see(Seen::Delisted)), "-");
}
