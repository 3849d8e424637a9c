use std::collections::BTreeMap;

use cqrs_es::test::AggregateTestExecutor;
use rust_decimal::Decimal;

use super::*;
use crate::testing::{after, decimal, done, fault, faults, id, json, text};
use crate::{Claim, Decider, Refusal, testing};

fn given(events: &[BrandEvent]) -> AggregateTestExecutor<Brand> {
    testing::given(events)
}

fn tea() -> BrandDetails {
    BrandDetails { name: "Tea House".to_owned(), ..BrandDetails::default() }
}

fn created() -> BrandEvent {
    BrandEvent::BrandCreated { id: id(1), details: tea() }
}

fn create(details: BrandDetails) -> BrandCommand {
    BrandCommand::Create { id: id(1), details, figures: BTreeMap::new() }
}

fn change(patch: BrandPatch) -> BrandCommand {
    BrandCommand::Change { patch, figures: BTreeMap::new() }
}

fn send(figure: BrandFigure, value: Option<Decimal>) -> BrandCommand {
    BrandCommand::Change { patch: BrandPatch::default(), figures: [(figure, value)].into() }
}

fn renamed(name: &str) -> BrandPatch {
    BrandPatch { name: text(name), ..BrandPatch::default() }
}

#[test]
fn create_begins_a_brand_with_its_trimmed_name_and_the_figures_sent() {
    let figures = [(BrandFigure::CreatorsCount, Some(decimal("12"))), (BrandFigure::CollabCount, None)];
    given(&[])
        .when(BrandCommand::Create {
            id: id(1),
            details: BrandDetails { name: " Tea House\u{3000}".to_owned(), ..tea() },
            figures: figures.into(),
        })
        .then_expect_events(vec![
            created(),
            BrandEvent::BrandFigureSent { figure: BrandFigure::CreatorsCount, value: Some(decimal("12")) },
        ]);
}

#[test]
fn create_on_an_existing_or_deleted_brand_is_refused() {
    for past in [vec![created()], vec![created(), BrandEvent::BrandDeleted {}]] {
        given(&past).when(create(tea())).then_expect_error(Refusal::field(
            "id",
            "already_exists",
            "id is that of an existing brand",
        ));
    }
}

#[test]
fn a_name_has_1_to_100_characters() {
    let named = |name: String| create(BrandDetails { name, ..tea() });
    let decide = |name: String| after::<Brand>(&[]).decide(named(name));
    assert!(decide("茶".repeat(100)).is_ok());
    assert_eq!(faults(decide("茶".repeat(101))), fault("name", "too_long"));
    assert_eq!(faults(decide(" \t\u{3000}".to_owned())), fault("name", "required"));
    assert_eq!(faults(decide("a\0b".to_owned())), fault("name", "not_allowed"));
    given(&[]).when(named(String::new())).then_expect_error_message("name must have 1 to 100 characters");
}

