use std::collections::BTreeMap;

use cqrs_es::test::AggregateTestExecutor;

use super::*;
use crate::testing::{after, decimal, done, fault, faults, id, json, text};
use crate::{Claim, Decider, Refusal, testing};

fn given(events: &[ProductEvent]) -> AggregateTestExecutor<Product> {
    testing::given(events)
}

fn tea() -> ProductDetails {
    ProductDetails { name: "Oolong".to_owned(), dataset_id: "d1".to_owned(), ..ProductDetails::default() }
}

fn created() -> ProductEvent {
    ProductEvent::ProductCreated { id: id(2), brand: id(1), details: tea() }
}

fn create(details: ProductDetails) -> ProductCommand {
    ProductCommand::Create { id: id(2), brand: id(1), details, figures: BTreeMap::new() }
}

fn change(patch: ProductPatch) -> ProductCommand {
    ProductCommand::Change { brand: None, patch, figures: BTreeMap::new() }
}

fn patched(patch: ProductPatch) -> Result<Vec<ProductEvent>, Refusal> {
    after::<Product>(&[created()]).decide(change(patch))
}

fn move_to(brand: u128) -> ProductCommand {
    ProductCommand::Change {
        brand: Some(id(brand)),
        patch: ProductPatch::default(),
        figures: BTreeMap::new(),
    }
}

fn moved() -> ProductEvent {
    ProductEvent::ProductMoved { from: id(1), to: id(9) }
}

#[test]
fn create_begins_a_product_with_exact_places_and_the_figure_sent() {
    let figures: ProductFigures = [(ProductFigure::CollabCreators, Some(decimal("3")))].into();
    let details = ProductDetails { sales_price_min: Some(decimal("10")), ..tea() };
    let command = ProductCommand::Create { id: id(2), brand: id(1), details: details.clone(), figures };
    given(&[]).when(command).then_expect_events(vec![
        ProductEvent::ProductCreated { id: id(2), brand: id(1), details: details.clone() },
        ProductEvent::ProductFigureSent { figure: ProductFigure::CollabCreators, value: Some(decimal("3")) },
    ]);
    let stored = json(&done(Product::default(), create(details)));
    assert_eq!(stored["details"]["sales_price_min"], "10.00");
    assert_eq!(stored["details"]["commission_rate"], "0.00");
    assert_eq!(stored["details"]["product_rating"], "0.0");
}

#[test]
fn create_on_an_existing_or_deleted_product_is_refused() {
    for past in [vec![created()], vec![created(), ProductEvent::ProductDeleted {}]] {
        given(&past).when(create(tea())).then_expect_error(Refusal::field(
            "id",
            "already_exists",
            "id is that of an existing product",
        ));
    }
}

#[test]
fn name_and_dataset_id_are_never_empty() {
    let decision = after::<Product>(&[]).decide(create(ProductDetails::default()));
    assert_eq!(faults(decision), [fault("name", "required"), fault("dataset_id", "required")].concat());

    let named = |name: String| patched(ProductPatch { name: Some(name), ..ProductPatch::default() });
    assert!(named("茶".repeat(255)).is_ok());
    assert_eq!(faults(named("茶".repeat(256))), fault("name", "too_long"));
    assert_eq!(faults(named("  ".to_owned())), fault("name", "required"));

    let kept =
        |dataset_id: &str| patched(ProductPatch { dataset_id: text(dataset_id), ..ProductPatch::default() });
    assert_eq!(faults(kept(" ")), fault("dataset_id", "required"));
    assert_eq!(faults(kept(&"d".repeat(256))), fault("dataset_id", "too_long"));
    let changes = ProductPatch { dataset_id: text(" d2 "), ..ProductPatch::default() };
    assert_eq!(kept(" d2 "), Ok(vec![ProductEvent::ProductChanged { changes }]), "an id is kept as sent");
}

