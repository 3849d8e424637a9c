use std::collections::BTreeSet;

use chrono::{TimeDelta, Timelike, Utc};
use serde_json::{Value, json};

use super::{ITEM, ago, board, codes, minute, observes, seen, watches};
use crate::support::TestApp;
use crate::support::shapes::has_keys;

#[tokio::test]
async fn the_board_is_a_bare_page_of_items_with_exactly_these_fields() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let empty = json!({ "items": [], "total": 0, "page": 1, "per_page": 50, "total_pages": 0 });
    assert_eq!(board(&reader, "").await, empty);
    let fields =
        json!({ "name": "烏龍茶", "brand": "茶屋", "category": "茶葉", "image_url": "https://i.example/1" });
    let id = watches(&manager, "A-1", fields).await;
    let (first, second, third) = (ago(300), ago(200), ago(100));
    observes(
        &manager,
        json!([
            { "listing": id, "price": 3180, "observed_at": first, "stock_status": "in_stock" },
            { "listing": id, "price": 3290, "observed_at": second },
            { "listing": id, "price": 3290, "observed_at": third },
        ]),
    )
    .await;
    let page = board(&reader, "").await;
    has_keys(&page, &["items", "total", "page", "per_page", "total_pages"]);
    let item = &page["items"][0];
    has_keys(item, ITEM);
    let expected = json!({
        "id": id, "product_id": "A-1", "name": "烏龍茶", "brand": "茶屋", "category": "茶葉",
        "url": "https://shop.example/goods/A-1", "image_url": "https://i.example/1", "price": 3290,
        "previous_price": 3180, "price_change": 110, "change_percent": 3.46, "status": "active",
        "stock_status": "in_stock", "last_checked": minute(&third), "last_changed": minute(&second),
        "first_seen": minute(&first),
    });
    assert_eq!(*item, expected);
    app.finish().await;
}

#[tokio::test]
async fn pages_hold_each_listing_once_and_bad_figures_fall_back() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let goods: Vec<Value> =
        (0..25).map(|n| json!({ "listing": format!("G{n:02}"), "price": 100 + n % 3 })).collect();
    manager.post("/api/listings/observations?create=1", Value::from(goods)).await.data();
    for order in ["asc", "desc"] {
        let mut found = Vec::new();
        for page in 1..=3 {
            let query = format!("?page={page}&per_page=10&sort_by=price&order={order}");
            found.extend(codes(&manager, &query).await);
        }
        assert_eq!(found.len(), 25);
        assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 25, "{found:?}");
    }
    let last = board(&manager, "?page=3&per_page=10").await;
    assert_eq!((&last["total"], &last["total_pages"]), (&json!(25), &json!(3)));
    assert_eq!(last["items"].as_array().unwrap().len(), 5);
    assert_eq!(board(&manager, "?page=9&per_page=10").await["items"], json!([]));
    for bad in ["page=0&per_page=0", "page=x&per_page=-1", "page=&per_page=1e3"] {
        let page = board(&manager, &format!("?{bad}")).await;
        assert_eq!((&page["page"], &page["per_page"]), (&json!(1), &json!(50)), "{bad}");
    }
    assert_eq!(board(&manager, "?per_page=5000").await["per_page"], 1000);
    app.finish().await;
}

