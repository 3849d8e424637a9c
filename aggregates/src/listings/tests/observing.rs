use super::*;
use crate::testing::{fault, faults};

#[test]
fn what_differs_is_an_event_and_what_confirms_is_none() {
    let fresh = listing(&[]);
    assert_eq!(observe(&fresh, seen("100.0", 1)), Ok(vec![observed("100", 1, None)]));
    let known = listing(&[observed("100", 1, None)]);
    assert_eq!(observe(&known, seen("100.00", 2)), Ok(vec![]));
    assert_eq!(observe(&known, seen("90", 2)), Ok(vec![observed("90", 2, Some(("100", 1)))]));
    let confirmed_until_5 = observe_after(&known, seen("90", 6), Some(5));
    assert_eq!(confirmed_until_5, Ok(vec![observed("90", 6, Some(("100", 5)))]));
}

#[test]
fn a_stock_state_alone_changes_too_and_the_price_stays() {
    let known = listing(&[observed("100", 1, None)]);
    let sold_out = Observation { price: None, stock_status: Some(StockStatus::OutOfStock), ..seen("1", 2) };
    let events = observe(&known, sold_out.clone()).unwrap();
    let [ListingEvent::PriceObserved { price, stock_status, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*price, *stock_status), (Some(decimal("100")), StockStatus::OutOfStock));
    let known = listing(&[vec![observed("100", 1, None)], events].concat());
    assert_eq!(observe(&known, sold_out), Ok(vec![]));
    assert_eq!(known.prices.previous_price(), None);
}

#[test]
fn what_is_wrong_with_an_observation_is_told() {
    let known = listing(&[observed("100", 1, None)]);
    let wrong = |observation| faults(observe(&known, observation));
    for price in ["0", "-1", "10000000000", "99999999999999"] {
        assert_eq!(wrong(seen(price, 2)), fault("price", "out_of_range"), "{price}");
    }
    assert_eq!(wrong(seen("1.00001", 2)), fault("price", "too_precise"));
    assert_eq!(wrong(seen("1", 1_001)), fault("observed_at", "in_future"));
    assert_eq!(wrong(seen("1", -1)), fault("observed_at", "out_of_range"));
    let nothing = Observation { price: None, ..seen("1", 2) };
    assert_eq!(wrong(nothing), fault("price", "required"));
    let dollars = Observation { currency: Currency::parse("USD"), ..seen("1", 2) };
    assert_eq!(wrong(dollars), fault("currency", "other_currency"));
    let talkative = Observation { source: "x".repeat(101), ..seen("1", 2) };
    assert_eq!(wrong(talkative), fault("source", "too_long"));
}

#[test]
fn the_first_observation_fixes_the_currency() {
    let dollars = Observation { currency: Currency::parse("USD"), ..seen("9.99", 1) };
    let known = listing(&observe(&listing(&[]), dollars).unwrap());
    assert_eq!(known.details.currency, Currency::parse("USD"));
    let taiwanese = Observation { currency: Some(Currency::TWD), ..seen("300", 2) };
    assert_eq!(faults(observe(&known, taiwanese)), fault("currency", "other_currency"));
    assert!(observe(&known, seen("8.99", 2)).is_ok());
}

#[test]
fn a_late_one_takes_its_place_and_what_is_newer_stays() {
    let known = listing(&[observed("100", 1, None), observed("80", 9, Some(("100", 1)))]);
    let events = observe(&known, seen("90", 5)).unwrap();
    let [ListingEvent::PriceObserved { late, until, previous, .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!((*late, *until), (true, None));
    assert_eq!(previous.as_ref().and_then(|previous| previous.price), Some(decimal("100")));
    let known = listing(&[vec![observed("100", 1, None), observed("80", 9, None)], events].concat());
    let prices: Vec<_> = known.prices.points().iter().map(|point| point.price.unwrap()).collect();
    assert_eq!(prices, [decimal("100"), decimal("90"), decimal("80")]);
    assert_eq!(known.prices.previous_price(), Some(decimal("90")));
    assert_eq!(observe(&known, seen("90", 5)), Ok(vec![]), "the same once more is no news");
    assert_eq!(observe(&known, seen("90", 7)), Ok(vec![]), "a late one may confirm too");
}

#[test]
fn a_late_one_ends_where_the_price_before_it_was_seen_again() {
    let known = listing(&[observed("100", 1, None)]);
    let events = observe_after(&known, seen("90", 5), Some(9)).unwrap();
    let known = listing(&[vec![observed("100", 1, None)], events].concat());
    assert_eq!(known.prices.at(at(6)).unwrap().price, Some(decimal("90")));
    assert_eq!(known.prices.newest().unwrap().price, Some(decimal("100")));
    assert_eq!(known.prices.in_force_since(), Some(at(9)));
}

#[test]
fn one_before_all_others_begins_the_history() {
    let known = listing(&[observed("100", 9, None)]);
    let events = observe(&known, seen("70", 5)).unwrap();
    let known = listing(&[vec![observed("100", 9, None)], events].concat());
    assert_eq!(known.prices.points().len(), 2);
    assert_eq!(known.prices.at(at(4)), None);
    assert_eq!(known.prices.previous_price(), Some(decimal("70")));
}

#[test]
fn a_page_that_is_seen_again_is_relisted_but_an_old_sight_of_it_is_not() {
    let gone = ListingEvent::ListingDelisted { at: at(5), source: "crawler".to_owned(), evidence: None };
    let known = listing(&[observed("100", 1, None), gone]);
    let back = ListingEvent::ListingRelisted { at: at(6), source: "api".to_owned() };
    assert_eq!(observe(&known, seen("100", 6)), Ok(vec![back]));
    assert_eq!(observe(&known, seen("100", 4)), Ok(vec![]));
}

#[test]
fn a_timeline_says_since_when_and_what_before() {
    let point = |hour, price: &str| Point {
        at: at(hour),
        price: Some(decimal(price)),
        stock_status: StockStatus::InStock,
        before_seen_at: None,
    };
    let timeline = Timeline::of([point(3, "9"), point(1, "8"), point(2, "9"), point(3, "9")]);
    assert_eq!(timeline.points().len(), 3);
    assert_eq!((timeline.in_force_since(), timeline.previous_price()), (Some(at(2)), Some(decimal("8"))));
}

#[test]
fn of_two_at_one_instant_the_one_recorded_last_counts() {
    let known = listing(&[observed("100", 1, None), observed("80", 5, Some(("100", 1)))]);
    assert_eq!(observe(&known, seen("80", 5)), Ok(vec![]));
    let events = observe(&known, seen("70", 5)).unwrap();
    let known = listing(&[vec![observed("100", 1, None), observed("80", 5, None)], events].concat());
    let prices: Vec<_> = known.prices.points().iter().map(|point| point.price.unwrap()).collect();
    assert_eq!(prices, [decimal("100"), decimal("70")]);
    assert_eq!(known.prices.previous_price(), Some(decimal("100")));
}
