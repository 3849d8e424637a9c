//! `tidemark serve --demo`: what a newcomer finds, and that nobody else finds it.

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
    tokio::spawn(demo::run(app.app.clone()));

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
async fn started_again_it_only_goes_on() {
    let app = TestApp::start().await;
    let reader = app.reader().await;
    let first = tokio::spawn(demo::run(app.app.clone()));
    is_told(&reader).await;
    first.abort();
    assert!(first.await.is_err_and(|ended| ended.is_cancelled()));

    tokio::spawn(demo::run(app.app.clone()));
    goes_on(&app).await;
    assert_eq!(counts(&reader).await, [3, 20, 6]);
    app.finish().await;
}

#[tokio::test]
async fn what_a_user_deleted_stays_deleted() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let first = tokio::spawn(demo::run(app.app.clone()));
    is_told(&reader).await;
    first.abort();
    let products = manager.get("/api/products/").await.data();
    let path = format!("/api/products/{}/", products[0]["id"].as_str().unwrap());
    assert_eq!(manager.delete(&path).await.status, 200);

    tokio::spawn(demo::run(app.app.clone()));
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

    demo::run(app.app.clone()).await;
    assert_eq!(app.head().await, head);
    assert_eq!(counts(&manager).await, [1, 0, 0]);
    app.finish().await;
}
