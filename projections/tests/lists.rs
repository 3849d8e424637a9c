//! Lists: search, order, pages.

use aggregates::brands::{BrandDetails, BrandFigures};
use aggregates::values::Status;
use projections::brands::{self, list_brands};
use projections::campaigns::{self, list_campaigns};
use projections::products::{self, list_products};
use projections::{ListQuery, Ordering, Orderings, Page};

use crate::support::{History, House};

fn three_brands() -> History {
    let mut history = History::default();
    for (name, description) in
        [("beta", None), ("Alpha", Some("100% of A_B\\C")), ("gamma", Some("ALPHABET"))]
    {
        let description = description.map(str::to_owned);
        let details = BrandDetails { name: name.into(), description, ..BrandDetails::default() };
        history.brand_with(details, BrandFigures::new());
    }
    history
}

async fn names(house: &House, query: ListQuery) -> Vec<String> {
    let found = list_brands(&house.pool, &query).await.unwrap();
    found.items.into_iter().map(|brand| brand.name).collect()
}

fn search(text: &str) -> ListQuery {
    ListQuery { search: Some(text.to_owned()), ..ListQuery::default() }
}

fn ordered(text: &str) -> ListQuery {
    ListQuery { ordering: Some(Ordering::parse(text, brands::ORDERINGS).unwrap()), ..ListQuery::default() }
}

#[tokio::test]
async fn a_search_finds_part_of_a_name_or_description_in_any_case() {
    let house = House::after(&three_brands()).await;
    assert_eq!(names(&house, search("ALPHA")).await, ["gamma", "Alpha"]);
    assert_eq!(names(&house, search(" eta ")).await, ["beta"]);
    assert_eq!(names(&house, search("  ")).await, ["gamma", "Alpha", "beta"]);
    assert_eq!(names(&house, search("nothing")).await, [""; 0]);
}

#[tokio::test]
async fn nothing_in_a_search_is_special() {
    let house = House::after(&three_brands()).await;
    for text in ["%", "_", "\\", "0% o", "a_b", "B\\c", "100\0%"] {
        assert_eq!(names(&house, search(text)).await, ["Alpha"], "{text:?}");
    }
    let long = "a%_\\".repeat(100_000);
    assert_eq!(names(&house, search(&long)).await, [""; 0]);
    assert_eq!(names(&house, search("'; DROP TABLE brands; --")).await, [""; 0]);
}

#[tokio::test]
async fn lists_are_newest_first_or_as_asked_for() {
    let house = House::after(&three_brands()).await;
    assert_eq!(names(&house, ListQuery::default()).await, ["gamma", "Alpha", "beta"]);
    assert_eq!(names(&house, ordered("name")).await, ["Alpha", "beta", "gamma"]);
    assert_eq!(names(&house, ordered("-name")).await, ["gamma", "beta", "Alpha"]);
    assert_eq!(names(&house, ordered("created_at")).await, ["beta", "Alpha", "gamma"]);
    // Where all are equal, the newest first.
    assert_eq!(names(&house, ordered("category")).await, ["gamma", "Alpha", "beta"]);
}

#[tokio::test]
async fn every_kind_can_be_ordered_by_each_of_its_fields() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    for name in ["one", "two"] {
        history.product(tea, name);
        let campaign = history.campaign(tea, name, &[]);
        history.sets_status(campaign, Status::Accepted);
    }
    let house = House::after(&history).await;
    let queries = |allowed: Orderings| {
        allowed.iter().flat_map(move |(field, _)| {
            [(*field).to_owned(), format!("-{field}")].map(|text| ListQuery {
                ordering: Some(Ordering::parse(&text, allowed).unwrap()),
                ..ListQuery::default()
            })
        })
    };
    for query in queries(brands::ORDERINGS) {
        assert_eq!(list_brands(&house.pool, &query).await.unwrap().total, 1, "{query:?}");
    }
    for query in queries(products::ORDERINGS) {
        assert_eq!(list_products(&house.pool, &query).await.unwrap().total, 2, "{query:?}");
    }
    for query in queries(campaigns::ORDERINGS) {
        assert_eq!(list_campaigns(&house.pool, &query).await.unwrap().total, 2, "{query:?}");
    }
}

#[test]
fn an_unknown_order_names_the_known_ones() {
    for text in ["nme", "--name", "", "-", "name; DROP TABLE brands"] {
        let unknown = Ordering::parse(text, brands::ORDERINGS).unwrap_err();
        assert!(unknown.to_string().contains("name, created_at, updated_at, category"), "{unknown}");
    }
}

#[tokio::test]
async fn a_page_is_a_part_and_counts_the_whole() {
    let house = House::after(&three_brands()).await;
    let page = |page, per_page| ListQuery { page: Some(Page::new(page, per_page)), ..ListQuery::default() };
    let first = list_brands(&house.pool, &page(Some(1), Some(2))).await.unwrap();
    assert_eq!((first.items.len(), first.total), (2, 3));
    assert_eq!(names(&house, page(Some(2), Some(2))).await, ["beta"]);
    let beyond = list_brands(&house.pool, &page(Some(i64::MAX), Some(1000))).await.unwrap();
    assert_eq!((beyond.items.len(), beyond.total), (0, 3));
    let searched = ListQuery { search: Some("alpha".into()), ..page(Some(1), Some(1)) };
    assert_eq!(list_brands(&house.pool, &searched).await.unwrap().total, 2);
}

#[test]
fn a_page_stays_within_bounds() {
    let bounds = |page, per_page| {
        let page = Page::new(page, per_page);
        (page.page(), page.per_page())
    };
    assert_eq!(bounds(None, None), (1, 50));
    assert_eq!(bounds(Some(0), Some(0)), (1, 50));
    assert_eq!(bounds(Some(-3), Some(-3)), (1, 50));
    assert_eq!(bounds(Some(7), Some(1001)), (7, 1000));
}
