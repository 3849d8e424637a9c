use serde_json::{Value, json};

use super::{OBSERVATIONS, ago, observes, seen, watches};
use crate::support::TestApp;
use crate::support::actors::send;

#[tokio::test]
async fn each_bad_observation_is_named_and_the_good_ones_are_kept() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    observes(&manager, json!([seen(id, 100, 60)])).await;
    let cases = [
        ("unknown_listing", json!({ "listing": "NOBODY", "price": 1 })),
        ("unknown_listing", json!({ "listing": 999_999, "price": 1 })),
        ("required", json!({ "price": 1 })),
        ("required", json!({ "listing": null, "price": 1 })),
        ("wrong_type", json!({ "listing": [1], "price": 1 })),
        ("wrong_type", json!({ "listing": "", "price": 1 })),
        ("wrong_type", json!({ "listing": 1.5, "price": 1 })),
        ("required", json!({ "listing": id })),
        ("required", json!({ "listing": id, "price": null })),
        ("out_of_range", json!({ "listing": id, "price": -1 })),
        ("out_of_range", json!({ "listing": id, "price": 0 })),
        ("out_of_range", json!({ "listing": id, "price": 1e15 })),
        ("out_of_range", json!({ "listing": id, "price": "99999999999999999999999999999999" })),
        ("too_precise", json!({ "listing": id, "price": "1.23456" })),
        ("wrong_type", json!({ "listing": id, "price": "3,28" })),
        ("wrong_type", json!({ "listing": id, "price": "NaN" })),
        ("wrong_type", json!({ "listing": id, "price": true })),
        ("other_currency", json!({ "listing": id, "price": 1, "currency": "USD" })),
        ("unknown_value", json!({ "listing": id, "price": 1, "currency": "XYZ" })),
        ("unknown_value", json!({ "listing": id, "price": 1, "stock_status": "plenty" })),
        ("wrong_type", json!({ "listing": id, "price": 1, "stock_status": 1 })),
        ("in_future", json!({ "listing": id, "price": 1, "observed_at": ago(-60) })),
        ("wrong_type", json!({ "listing": id, "price": 1, "observed_at": "yesterday" })),
        ("wrong_type", json!({ "listing": id, "price": 1, "observed_at": 1_700_000_000 })),
        ("out_of_range", json!({ "listing": id, "price": 1, "observed_at": "1066-10-14" })),
        ("too_long", json!({ "listing": id, "price": 1, "source": "x".repeat(101) })),
        ("wrong_type", json!([1])),
        ("wrong_type", json!(5)),
        ("wrong_type", json!(null)),
    ];
    let mut body: Vec<Value> = cases.iter().map(|(_, item)| item.clone()).collect();
    body.push(seen(id, 90, 30));
    let taken = manager.post(OBSERVATIONS, Value::from(body)).await.data();
    assert_eq!((&taken["changed"], &taken["confirmed"]), (&json!(1), &json!(0)), "{taken}");
    let rejected = taken["rejected"].as_array().unwrap();
    for (index, (code, item)) in cases.iter().enumerate() {
        let told = &rejected[index];
        assert_eq!((&told["index"], &told["code"]), (&json!(index), &json!(code)), "{item}: {told}");
        assert!(!told["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(rejected.len(), cases.len());
    app.finish().await;
}

#[tokio::test]
async fn the_same_listing_at_the_same_time_counts_once_in_a_body() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let id = watches(&manager, "A", json!({})).await;
    let time = ago(5);
    let body = json!([
        { "listing": id, "price": 10, "observed_at": time },
        { "listing": "A", "price": 11, "observed_at": time },
        { "listing": "A", "price": 12, "observed_at": ago(4) },
    ]);
    let taken = manager.post(OBSERVATIONS, body).await.data();
    assert_eq!((&taken["changed"], &taken["rejected"][0]["code"]), (&json!(2), &json!("duplicate")));
    assert_eq!(taken["rejected"][0]["index"], 1);
    app.finish().await;
}

#[tokio::test]
async fn broken_lines_are_named_and_the_others_kept() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let deep = format!("{{\"listing\":{}1{}}}", "[".repeat(5_000), "]".repeat(5_000));
    let long = format!("{{\"listing\":\"{}\",\"price\":1}}", "x".repeat(70_000));
    let lines = [
        &seen("A", 1, 50).to_string(),
        "{\"listing\":\"A\",\"price\":",
        "oops",
        "\u{0}",
        &deep,
        &long,
        &seen("A", 2, 40).to_string(),
        "{\"listing\":\"A\\u0000\",\"price\":1}",
    ];
    let request = manager.request(reqwest::Method::POST, OBSERVATIONS).body(lines.join("\n"));
    let taken = send(request).await.data();
    assert_eq!(taken["changed"], 2, "{taken}");
    let told: Vec<_> = taken["rejected"].as_array().unwrap().iter().map(|one| one["index"].clone()).collect();
    assert_eq!(told, [1, 2, 3, 4, 5, 7]);
    app.finish().await;
}

#[tokio::test]
async fn bodies_that_cannot_be_cut_are_refused_whole() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    watches(&manager, "A", json!({})).await;
    let head = app.head().await;
    let item = seen("A", 1, 5);
    for body in ["".to_owned(), format!("[{item}"), format!("[{item}] x"), "[".to_owned()] {
        manager.post(OBSERVATIONS, body).await.fails_with(400);
    }
    let many = vec![item; 10_001];
    assert!(manager.post(OBSERVATIONS, Value::from(many)).await.fails_with(400).contains("10000"));
    let bytes = manager.request(reqwest::Method::POST, OBSERVATIONS).body(vec![0xff, 0xfe]);
    send(bytes).await.fails_with(400);
    let form =
        manager.request(reqwest::Method::POST, OBSERVATIONS).header("content-type", "text/csv").body("a,b");
    send(form).await.fails_with(415);
    let large = manager.request(reqwest::Method::POST, OBSERVATIONS).body(vec![b' '; 65 * 1024 * 1024]);
    send(large).await.fails_with(413);
    manager.post(&format!("{OBSERVATIONS}?create=perhaps"), "[]").await.fails_with(400);
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn ten_thousand_at_once_are_taken() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let body: Vec<Value> =
        (0..10_000).map(|n| json!({ "listing": format!("G{n}"), "price": n + 1 })).collect();
    let taken = manager.post(&format!("{OBSERVATIONS}?create=1"), Value::from(body)).await.data();
    assert_eq!((&taken["changed"], &taken["rejected"]), (&json!(10_000), &json!([])));
    app.finish().await;
}
