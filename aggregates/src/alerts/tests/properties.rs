//! What holds whatever the rule says and whatever is seen.

use proptest::prelude::*;

use super::*;

#[derive(Clone, Debug)]
enum Act {
    Price(i64),
    Stock(Option<bool>),
    Confirm,
    Delist,
    Relist,
    Pause(i64),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        6 => (1..60_i64).prop_map(Act::Price),
        1 => any::<Option<bool>>().prop_map(Act::Stock),
        3 => Just(Act::Confirm),
        1 => Just(Act::Delist),
        1 => Just(Act::Relist),
        1 => (1..2_000_i64).prop_map(Act::Pause),
    ];
    proptest::collection::vec(act, 1..60)
}

fn rules() -> impl Strategy<Value = RuleSettings> {
    let word = |codes: &'static [&'static str]| (0..codes.len()).prop_map(move |index| codes[index]);
    let limit = || proptest::option::of((0..40_i64).prop_map(Decimal::from));
    let words = (word(When::CODES), word(Baseline::CODES), word(Rearm::CODES));
    let figures = (1..50_i64, limit(), limit(), 0..4_i64, 0..90_i64, 1..4_i64);
    (words, figures, any::<bool>()).prop_map(|((when, baseline, rearm), figures, has_quiet_hours)| {
        let (value, min_abs, min_pct, checks, rest, days) = figures;
        rule(When::parse(when).unwrap(), |patch| {
            patch.baseline = Baseline::parse(baseline);
            patch.rearm = Rearm::parse(rearm);
            patch.rearm_value = Some(Some(money(rest)));
            patch.value = Some(Some(money(value)));
            (patch.min_abs, patch.min_pct) = (Some(min_abs), Some(min_pct));
            (patch.confirm_checks, patch.days) = (Some(checks), Some(Some(days)));
            let time = |text| TimeOfDay::parse(text).unwrap();
            let night = QuietHours { from: time("12:00"), to: time("06:30") };
            patch.quiet_hours = Some(has_quiet_hours.then_some(night));
        })
    })
}

/// Each sighting with what it came to.
fn lived(settings: RuleSettings, acts: &[Act]) -> Vec<(DateTime<Utc>, Option<i64>, Option<Judged>)> {
    let mut story = Story::of(settings);
    let mut seen = Vec::new();
    for act in acts {
        let (price, judged) = match *act {
            Act::Price(price) if story.price == Some(money(price)) => (None, story.confirm()),
            Act::Price(price) => (Some(price), story.price(price)),
            Act::Stock(state) => (None, story.stock(state)),
            Act::Confirm => (None, story.confirm()),
            Act::Delist => (None, story.see(Seen::Delisted)),
            Act::Relist => (None, story.see(Seen::Relisted)),
            Act::Pause(minutes) => {
                story.now += minutes;
                continue;
            }
        };
        // What is remembered is written down between any two sightings.
        let written = crate::testing::json(&story.watch);
        assert_eq!(serde_json::from_value::<Watch>(written).unwrap(), story.watch);
        seen.push((minute(story.now), price, judged));
    }
    seen
}

proptest! {
    #[test]
    fn what_fires_keeps_every_limit_of_its_rule(settings in rules(), acts in acts()) {
        for (at, _, judged) in lived(settings.clone(), &acts) {
            let Some(judged) = judged else { continue };
            let is_enough = judged.checks.len() as i64 >= settings.confirm_checks.max(1) || settings.when == When::Delisted;
            if judged.outcome == Outcome::Fired {
                prop_assert!(is_enough, "{judged:?}");
                prop_assert!(!settings.quiet_hours.is_some_and(|hours| hours.contain(at.time().into())));
            }
            prop_assert!(judged.checks.is_sorted() && judged.checks.len() <= 1 + CONFIRM_CHECKS_MAX as usize);
            if !settings.when.is_of_price() {
                prop_assert_eq!(judged.arithmetic, Arithmetic::default());
                continue;
            }
            let (price, sum) = (judged.price.unwrap(), &judged.arithmetic);
            let (base, difference) = (sum.baseline_price.unwrap(), sum.difference.unwrap());
            prop_assert_eq!(price - base, difference);
            prop_assert!(difference.abs() >= settings.min_abs.unwrap_or_default());
            prop_assert!(difference.abs() * money(100) >= settings.min_pct.unwrap_or_default() * base);
            match settings.when {
                When::Drop | When::NewLow | When::Below => prop_assert!(price < base),
                When::Rise | When::Above => prop_assert!(price > base),
                _ => prop_assert!(price != base),
            }
        }
    }

    #[test]
    fn what_rests_does_not_fire(settings in rules(), acts in acts()) {
        let seen = lived(settings.clone(), &acts);
        let fired: Vec<_> = seen.iter().enumerate().filter(|(_, (_, _, judged))| {
            judged.as_ref().is_some_and(|judged| judged.outcome == Outcome::Fired)
        }).map(|(index, (at, ..))| (index, *at)).collect();
        for pair in fired.windows(2) {
            let rest = settings.rearm_value.unwrap_or_default();
            match settings.rearm {
                Rearm::Never => prop_assert!(false, "fired twice"),
                Rearm::Minutes => prop_assert!(Decimal::from((pair[1].1 - pair[0].1).num_minutes()) >= rest),
                Rearm::Recovery if settings.when == When::Below => {
                    let far = settings.value.unwrap() * (money(100) + rest) / money(100);
                    let between = &seen[pair[0].0 + 1..pair[1].0];
                    prop_assert!(between.iter().any(|(_, price, _)| price.is_some_and(|price| money(price) >= far)));
                }
                Rearm::Recovery => {}
            }
        }
    }

    #[test]
    fn a_verdict_is_new_each_time_and_judging_is_repeatable(settings in rules(), acts in acts()) {
        let seen = lived(settings.clone(), &acts);
        let again = lived(settings, &acts);
        prop_assert_eq!(&seen, &again);
        for (_, _, judged) in seen {
            prop_assert!(judged.is_none_or(|judged| !judged.checks.is_empty()));
        }
    }

    #[test]
    fn an_average_lies_between_the_lowest_and_the_highest(
        prices in proptest::collection::vec((1..1_000_i64, 0..500_i64), 1..30)
    ) {
        let mut now = 0;
        let points: Vec<_> = prices.iter().map(|(price, pause)| {
            now += pause;
            PricePoint { at: minute(now), price: Some(money(*price)) }
        }).collect();
        let (from, to) = (minute(now / 3), minute(now + 5));
        let average = average(&points, from, to).unwrap();
        let (low, _) = lowest(&points, from, to).unwrap();
        let high = points.iter().filter_map(|point| point.price).max().unwrap();
        prop_assert!(low <= average && average <= high, "{low} {average} {high}");
    }
}
