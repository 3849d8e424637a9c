//! `tidemark serve --demo`: what a newcomer finds, and that nobody else finds it.

use std::io::{BufRead, BufReader};

use tidemark::demo;

use crate::support::{Actor, TestApp, eventually};

/// How many brands, products and campaigns there are.
async fn counts(reader: &Actor) -> [usize; 3] {
    let mut counts = [0; 3];
    for (count, path) in counts.iter_mut().zip(["/api/brands/", "/api/products/", "/api/campaigns/"]) {
        *count = reader.get(path).await.data().as_array().map_or(0, Vec::len);
    }
    counts
}

async fn is_told(reader: &Actor) {
    eventually("the story is told", || async { (counts(reader).await == [3, 20, 6]).then_some(()) }).await;
}

/// Waits until the log is longer.
async fn goes_on(app: &TestApp) {
    let head = app.head().await;
    eventually("the house lives", || async { (app.head().await > head).then_some(()) }).await;
}

#[tokio::test]
async fn an_empty_house_is_told_the_story_and_lives() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    tokio::spawn(demo::run(app.app.clone(), std::io::sink()));

    is_told(&reader).await;
    let brands = reader.get("/api/brands/").await.data();
    for brand in brands.as_array().unwrap() {
        assert_ne!(brand["total_gmv_achieved"], "0.00", "{brand}");
        assert_ne!(brand["creators_count"], 0, "{brand}");
    }
    goes_on(&app).await;
    app.finish().await;
}

#[tokio::test]
async fn goods_have_a_month_of_prices_and_some_moved_today() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    // What is told last of the goods is that two of them are gone.
    let gone = "/api/products?filter=delisted";
    eventually("the goods are told of", || async {
        (reader.get(gone).await.json["total"] == 2).then_some(())
    })
    .await;
    let board = reader.get("/api/products?sort_by=change_percent&order=desc&per_page=100").await.json;
    assert_eq!(board["total"], 60);
    let yesterday = (chrono::Utc::now() - chrono::TimeDelta::hours(20)).format("%Y-%m-%dT%H:%M:%SZ");
    for filter in ["increase", "decrease"] {
        let moved = reader.get(&format!("/api/products?filter={filter}&since={yesterday}")).await.json;
        assert_ne!(moved["total"], 0, "{filter}");
    }
    let code = board["items"][0]["product_id"].as_str().unwrap();
    let history = reader.get(&format!("/api/history/{code}")).await.json;
    assert!(history.as_array().unwrap().len() > 2, "{history}");
    app.finish().await;
}

#[tokio::test]
async fn its_rules_notice_what_the_shop_does() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    let fired = || async {
        let found = reader.get("/api/alerts?suppressed=0").await.data();
        found.get(0).cloned()
    };
    let alert = eventually("an alert fires", fired).await;
    let why = reader.get(&format!("/api/alerts/{}/why", alert["id"].as_str().unwrap())).await.data();
    assert!(!why["observations"].as_array().unwrap().is_empty(), "{why}");
    let rules = reader.get("/api/alerts/rules").await.data();
    assert_eq!(rules.as_array().unwrap().len(), 2);
    app.finish().await;
}

#[tokio::test]
async fn it_says_how_to_look_around() {
    let app = TestApp::with(|config| config.admin_username = "admin-1".to_owned()).await;
    assert_eq!(app.admin().await.username, "admin-1");
    let (said, output) = std::io::pipe().unwrap();
    tokio::spawn(demo::run(app.app.clone(), output));

    let find_token = move || {
        let mut lines = BufReader::new(said).lines().map_while(Result::ok);
        lines.find_map(|line| line.trim().strip_prefix("export TOKEN=").map(str::to_owned))
    };
    let token = tokio::task::spawn_blocking(find_token).await.unwrap().expect("a token is said");
    let newcomer = app.holder_of(&format!("Token {token}"));
    assert_eq!(newcomer.get("/api/admin/projections").await.status, 200);
    app.finish().await;
}

#[tokio::test]
async fn its_shop_can_be_visited() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let (said, output) = std::io::pipe().unwrap();
    tokio::spawn(demo::run(app.app.clone(), output));
    let is_open =
        move || BufReader::new(said).lines().map_while(Result::ok).any(|line| line.contains("TIDEMARK="));
    assert!(tokio::task::spawn_blocking(is_open).await.unwrap());

    let board = manager.get("/api/products?per_page=4").await.json;
    let ids: Vec<_> = board["items"].as_array().unwrap().iter().map(|item| item["id"].clone()).collect();
    let run = manager.post("/api/run_task", serde_json::json!({ "listing_ids": ids })).await.data();
    let done = || async {
        let status = manager.get("/api/system/crawler/status").await.data();
        (status["running"] == false && status["run_id"] == run["run_id"]).then_some(status)
    };
    let status = eventually("the shop is visited", done).await;
    assert_eq!((&status["checked"], &status["failed"]), (&4.into(), &0.into()), "{status}");
    app.finish().await;
}

#[tokio::test]
async fn started_again_it_only_goes_on() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let first = tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    is_told(&reader).await;
    first.abort();
    assert!(first.await.is_err_and(|ended| ended.is_cancelled()));

    tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    goes_on(&app).await;
    assert_eq!(counts(&reader).await, [3, 20, 6]);
    app.finish().await;
}

#[tokio::test]
async fn what_a_user_deleted_stays_deleted() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let first = tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    is_told(&reader).await;
    first.abort();
    let products = manager.get("/api/products/").await.data();
    let path = format!("/api/products/{}/", products[0]["id"].as_str().unwrap());
    assert_eq!(manager.delete(&path).await.status, 200);

    tokio::spawn(demo::run(app.app.clone(), std::io::sink()));
    goes_on(&app).await;
    assert_eq!(counts(&reader).await, [3, 19, 6]);
    app.finish().await;
}

#[tokio::test]
async fn a_house_with_brands_of_its_own_is_left_alone() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    manager.creates_brand("Harbour Tea").await;
    let head = app.head().await;

    demo::run(app.app.clone(), std::io::sink()).await;
    assert_eq!(app.head().await, head);
    assert_eq!(counts(&manager).await, [1, 0, 0]);
    app.finish().await;
}
