use super::*;
use crate::testing::{done, fault, faults, id};
use crate::{Claim, testing};

fn register(details: ListingDetails) -> Result<Vec<ListingEvent>, Refusal> {
    Listing::default().decide(ListingCommand::Register { number: 7, details })
}

fn change(patch: ListingPatch) -> ListingCommand {
    ListingCommand::Change { patch }
}

#[test]
fn register_begins_a_listing_and_takes_its_code() {
    assert_eq!(register(tea()), Ok(vec![registered()]));
    assert_eq!(listing(&[]).claims(), [Claim::new("listing-code", "A-1", 7)]);
    let nameless = ListingDetails { product_id: text("  "), ..tea() };
    let begun = done(Listing::default(), ListingCommand::Register { number: 7, details: nameless });
    assert_eq!((begun.details.product_id.clone(), begun.claims()), (None, Vec::new()));
}

#[test]
fn a_stream_begins_once() {
    let again = ListingCommand::Register { number: 7, details: tea() };
    for past in [vec![registered()], vec![registered(), ListingEvent::ListingRemoved {}]] {
        testing::given::<Listing>(past)
            .when(again.clone())
            .then_expect_error(Refusal::already_exists("listing"));
    }
}

#[test]
fn what_is_said_of_a_listing_is_checked() {
    let wrong = |patch: ListingPatch| faults(listing(&[]).decide(change(patch)));
    for address in
        ["shop.example/1", "ftp://shop.example", "http://", "https:///x", "https://a b", "javascript:1"]
    {
        let patch = ListingPatch { url: Some(text(address)), ..ListingPatch::default() };
        assert_eq!(wrong(patch), fault("url", "not_allowed"), "{address}");
    }
    let patch = ListingPatch { product_id: Some(text("x".repeat(101))), ..ListingPatch::default() };
    assert_eq!(wrong(patch), fault("product_id", "too_long"));
    let patch = ListingPatch { product_id: Some(text("a\nb")), ..ListingPatch::default() };
    assert_eq!(wrong(patch), fault("product_id", "not_allowed"));
    let patch = ListingPatch { interval_s: Some(Some(0)), ..ListingPatch::default() };
    assert_eq!(wrong(patch), fault("interval", "out_of_range"));
    for (extract, code) in
        [(serde_json::json!(5), "wrong_type"), (serde_json::json!("x".repeat(4_000)), "too_long")]
    {
        let patch = ListingPatch { extract: Some(Some(extract)), ..ListingPatch::default() };
        assert_eq!(wrong(patch), fault("extract", code));
    }
}

#[test]
fn change_is_what_differs_and_nothing_is_no_event() {
    let patch =
        ListingPatch { name: Some(text(" Oolong ")), url: Some(tea().url), ..ListingPatch::default() };
    let changes = ListingPatch { name: Some(text("Oolong")), ..ListingPatch::default() };
    let changed = listing(&[]).decide(change(patch.clone()));
    assert_eq!(changed, Ok(vec![ListingEvent::ListingChanged { changes }]));
    assert_eq!(done(listing(&[]), change(patch.clone())).decide(change(patch)), Ok(vec![]));
    let null = ListingPatch { product_id: Some(None), ..ListingPatch::default() };
    assert!(done(listing(&[]), change(null)).claims().is_empty());
}

#[test]
fn a_currency_with_prices_in_it_is_fixed() {
    let dollars = change(ListingPatch { currency: Some(Currency::parse("USD")), ..ListingPatch::default() });
    assert!(listing(&[]).decide(dollars.clone()).is_ok());
    let refused = listing(&[observed("100", 1, None)]).decide(dollars);
    assert_eq!(faults(refused), fault("currency", "fixed"));
}

#[test]
fn a_link_relies_on_the_product_and_is_made_once() {
    let link = ListingCommand::Link { product: id(5), brand: id(4) };
    let event = ListingEvent::ListingLinked { product: id(5), brand: id(4) };
    assert_eq!(listing(&[]).decide(link.clone()), Ok(vec![event.clone()]));
    let linked = listing(std::slice::from_ref(&event));
    assert_eq!(linked.decide(link), Ok(vec![]));
    assert_eq!(linked.requires(&event), [Claim::new("product", id(5), id(4))]);
    assert_eq!(linked.decide(ListingCommand::Unlink), Ok(vec![ListingEvent::ListingUnlinked {}]));
    assert_eq!(listing(&[]).decide(ListingCommand::Unlink), Ok(vec![]));
}

#[test]
fn delisting_and_relisting_happen_once_each() {
    let delist = ListingCommand::Delist { at: at(5), source: "manual".to_owned(), evidence: None };
    let relist = ListingCommand::Relist { at: at(6), source: "manual".to_owned() };
    let gone = done(listing(&[]), delist.clone());
    assert_eq!((gone.status, gone.delisted_at), (ListingStatus::Delisted, Some(at(5))));
    assert_eq!(gone.decide(delist), Ok(vec![]));
    assert_eq!(done(gone, relist.clone()).status, ListingStatus::Active);
    assert_eq!(listing(&[]).decide(relist), Ok(vec![]));
}

#[test]
fn a_removed_listing_is_not_found_and_its_code_is_free() {
    let removed = done(listing(&[]), ListingCommand::Remove);
    assert!(removed.claims().is_empty());
    for command in [
        ListingCommand::Remove,
        ListingCommand::Unlink,
        change(ListingPatch::default()),
        ListingCommand::Relist { at: at(1), source: String::new() },
    ] {
        assert_eq!(removed.decide(command), Err(Refusal::NotFound("listing")));
    }
    assert_eq!(observe(&removed, seen("1", 1)), Err(Refusal::NotFound("listing")));
}
