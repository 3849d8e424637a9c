use serde_json::{Value, json};

use super::{OBSERVATIONS, ago, board, observes, prices, seen, watches};
use crate::support::TestApp;

#[tokio::test]
async fn what_differs_is_an_event_and_what_confirms_is_in_the_book_alone() {
    let app = TestApp::start().await;
    let (manager, admin) = (app.manager().await, app.admin().await);
    let tea = watches(&manager, "A", json!({})).await;
    let cup = watches(&manager, "B", json!({})).await;
    let first = observes(&manager, json!([seen(tea, 100, 20), seen("B", 50, 20)])).await;
    assert_eq!((&first["changed"], &first["confirmed"]), (&json!(2), &json!(0)));
    let head = app.head().await;
    let second = observes(&manager, json!([seen(tea, 100, 10), seen(cup, "50.0", 10)])).await;
    assert_eq!((&second["changed"], &second["confirmed"]), (&json!(0), &json!(2)));
    assert_eq!(app.head().await, head + 1, "one event tells of all");
    let events = admin.get(&format!("/api/events?after={head}")).await.data();
    let page = &events["events"][0];
    assert_eq!(page["type"], "ObservationsTaken");
    assert_eq!(page["data"]["confirmed"]["listings"], format!("{tea}-{cup}"));
    let third = observes(&manager, json!([{ "listing": tea, "stock_status": "out_of_stock" }])).await;
    assert_eq!(third["changed"], 1);
    let item = board(&manager, "?q=A").await["items"][0].clone();
    assert_eq!((&item["price"], &item["stock_status"]), (&json!(100), &json!("out_of_stock")));
    app.finish().await;
}

#[tokio::test]
async fn an_array_and_lines_of_json_say_the_same() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    watches(&manager, "B", json!({})).await;
    let lines = format!("{}\n\n{}\n", seen("A", 1, 5), seen("B", 2, 5));
    let request = manager.request(reqwest::Method::POST, OBSERVATIONS);
    let request = request.header("content-type", "application/x-ndjson").body(lines);
    let answer = crate::support::actors::send(request).await;
    assert_eq!(answer.data(), json!({ "changed": 2, "confirmed": 0, "rejected": [] }));
    assert_eq!(observes(&manager, json!([seen("A", 1, 4), seen("B", 2, 4)])).await["confirmed"], 2);
    assert_eq!(observes(&manager, json!([])).await["confirmed"], 0);
    app.finish().await;
}

#[tokio::test]
async fn codes_that_nobody_knows_are_registered_when_asked_to() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body = json!([
        { "listing": "NEW-1", "price": 10, "name": "新品", "brand": "茶屋", "category": "茶葉", "url": "https://s.example/1" },
        { "listing": 13091835, "price": 20 },
        { "listing": "NEW-1", "price": 12, "observed_at": ago(5) },
        { "listing": "NEW-2", "price": -1 },
        { "listing": "NEW-3", "price": 5, "url": "nowhere" },
    ]);
    let refused = manager.post(OBSERVATIONS, body.clone()).await.data();
    assert_eq!(refused["rejected"].as_array().unwrap().len(), 5);
    assert_eq!(refused["rejected"][0]["code"], "unknown_listing");
    let taken = manager.post(&format!("{OBSERVATIONS}?create=true"), body.clone()).await.data();
    assert_eq!(taken["changed"], 3, "{taken}");
    let rejected: Vec<_> =
        taken["rejected"].as_array().unwrap().iter().map(|one| one["index"].clone()).collect();
    assert_eq!(rejected, [3, 4]);
    let page = board(&manager, "?sort_by=product_id").await;
    assert_eq!(page["total"], 2);
    assert_eq!(page["items"][0]["product_id"], "13091835");
    assert_eq!((&page["items"][1]["name"], &page["items"][1]["price"]), (&json!("新品"), &json!(10)));
    let again =
        manager.post(&format!("{OBSERVATIONS}?create=1"), json!([{ "listing": "NEW-1", "price": 10 }])).await;
    assert_eq!(again.data()["confirmed"], 1);
    app.finish().await;
}

#[tokio::test]
async fn a_number_is_meant_before_a_code_and_a_text_the_other_way_round() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let first = watches(&manager, "A", json!({})).await;
    let second = watches(&manager, &first.to_string(), json!({})).await;
    observes(&manager, json!([{ "listing": first, "price": 1 }])).await;
    observes(&manager, json!([{ "listing": first.to_string(), "price": 2 }])).await;
    observes(&manager, json!([{ "listing": second.to_string(), "price": 3, "observed_at": ago(-1) }])).await;
    let price = async |id: i64| manager.get(&format!("/api/listings/{id}")).await.data()["price"].clone();
    assert_eq!((price(first).await, price(second).await), (json!(1), json!(3)));
    app.finish().await;
}