#[tokio::test]
async fn any_field_sorts_and_what_is_unknown_stands_at_the_end() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({ "name": "b" })).await;
    watches(&manager, "B", json!({ "name": "a" })).await;
    watches(&manager, "C", json!({})).await;
    observes(&manager, json!([seen("A", 100, 50), seen("B", 50, 50), seen("A", 150, 40), seen("B", 45, 40)]))
        .await;
    for (sort, rising, falling) in [
        ("id", ["A", "B", "C"], ["C", "B", "A"]),
        ("price", ["B", "A", "C"], ["A", "B", "C"]),
        ("name", ["B", "A", "C"], ["A", "B", "C"]),
        ("change_percent", ["B", "A", "C"], ["A", "B", "C"]),
        ("previous_price", ["B", "A", "C"], ["A", "B", "C"]),
        ("last_checked", ["A", "B", "C"], ["B", "A", "C"]),
    ] {
        assert_eq!(codes(&manager, &format!("?sort_by={sort}")).await, rising, "{sort}");
        assert_eq!(codes(&manager, &format!("?sort_by={sort}&order=desc")).await, falling, "{sort} desc");
        let second = codes(&manager, &format!("?sort_by={sort}&order=desc&page=2&per_page=1")).await;
        assert_eq!(second, falling[1..2], "{sort} desc, second page");
        let third = codes(&manager, &format!("?sort_by={sort}&order=desc&page=3&per_page=1")).await;
        assert_eq!(third, falling[2..], "{sort} desc, third page");
    }
    for sort in ITEM {
        assert_eq!(codes(&manager, &format!("?sort_by={sort}&order=desc")).await.len(), 3, "{sort}");
    }
    for bad in ["sort_by=color", "order=up", "filter=cheap", "since=yesterday"] {
        let message = manager.get(&format!("/api/products?{bad}")).await.fails_with(400);
        assert!(message.contains(bad.split('=').next().unwrap()), "{message}");
    }
    app.finish().await;
}

#[tokio::test]
async fn filters_say_what_rose_what_fell_and_what_is_gone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    for code in ["UP", "DOWN", "BACK", "OLD", "NEW", "GONE"] {
        watches(&manager, code, json!({ "category": if code < "H" { "early" } else { "late" } })).await;
    }
    let zone = app.app.zone();
    let midnight = zone.start_of(zone.day(Utc::now()));
    let at = |minutes: i64| (midnight + TimeDelta::minutes(minutes)).to_rfc3339();
    let look = |code: &str, price: i64, minutes: i64| json!({ "listing": code, "price": price, "observed_at": at(minutes) });
    // Yesterday, at the stroke of midnight, and since: what is later than now was asked for as `since` below.
    observes(
        &manager,
        json!([
            look("UP", 90, -600),
            look("UP", 100, 0),
            look("DOWN", 100, -60),
            look("BACK", 100, -60),
            look("OLD", 100, -120),
            look("OLD", 150, -60),
            look("GONE", 100, -60),
        ]),
    )
    .await;
    let gone = board(&manager, "?q=GONE").await["items"][0]["id"].as_i64().unwrap();
    manager.patch(&format!("/api/listings/{gone}"), json!({ "status": "delisted" })).await.data();
    if Utc::now() - midnight < TimeDelta::minutes(5) {
        // Nothing can have happened since midnight yet.
        return app.finish().await;
    }
    observes(
        &manager,
        json!([
            look("UP", 120, 1),
            look("DOWN", 80, 1),
            look("BACK", 130, 1),
            look("BACK", 100, 2),
            look("NEW", 10, 1),
            look("NEW", 20, 2),
        ]),
    )
    .await;
    assert_eq!(codes(&manager, "?filter=increase").await, ["UP"]);
    assert_eq!(codes(&manager, "?filter=decrease").await, ["DOWN"]);
    assert_eq!(codes(&manager, "?filter=delisted").await, ["GONE"]);
    assert_eq!(board(&manager, "?filter=increase").await["total"], 1);
    assert_eq!(board(&manager, "?filter=all").await["total"], 6);
    let since = at(-90).replace('+', "%2B");
    let old = codes(&manager, &format!("?filter=increase&since={since}&sort_by=product_id")).await;
    assert_eq!(old, ["OLD", "UP"]);
    assert_eq!(codes(&manager, "?filter=increase&category=early").await, Vec::<String>::new());
    assert_eq!(codes(&manager, "?filter=decrease&category=early&q=dow").await, ["DOWN"]);
    app.finish().await;
}

