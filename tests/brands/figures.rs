//! What a brand's figures are made of.

use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn figures_follow_the_live_campaigns() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = |name: &str, status: &str, gmv: &str, views: &str| {
        json!({ "brand": tea.id, "name": name, "dataset_id": "d", "status": status,
            "gmv_achieved": gmv, "views_achieved": views })
    };
    let first = manager.creates("/api/campaigns/", campaign("a", "accepted", "1,000.50", "2k")).await;
    let second = manager.creates("/api/campaigns/", campaign("b", "completed", "NT$ 10", "about 9")).await;
    let third = manager.creates("/api/campaigns/", campaign("c", "rejected", "0.005", "1.5万")).await;
    manager.reports(&first, "mei", json!({})).await;
    manager.reports(&first, "lin", json!({})).await;
    manager.reports(&second, "mei", json!({})).await;
    manager.reports(&third, "wu", json!({})).await;

    let brand = manager.sees(&tea).await;
    assert_eq!((&brand["collab_count"], &brand["creators_count"]), (&json!(2), &json!(3)));
    assert_eq!(brand["total_views_achieved"], "17000.00");
    assert_eq!(brand["total_gmv_achieved"], "1010.51");

    manager.changes(&third, json!({ "gmv_achieved": null, "status": "in_progress" })).await;
    manager.deletes(&first).await;
    let brand = manager.sees(&tea).await;
    assert_eq!((&brand["collab_count"], &brand["creators_count"]), (&json!(2), &json!(2)));
    assert_eq!((&brand["total_gmv_achieved"], &brand["total_views_achieved"]), (&json!("10.00"), &json!("15000.00")));
    assert_eq!(manager.get("/api/brands/").await.data()[0]["total_gmv_achieved"], "10.00");
    app.finish().await;
}

#[tokio::test]
async fn a_sent_figure_stays_until_null_is_sent_for_it() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.reports(&week, "mei", json!({})).await;
    let sent = json!({ "creators_count": 40, "total_gmv_achieved": "99.9", "collab_count": "3" });
    let brand = manager.changes(&tea, sent).await;
    assert_eq!((&brand["creators_count"], &brand["collab_count"]), (&json!(40), &json!(3)));
    assert_eq!(brand["total_gmv_achieved"], "99.90");
    assert_eq!(
        brand["figures_source"],
        json!({ "creators_count": "sent", "collab_count": "sent", "total_gmv_achieved": "sent",
            "total_views_achieved": "derived" })
    );
    manager.reports(&week, "lin", json!({})).await;
    assert_eq!(manager.sees(&tea).await["creators_count"], 40);

    let brand = manager.changes(&tea, json!({ "creators_count": null, "collab_count": null })).await;
    assert_eq!((&brand["creators_count"], &brand["collab_count"]), (&json!(2), &json!(0)));
    assert_eq!(brand["figures_source"]["creators_count"], "derived");
    assert_eq!(brand["figures_source"]["total_gmv_achieved"], "sent");
    // and: in the history each is an event of its own
    let audit = manager.get(&format!("/api/audit/brands/{}", tea.id)).await.data();
    let kinds: Vec<_> = audit["events"].as_array().unwrap().iter().map(|event| event["type"].clone()).collect();
    assert_eq!(kinds[1..], vec![json!("BrandFigureSent"); 5]);
    app.finish().await;
}

#[tokio::test]
async fn figures_can_be_sent_with_the_creation_and_have_bounds() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let fields = json!({ "name": "Tea", "total_views_achieved": 12.3, "creators_count": 0, "collab_count": null });
    let tea = manager.creates("/api/brands/", fields).await;
    assert_eq!(tea["total_views_achieved"], "12.30");
    assert_eq!(tea["figures_source"]["creators_count"], "sent");
    assert_eq!(tea["figures_source"]["collab_count"], "derived");
    let head = app.head().await;
    for (field, wrong) in [
        ("creators_count", json!(-1)),
        ("creators_count", json!(1.5)),
        ("collab_count", json!("many")),
        ("total_gmv_achieved", json!("-0.01")),
        ("total_gmv_achieved", json!("0.001")),
        ("total_views_achieved", json!(true)),
        ("shop_overall_rating", json!(5.1)),
        ("shop_overall_rating", json!("4.55")),
        ("shop_overall_rating", json!(null)),
    ] {
        let message = manager.patch(&tea.path, json!({ field: wrong })).await.fails_with(400);
        assert!(message.contains(field), "{message}");
    }
    assert_eq!(app.head().await, head);
    app.finish().await;
}

#[tokio::test]
async fn dataset_ids_are_listed_once_in_order_of_first_appearance() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let thing = |name: &str, dataset: &str| json!({ "brand": tea.id, "name": name, "dataset_id": dataset });
    let zeta = manager.creates("/api/campaigns/", thing("a", "zeta")).await;
    manager.creates("/api/products/", thing("b", "alpha")).await;
    manager.creates("/api/products/", thing("c", "zeta")).await;
    let mid = manager.creates("/api/campaigns/", thing("d", "mid")).await;
    let listed = || async { manager.get(&tea.at("dataset_ids/")).await.data() };
    assert_eq!(listed().await, json!({ "dataset_id_list": ["zeta", "alpha", "mid"] }));
    assert_eq!(manager.sees(&tea).await["dataset_id_list"], json!(["zeta", "alpha", "mid"]));

    manager.deletes(&zeta).await;
    manager.changes(&mid, json!({ "dataset_id": "late" })).await;
    let listed = listed().await;
    assert_eq!(listed["dataset_id_list"].as_array().unwrap().len(), 3);
    assert_eq!(listed["dataset_id_list"][0], "alpha");
    app.finish().await;
}