#[tokio::test]
async fn a_delisted_listing_that_is_seen_again_is_relisted_with_one_history() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 60)])).await;
    let path = format!("/api/listings/{id}");
    manager.patch(&path, json!({ "status": "delisted" })).await.data();
    observes(&manager, json!([seen(id, 100, 30)])).await;
    assert_eq!(manager.get(&path).await.data()["status"], "delisted", "that was before it went");
    observes(&manager, json!([{ "listing": id, "price": 110 }])).await;
    assert_eq!(manager.get(&path).await.data()["status"], "active");
    assert_eq!(prices(&manager, "A").await, [json!(110), json!(100), json!(100)][..2]);
    app.finish().await;
}

#[tokio::test]
async fn two_nodes_take_observations_of_the_same_listings_without_losing_any() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let other = app.another_node().await;
    let there = other.receives(&manager);
    for n in 0..20 {
        watches(&manager, &format!("G{n}"), json!({})).await;
    }
    let body = |round: i64, node: i64| -> Value {
        (0..20).map(|n| seen(format!("G{n}"), 100 + round * 2 + node, 60 - round * 2 - node)).collect()
    };
    for round in 0..10 {
        let (here, elsewhere) =
            tokio::join!(observes(&manager, body(round, 0)), observes(&there, body(round, 1)),);
        let taken = |taken: Value| taken["changed"].as_i64().unwrap() + taken["confirmed"].as_i64().unwrap();
        assert_eq!(taken(here) + taken(elsewhere), 40);
    }
    for n in 0..20 {
        let expected: Vec<Value> = (0..20).rev().map(|step| json!(100 + step)).collect();
        assert_eq!(prices(&manager, &format!("G{n}")).await, expected);
    }
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_listing_changed_elsewhere_is_known_as_it_is_now() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let other = app.another_node().await;
    let there = other.receives(&manager);
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen("A", 100, 50)])).await;
    observes(&there, json!([seen("A", 90, 40)])).await;
    there.patch(&format!("/api/listings/{id}"), json!({ "product_id": "B" })).await.data();
    let taken = manager.post(OBSERVATIONS, json!([seen("A", 80, 30), seen("B", 70, 20)])).await.data();
    assert_eq!((&taken["changed"], &taken["rejected"][0]["index"]), (&json!(1), &json!(0)));
    assert_eq!(observes(&there, json!([seen("B", 70, 10)])).await["confirmed"], 1);
    there.delete(&format!("/api/listings/{id}")).await.data();
    let taken = manager.post(OBSERVATIONS, json!([seen("B", 70, 5), seen(id, 70, 5)])).await.data();
    assert_eq!(taken["rejected"].as_array().unwrap().len(), 2);
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_repeated_body_with_its_key_is_taken_once() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let body = json!([seen("A", 100, 1)]);
    let headers = [("idempotency-key", "run-1")];
    let first = manager.sends(reqwest::Method::POST, OBSERVATIONS, &body, &headers).await;
    let head = app.head().await;
    let again = manager.sends(reqwest::Method::POST, OBSERVATIONS, &body, &headers).await;
    assert_eq!((first.json.clone(), app.head().await), (again.json, head));
    let other = json!([seen("A", 90, 1)]);
    manager.sends(reqwest::Method::POST, OBSERVATIONS, &other, &headers).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn a_line_that_is_no_text_is_told_and_the_others_are_taken() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let lines =
        [b"{\"listing\":\"\xA4\xA4\",\"price\":1}\n", seen("A", 2, 5).to_string().as_bytes()].concat();
    let request = manager.request(reqwest::Method::POST, OBSERVATIONS);
    let request = request.header("content-type", "application/x-ndjson").body(lines);
    let answer = crate::support::actors::send(request).await.data();
    assert_eq!((&answer["changed"], &answer["rejected"][0]["index"]), (&json!(1), &json!(0)));
    assert_eq!(answer["rejected"][0]["code"], "encoding");
    // and: an empty switch is no switch
    let refused = manager.post(&format!("{OBSERVATIONS}?create="), json!([seen("NEW", 1, 5)])).await.data();
    assert_eq!(refused["rejected"][0]["code"], "unknown_listing");
    app.finish().await;
}

#[tokio::test]
async fn a_price_as_text_may_be_grouped_and_in_full_width() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let texts = ["1,280", "１２８１", "１，２８２．５０", " 1,234,567 "];
    for (text, minutes) in texts.into_iter().zip((1..=4).rev()) {
        observes(&manager, json!([{ "listing": id, "price": text, "observed_at": ago(minutes) }])).await;
    }
    let expected = [json!(1_234_567), json!(1282.5), json!(1281), json!(1280)];
    assert_eq!(prices(&manager, "A").await, expected);
    for wrong in ["1,28", "12,80", ",280", "1,,280", "1.280,5", "1 280", "1,280元"] {
        let taken = manager.post(OBSERVATIONS, json!([{ "listing": id, "price": wrong }])).await.data();
        assert_eq!(taken["rejected"][0]["code"], "wrong_type", "{wrong}: {taken}");
    }
    app.finish().await;
}