#[test]
fn every_fault_of_a_command_is_named_at_once() {
    let patch = BrandPatch {
        name: text(""),
        description: Some(text("a".repeat(20_001))),
        logo_url: Some(text("a".repeat(2_001))),
        category: Some(text("\0")),
        source: Some(text("a".repeat(2_000))),
        shop_overall_rating: Some(decimal("5.1")),
        ..BrandPatch::default()
    };
    let figures = [(BrandFigure::CollabCount, Some(decimal("1.5")))].into();
    let decision = after::<Brand>(&[created()]).decide(BrandCommand::Change { patch, figures });
    let expected = [
        ("name", "required"),
        ("description", "too_long"),
        ("logo_url", "too_long"),
        ("category", "not_allowed"),
        ("shop_overall_rating", "out_of_range"),
        ("collab_count", "out_of_range"),
    ];
    assert_eq!(faults(decision), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}

#[test]
fn a_rating_is_0_to_5_with_one_place() {
    let rated = |rating: &str| {
        let patch = BrandPatch { shop_overall_rating: Some(decimal(rating)), ..BrandPatch::default() };
        after::<Brand>(&[created()]).decide(change(patch))
    };
    for wrong in ["-0.1", "5.1", "4.55"] {
        assert_eq!(faults(rated(wrong)), fault("shop_overall_rating", "out_of_range"), "{wrong}");
    }
    for (sent, stored) in [("5", "5.0"), ("4.50", "4.5"), ("0.1", "0.1")] {
        let events = rated(sent).expect("a fine rating");
        assert_eq!(json(&events[0])["BrandChanged"]["changes"]["shop_overall_rating"], stored);
    }
    assert_eq!(rated("-0.0"), Ok(vec![]), "there is but one zero");
}

#[test]
fn decimals_are_stored_with_their_places_from_the_start() {
    let brand = done(Brand::default(), create(tea()));
    assert_eq!(json(&brand)["details"]["shop_overall_rating"], "0.0");
}

#[test]
fn change_yields_only_what_differs() {
    let patch = BrandPatch {
        category: Some(text("tea")),
        description: Some(None),
        shop_overall_rating: Some(decimal("0.0")),
        ..renamed(" Tea House ")
    };
    let changes = BrandPatch { category: Some(text("tea")), ..BrandPatch::default() };
    given(&[created()]).when(change(patch)).then_expect_events(vec![BrandEvent::BrandChanged { changes }]);
}

#[test]
fn a_change_that_changes_nothing_is_no_event() {
    given(&[created()]).when(change(renamed("Tea House"))).then_expect_events(vec![]);
    given(&[created()]).when(change(BrandPatch::default())).then_expect_events(vec![]);
}

#[test]
fn null_empties_a_field_and_absence_leaves_it() {
    let full = BrandDetails { category: text("tea"), source: text("fair"), ..tea() };
    let patch = BrandPatch { category: Some(None), ..BrandPatch::default() };
    let brand = done(after::<Brand>(&[BrandEvent::BrandCreated { id: id(1), details: full }]), change(patch));
    assert_eq!((brand.details.category, brand.details.source), (None, text("fair")));
}

#[test]
fn a_sent_figure_stays_until_null_is_sent() {
    let figure = BrandFigure::TotalGmvAchieved;
    let sent = |value: &str| BrandEvent::BrandFigureSent { figure, value: Some(decimal(value)) };
    let taken_back = BrandEvent::BrandFigureSent { figure, value: None };

    given(&[created()]).when(send(figure, Some(decimal("9.5")))).then_expect_events(vec![sent("9.50")]);
    given(&[created(), sent("9.50")]).when(send(figure, Some(decimal("9.5")))).then_expect_events(vec![]);
    given(&[created(), sent("9.50")]).when(send(figure, None)).then_expect_events(vec![taken_back.clone()]);
    given(&[created()]).when(send(figure, None)).then_expect_events(vec![]);

    let brand = after::<Brand>(&[created(), sent("9.50")]);
    assert_eq!(json(&brand)["figures"]["total_gmv_achieved"], "9.50");
    assert!(after::<Brand>(&[created(), sent("9.50"), taken_back]).figures.is_empty());
}

#[test]
fn figures_are_never_negative_and_counts_are_whole() {
    let sent = |figure, value| after::<Brand>(&[created()]).decide(send(figure, Some(decimal(value))));
    for (figure, field, wrong) in [
        (BrandFigure::CollabCount, "collab_count", "-1"),
        (BrandFigure::CreatorsCount, "creators_count", "0.5"),
        (BrandFigure::TotalGmvAchieved, "total_gmv_achieved", "0.001"),
        (BrandFigure::TotalViewsAchieved, "total_views_achieved", "10000000000000.01"),
    ] {
        assert_eq!(faults(sent(figure, wrong)), fault(field, "out_of_range"), "{wrong}");
    }
    assert!(sent(BrandFigure::TotalViewsAchieved, "10000000000000.00").is_ok());
    assert!(sent(BrandFigure::CollabCount, "3.0").is_ok());
}

#[test]
fn delete_happens_once_and_frees_the_name() {
    given(&[created()]).when(BrandCommand::Delete).then_expect_events(vec![BrandEvent::BrandDeleted {}]);
    let brand = after::<Brand>(&[created()]);
    assert_eq!(
        brand.claims(),
        [Claim::new("brand", id(1), id(1)), Claim::new("brand-name", "Tea House", id(1))]
    );
    assert_eq!(done(brand, BrandCommand::Delete).claims(), []);
}

#[test]
fn a_brand_that_was_never_created_or_is_deleted_is_not_found() {
    for past in [vec![], vec![created(), BrandEvent::BrandDeleted {}]] {
        for command in [change(renamed("Other")), BrandCommand::Delete] {
            given(&past).when(command).then_expect_error(Refusal::NotFound("brand"));
        }
    }
}

#[test]
fn a_brand_relies_on_no_other_stream() {
    let brand = after::<Brand>(&[created()]);
    assert_eq!(brand.requires(&created()), []);
    assert!(brand.tags().is_empty());
}