#[test]
fn texts_have_their_limits() {
    let patch = ProductPatch {
        description: Some(text("a".repeat(20_001))),
        image_url: Some(text("a".repeat(2_001))),
        pid: Some(text("\0")),
        external_id: Some(text("a".repeat(2_000))),
        ..ProductPatch::default()
    };
    let expected =
        [fault("description", "too_long"), fault("image_url", "too_long"), fault("pid", "not_allowed")];
    assert_eq!(faults(patched(patch)), expected.concat());
}

#[test]
fn rates_are_0_to_100_with_two_places_and_the_rating_0_to_5_with_one() {
    let rate = |rate: &str| ProductPatch { commission_rate: Some(decimal(rate)), ..ProductPatch::default() };
    let open = |rate: &str| ProductPatch { open_collab: Some(decimal(rate)), ..ProductPatch::default() };
    let rating = |rate: &str| ProductPatch { product_rating: Some(decimal(rate)), ..ProductPatch::default() };
    for (patch, field, rule) in [
        (rate("100.01"), "commission_rate", "must be at most 100"),
        (rate("-0.01"), "commission_rate", "must be at least 0"),
        (rate("0.125"), "commission_rate", "must have at most 2 decimal places"),
        (open("101"), "open_collab", "must be at most 100"),
        (rating("5.1"), "product_rating", "must be at most 5"),
        (rating("4.75"), "product_rating", "must have at most 1 decimal place"),
    ] {
        let expected = Refusal::field(field, "out_of_range", format!("{field} {rule}"));
        given(&[created()]).when(change(patch)).then_expect_error(expected);
    }
    for patch in [rate("100"), rate("0.120"), open("0.01"), rating("5.0")] {
        assert!(patched(patch.clone()).is_ok(), "{patch:?}");
    }
}

#[test]
fn counters_are_never_negative() {
    let patch = ProductPatch {
        available_samples: Some(-1),
        stock: Some(-1),
        items_sold: Some(i64::MAX),
        reviews_count: Some(-5),
        ..ProductPatch::default()
    };
    let fields = ["available_samples", "stock", "items_sold", "reviews_count"];
    assert_eq!(faults(patched(patch)), fields.map(|field| fault(field, "out_of_range")).concat());
    assert!(patched(ProductPatch { stock: Some(1_000_000_000_000_000), ..ProductPatch::default() }).is_ok());
}

#[test]
fn the_lowest_price_is_at_most_the_highest_where_both_are_known() {
    let least =
        |price: &str| ProductPatch { sales_price_min: Some(Some(decimal(price))), ..ProductPatch::default() };
    let most =
        |price: &str| ProductPatch { sales_price_max: Some(Some(decimal(price))), ..ProductPatch::default() };
    let both =
        |from: &str, to: &str| ProductPatch { sales_price_max: Some(Some(decimal(to))), ..least(from) };
    let priced = |known: ProductPatch, patch: ProductPatch| {
        after::<Product>(&[created(), ProductEvent::ProductChanged { changes: known }]).decide(change(patch))
    };
    assert_eq!(faults(priced(most("5.00"), least("5.01"))), fault("sales_price_min", "out_of_range"));
    assert_eq!(faults(priced(least("5.00"), most("4.99"))), fault("sales_price_max", "out_of_range"));
    assert_eq!(
        faults(priced(ProductPatch::default(), both("2", "1"))),
        fault("sales_price_min", "out_of_range")
    );
    assert_eq!(
        faults(priced(ProductPatch::default(), least("-1"))),
        fault("sales_price_min", "out_of_range")
    );
    assert!(priced(both("1.00", "2.00"), both("3", "4")).is_ok(), "both may rise together");
    assert!(priced(most("5.00"), least("5")).is_ok());
    let unpriced = ProductPatch { sales_price_max: Some(None), ..least("9") };
    assert!(priced(both("1.00", "2.00"), unpriced).is_ok(), "an unknown price limits nothing");
}

#[test]
fn change_yields_only_what_differs() {
    let patch = ProductPatch {
        name: text("Oolong "),
        stock: Some(7),
        commission_rate: Some(decimal("0.00")),
        tiktok_shop: Some(false),
        ..ProductPatch::default()
    };
    let changes = ProductPatch { stock: Some(7), ..ProductPatch::default() };
    given(&[created()])
        .when(change(patch))
        .then_expect_events(vec![ProductEvent::ProductChanged { changes }]);
    given(&[created()]).when(move_to(1)).then_expect_events(vec![]);
}

