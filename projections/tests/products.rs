//! Products: the JSON of contract §2, the derived figure, moves, versions.

use aggregates::campaigns::CreatorPatch;
use aggregates::products::{ProductDetails, ProductFigure, ProductFigures, ProductPatch};
use projections::ListQuery;
use projections::products::{find_product, list_products};
use rust_decimal::Decimal;
use serde_json::json;

use crate::support::{History, House, json};

#[tokio::test]
async fn a_product_is_printed_as_the_contract_says() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let details = ProductDetails {
        name: "Cup".into(),
        description: Some("For tea".into()),
        image_url: Some("https://tea.example/cup.png".into()),
        pid: Some("p-1".into()),
        commission_rate: Decimal::from(10),
        open_collab: Decimal::from(5),
        available_samples: 10,
        sales_price_min: Some(Decimal::from(50)),
        sales_price_max: None,
        stock: 100,
        items_sold: 50,
        product_rating: Decimal::new(45, 1),
        reviews_count: 20,
        tiktok_shop: true,
        dataset_id: "k-1".into(),
        external_id: None,
    };
    let cup = history.product_with(tea, details, ProductFigures::new());
    let house = House::after(&history).await;

    let expected = json!({
        "id": cup, "brand": tea, "name": "Cup", "description": "For tea",
        "image_url": "https://tea.example/cup.png", "pid": "p-1", "commission_rate": "10.00",
        "open_collab": "5.00", "available_samples": 10, "sales_price_min": "50.00", "sales_price_max": null,
        "stock": 100, "items_sold": 50, "product_rating": "4.5", "reviews_count": 20, "collab_creators": 0,
        "tiktok_shop": true, "dataset_id": "k-1", "external_id": null,
        "created_at": History::time(2), "updated_at": History::time(2), "is_active": true,
    });
    let found = find_product(&house.pool, cup).await.unwrap().unwrap();
    assert_eq!(json(&found.view), expected);
    let list = list_products(&house.pool, &ListQuery::default()).await.unwrap();
    assert_eq!(json(&list.items), json!([expected]));
}

#[tokio::test]
async fn collab_creators_are_the_distinct_creators_of_live_campaigns_that_link_it() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let [cup, pot] = ["cup", "pot"].map(|name| history.product(tea, name));
    let [week, night, other, gone] =
        ["week", "night", "other", "gone"].map(|name| history.campaign(tea, name, &[cup]));
    history.unlinks(other, cup);
    history.links(other, pot);
    let creators =
        [(week, "ann"), (week, "bob"), (night, "bob"), (other, "joe"), (gone, "eve"), (night, "zoe")];
    for (campaign, creator) in creators {
        // One who works for another product only counts as well.
        let patch = CreatorPatch { product_id: Some(Some(pot)), ..CreatorPatch::default() };
        history.reports_creator(campaign, creator, patch);
    }
    history.deletes_campaign(gone);
    let house = House::after(&history).await;
    assert_eq!(find_product(&house.pool, cup).await.unwrap().unwrap().view.collab_creators, 3);
    assert_eq!(find_product(&house.pool, pot).await.unwrap().unwrap().view.collab_creators, 1);

    let figure = |value: Option<i64>| {
        ProductFigures::from([(ProductFigure::CollabCreators, value.map(Decimal::from))])
    };
    history.sends_product_figures(cup, figure(Some(40)));
    let house = House::after(&history).await;
    assert_eq!(find_product(&house.pool, cup).await.unwrap().unwrap().view.collab_creators, 40);

    history.sends_product_figures(cup, figure(None));
    let house = House::after(&history).await;
    assert_eq!(find_product(&house.pool, cup).await.unwrap().unwrap().view.collab_creators, 3);
}

#[tokio::test]
async fn a_product_s_version_moves_with_the_campaigns_that_link_it() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let cup = history.product(tea, "cup");
    let own_position = history.head();
    let week = history.campaign(tea, "week", &[cup]);
    history.reports_creator(week, "ann", CreatorPatch::default());
    let house = House::after(&history).await;
    let found = find_product(&house.pool, cup).await.unwrap().unwrap();
    assert_eq!((found.own_position, found.version), (own_position, history.head()));
    assert_eq!(json(&found.view)["updated_at"], History::time(own_position));

    // Its creators leave the figure with the campaign.
    history.deletes_campaign(week);
    let house = House::after(&history).await;
    let found = find_product(&house.pool, cup).await.unwrap().unwrap();
    assert_eq!((found.own_position, found.version), (own_position, history.head()));
    assert_eq!(found.view.collab_creators, 0);

    let patch = ProductPatch { stock: Some(3), ..ProductPatch::default() };
    history.changes_product(cup, patch);
    let house = House::after(&history).await;
    let found = find_product(&house.pool, cup).await.unwrap().unwrap();
    assert_eq!((found.own_position, found.version), (history.head(), history.head()));
    assert_eq!(found.view.stock, 3);
}

#[tokio::test]
async fn a_product_that_moves_counts_only_campaigns_of_its_new_brand() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let cup = history.product(tea, "cup");
    let week = history.campaign(tea, "week", &[cup]);
    history.reports_creator(week, "ann", CreatorPatch::default());
    history.moves_product(cup, salt);
    let house = House::after(&history).await;
    let found = find_product(&house.pool, cup).await.unwrap().unwrap().view;
    assert_eq!((found.brand, found.collab_creators), (salt, 0));
}

#[tokio::test]
async fn a_deleted_product_is_not_found() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let cup = history.product(tea, "cup");
    history.deletes_product(cup);
    let house = House::after(&history).await;
    assert_eq!(find_product(&house.pool, cup).await.unwrap(), None);
    assert_eq!(list_products(&house.pool, &ListQuery::default()).await.unwrap().total, 0);
}