#[tokio::test]
async fn a_search_finds_words_in_name_brand_and_code() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "TEA-1", json!({ "name": "高山烏龍茶 150g", "brand": "茶屋" })).await;
    watches(&manager, "TEA-2", json!({ "name": "Earl Grey 50% off", "brand": "Tea House" })).await;
    watches(&manager, "CUP-9", json!({ "name": "茶杯", "category": "cups" })).await;
    for (q, found) in [
        ("烏龍", &["TEA-1"][..]),
        ("茶", &["TEA-1", "CUP-9"]),
        ("tea", &["TEA-1", "TEA-2"]),
        ("ＴＥＡ-1", &["TEA-1"]),
        ("house earl", &["TEA-2"]),
        ("50%25", &["TEA-2"]),
        ("%25", &["TEA-2"]),
        ("_", &[]),
        ("'; drop table events; --", &[]),
        ("烏茶", &[]),
    ] {
        assert_eq!(codes(&manager, &format!("?q={q}")).await, found, "{q}");
        assert_eq!(board(&manager, &format!("?q={q}")).await["total"], found.len(), "{q}");
    }
    assert_eq!(codes(&manager, "?q=茶&category=cups").await, ["CUP-9"]);
    let id = board(&manager, "?q=烏龍").await["items"][0]["id"].as_i64().unwrap();
    manager.patch(&format!("/api/listings/{id}"), json!({ "name": "紅茶" })).await.data();
    assert_eq!(codes(&manager, "?q=烏龍").await, Vec::<String>::new());
    assert_eq!(codes(&manager, "?q=紅茶").await, ["TEA-1"]);
    manager.delete(&format!("/api/listings/{id}")).await.data();
    assert_eq!(codes(&manager, "?q=紅茶").await, Vec::<String>::new());
    app.finish().await;
}

#[tokio::test]
async fn totals_follow_what_moves_between_categories() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first = watches(&manager, "A", json!({ "category": "tea" })).await;
    watches(&manager, "B", json!({ "category": "tea" })).await;
    watches(&manager, "C", json!({})).await;
    let total = async |query: &str| board(&manager, query).await["total"].as_i64().unwrap();
    assert_eq!((total("").await, total("?category=tea").await), (3, 2));
    let path = format!("/api/listings/{first}");
    manager.patch(&path, json!({ "category": "cups" })).await.data();
    assert_eq!((total("?category=tea").await, total("?category=cups").await), (1, 1));
    manager.patch(&path, json!({ "status": "delisted" })).await.data();
    assert_eq!((total("?category=cups").await, total("?filter=delisted").await), (1, 1));
    manager.patch(&path, json!({ "status": "active" })).await.data();
    assert_eq!(total("?filter=delisted").await, 0);
    manager.delete(&path).await.data();
    assert_eq!((total("").await, total("?category=cups").await), (2, 0));
    app.finish().await;
}

#[tokio::test]
async fn the_board_shows_a_write_at_once_and_repeats_what_has_not_changed() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let other = app.another_node().await;
    let id = watches(&manager, "A", json!({})).await;
    for price in 1..=5 {
        observes(&manager, json!([seen(id, price, 0)])).await;
        for actor in [manager.clone(), other.receives(&manager)] {
            assert_eq!(board(&actor, "").await["items"][0]["price"], price);
        }
    }
    let first = manager.get("/api/products").await;
    let again = manager.get_with("/api/products", ("if-none-match", &first.etag())).await;
    assert_eq!(again.status, 304);
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn midnight_is_that_of_the_zone() {
    // Somewhere it is always just after noon: there the day is not yet over and began twelve hours ago.
    let hours = 12 - i64::from(Utc::now().hour());
    let name = match hours {
        0 => "Etc/GMT".to_owned(),
        // The sign in these names is the other way round.
        hours if hours > 0 => format!("Etc/GMT-{hours}"),
        hours => format!("Etc/GMT+{}", -hours),
    };
    let app = TestApp::with(|config| config.timezone = name.parse().unwrap()).await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let hour = |ago: i64, price: i64| seen("A", price, ago * 60);
    observes(&manager, json!([hour(14, 100), hour(11, 90)])).await;
    assert_eq!(codes(&manager, "?filter=decrease").await, ["A"]);
    observes(&manager, json!([hour(1, 100)])).await;
    assert_eq!(codes(&manager, "?filter=decrease").await, Vec::<String>::new());
    app.finish().await;
}
