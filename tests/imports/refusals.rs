use serde_json::{Value, json};

use super::{is_over, orders};
use crate::support::shapes::column;
use crate::support::{Actor, TestApp};
use crate::vendors::vendor;

async fn imports(manager: &Actor, job_type: &str, text: &str, more: &[(&str, &str)]) -> Value {
    let fields = [&[("job_type", job_type)], more].concat();
    let ordered = orders(manager, "a.csv", text.as_bytes().to_vec(), &fields).await;
    is_over(manager, &ordered).await
}

#[tokio::test]
async fn a_bad_price_is_an_error_of_its_row_and_the_others_are_stored() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let watched = json!({ "url": "https://s.example/1", "product_id": "EX", "price": 100 });
    manager.post("/api/listings", watched).await.data();
    let sheet = "商品編號,價格\nEX,200\nGOOD,50\nNEW,0\nHUGE,10000000000\n";
    let dry = imports(&manager, "listings", sheet, &[("dry_run", "1")]).await;
    assert_eq!((&dry["imported"], &dry["failed"]), (&json!(2), &json!(2)), "{dry}");
    let job = imports(&manager, "listings", sheet, &[]).await;
    assert_eq!((&job["status"], &job["imported"], &job["failed"]), (&json!("partial"), &json!(2), &json!(2)));
    assert_eq!(column(&job["errors"], "code"), ["out_of_range", "out_of_range"]);
    assert_eq!((&job["errors"][0]["row"], &job["errors"][1]["row"]), (&json!(4), &json!(5)));
    for (code, price) in [("EX", 200), ("GOOD", 50)] {
        assert_eq!(manager.get(&format!("/api/history/{code}")).await.json[0]["p"], price);
    }
    // and: a price that is known already is seen again
    let again = imports(&manager, "listings", "商品編號,價格\nEX,200\n", &[]).await;
    assert_eq!(again["status"], "completed");
    app.finish().await;
}

#[tokio::test]
async fn what_the_rules_refuse_is_an_error_of_its_row_and_never_tried_again() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let many: Vec<String> = (0..100).map(|number| format!("a{number}@example.com")).collect();
    vendor(&manager, "FULL", json!(many)).await;
    let sheet = "vendor_code,vendor_name,email\nFULL,滿,one@more.example\nGOOD,好,a@b.example\n";
    let dry = imports(&manager, "vendors", sheet, &[("dry_run", "1")]).await;
    assert_eq!((&dry["imported"], &dry["failed"]), (&json!(1), &json!(1)));
    let job = imports(&manager, "vendors", sheet, &[]).await;
    assert_eq!((&job["status"], &job["imported"], &job["failed"]), (&json!("partial"), &json!(1), &json!(1)));
    let error = &job["errors"][0];
    assert_eq!(
        (&error["row"], &error["column"], &error["value"]),
        (&json!(2), &json!("email"), &json!("FULL"))
    );
    assert_eq!(column(&manager.get("/api/vendor/list").await.data(), "vendor_code"), ["FULL", "GOOD"]);
    app.finish().await;
}

#[tokio::test]
async fn many_addresses_in_a_cell_do_not_part_its_fields() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let sheet = "廠商代碼,廠商名稱,Email\nS,甲,a@x.cc;b@x.cc;c@x.cc;d@x.cc\n";
    assert_eq!(imports(&manager, "vendors", sheet, &[]).await["status"], "completed");
    let vendors = manager.get("/api/vendor/list").await.data();
    assert_eq!(vendors[0]["emails"].as_array().unwrap().len(), 4);
    app.finish().await;
}

#[tokio::test]
async fn a_code_in_full_width_is_the_same_code_by_every_door() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let made = vendor(&manager, "ＱＷ１", json!(["ａ@ｂ.ｃｏｍ"])).await;
    assert_eq!((&made["vendor_code"], &made["emails"][0]["email"]), (&json!("QW1"), &json!("a@b.com")));
    assert_eq!(
        imports(&manager, "vendors", "廠商代碼,廠商名稱\nＱＷ１,新名\n", &[]).await["status"],
        "completed"
    );
    for code in ["%EF%BC%B1%EF%BC%B7%EF%BC%91", "QW1"] {
        let found = manager.get(&format!("/api/vendor/list?vendor_code={code}")).await.data();
        assert_eq!(column(&found, "vendor_name"), ["新名"]);
    }
    let watched = json!({ "url": "https://s.example/1", "product_id": "ＬＫ９", "price": 5 });
    assert_eq!(manager.post("/api/listings", watched).await.data()["product_id"], "LK9");
    let seen = manager.post("/api/listings/observations", json!([{ "listing": "ＬＫ９", "price": 7 }])).await;
    assert_eq!(seen.data()["changed"], 1);
    assert_eq!(manager.get("/api/history/%EF%BC%AC%EF%BC%AB%EF%BC%99").await.json[0]["p"], 7);
    app.finish().await;
}