#[test]
fn a_product_moves_to_another_brand_and_changes_there() {
    given(&[created()]).when(move_to(9)).then_expect_events(vec![moved()]);
    given(&[created(), moved()]).when(move_to(9)).then_expect_events(vec![]);

    let patch = ProductPatch { name: text("Puer"), ..ProductPatch::default() };
    let figures: ProductFigures = [(ProductFigure::CollabCreators, Some(decimal("3")))].into();
    let command = ProductCommand::Change { brand: Some(id(9)), patch: patch.clone(), figures };
    given(&[created()]).when(command).then_expect_events(vec![
        moved(),
        ProductEvent::ProductChanged { changes: patch },
        ProductEvent::ProductFigureSent { figure: ProductFigure::CollabCreators, value: Some(decimal("3")) },
    ]);
}

#[test]
fn collab_creators_is_derived_again_when_null_is_sent() {
    let figure = ProductFigure::CollabCreators;
    let send = |value| {
        let patch = ProductPatch::default();
        ProductCommand::Change { brand: None, patch, figures: [(figure, value)].into() }
    };
    let sent = ProductEvent::ProductFigureSent { figure, value: Some(decimal("3")) };
    let taken_back = ProductEvent::ProductFigureSent { figure, value: None };
    given(&[created()]).when(send(Some(decimal("3")))).then_expect_events(vec![sent.clone()]);
    given(&[created(), sent.clone()]).when(send(Some(decimal("3")))).then_expect_events(vec![]);
    given(&[created(), sent.clone()]).when(send(None)).then_expect_events(vec![taken_back]);
    given(&[created()]).when(send(None)).then_expect_events(vec![]);
    let decision = after::<Product>(&[created()]).decide(send(Some(decimal("-1"))));
    assert_eq!(faults(decision), fault("collab_creators", "out_of_range"));
}

#[test]
fn delete_happens_once() {
    let deleted = ProductEvent::ProductDeleted {};
    given(&[created()]).when(ProductCommand::Delete).then_expect_events(vec![deleted.clone()]);
    for past in [vec![], vec![created(), deleted]] {
        for command in [move_to(9), ProductCommand::Delete] {
            given(&past).when(command).then_expect_error(Refusal::NotFound("product"));
        }
    }
}

#[test]
fn it_claims_its_id_for_its_brand_and_its_name_within_it() {
    let claims = |brand: u128| {
        let name = format!("{}/Oolong", id(brand));
        [Claim::new("product", id(2), id(brand)), Claim::new("product-name", name, id(2))]
    };
    assert_eq!(after::<Product>(&[created()]).claims(), claims(1));
    assert_eq!(after::<Product>(&[created(), moved()]).claims(), claims(9));
    assert_eq!(after::<Product>(&[created(), ProductEvent::ProductDeleted {}]).claims(), []);
}

#[test]
fn it_belongs_to_a_live_brand() {
    let requires = |events: &[ProductEvent]| {
        let product = after::<Product>(events);
        events.last().map(|event| product.requires(event))
    };
    let live = |brand: u128| Some(vec![Claim::new("brand", id(brand), id(brand))]);
    let changed = ProductEvent::ProductChanged { changes: ProductPatch::default() };
    assert_eq!(requires(&[created()]), live(1));
    assert_eq!(requires(&[created(), changed.clone()]), live(1));
    assert_eq!(requires(&[created(), moved()]), live(9));
    assert_eq!(requires(&[created(), moved(), changed]), live(9));
    assert_eq!(requires(&[created(), ProductEvent::ProductDeleted {}]), Some(vec![]));
}

#[test]
fn it_is_tagged_with_its_brand() {
    assert!(Product::default().tags().is_empty());
    assert_eq!(after::<Product>(&[created()]).tags(), [format!("brand:{}", id(1))]);
    assert_eq!(after::<Product>(&[created(), moved()]).tags(), [format!("brand:{}", id(9))]);
}
