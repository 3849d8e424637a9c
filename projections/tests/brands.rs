//! Brands: the JSON of contract §2, derived and sent figures, versions.

use aggregates::brands::{BrandDetails, BrandFigure, BrandFigures};
use aggregates::campaigns::CreatorPatch;
use aggregates::values::Status;
use projections::ListQuery;
use projections::brands::{dataset_ids, find_brand, list_brands};
use projections::campaigns::{brand_campaigns, find_campaign, list_campaigns};
use projections::products::{brand_products, find_product, list_products};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::support::{History, House, json};

fn sent(figure: BrandFigure, value: Option<i64>) -> BrandFigures {
    BrandFigures::from([(figure, value.map(Decimal::from))])
}

#[tokio::test]
async fn a_brand_is_printed_as_the_contract_says() {
    let mut history = History::default();
    let details = BrandDetails {
        name: "Tea House".into(),
        description: Some("Leaves and pots".into()),
        logo_url: Some("https://tea.example/logo.png".into()),
        category: Some("drinks".into()),
        source: Some("fair".into()),
        campaign_id: Some("c-77".into()),
        shop_overall_rating: Decimal::new(45, 1),
    };
    let tea = history.brand_with(details, sent(BrandFigure::TotalGmvAchieved, Some(1000)));
    let house = House::after(&history).await;

    let listed = json!({
        "id": tea, "name": "Tea House", "description": "Leaves and pots",
        "logo_url": "https://tea.example/logo.png", "category": "drinks", "source": "fair",
        "collab_count": 0, "creators_count": 0, "campaign_id": "c-77",
        "total_gmv_achieved": "1000.00", "total_views_achieved": "0.00", "shop_overall_rating": "4.5",
        "dataset_id_list": [], "created_at": "1970-01-01T01:00:00Z", "updated_at": "1970-01-01T02:00:00Z",
        "is_active": true,
    });
    let list = list_brands(&house.pool, &ListQuery::default()).await.unwrap();
    assert_eq!(json(&list.items), json!([listed]));

    let mut detailed = listed;
    detailed["products"] = json!([]);
    detailed["campaigns"] = json!([]);
    detailed["figures_source"] = json!({
        "collab_count": "derived", "creators_count": "derived",
        "total_gmv_achieved": "sent", "total_views_achieved": "derived",
    });
    let found = find_brand(&house.pool, tea).await.unwrap().unwrap();
    assert_eq!(json(&found.view), detailed);
    assert_eq!((found.own_position, found.version), (2, 2));
}

#[tokio::test]
async fn fields_without_a_value_are_null_and_never_missing() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let house = House::after(&history).await;

    let found = json(&find_brand(&house.pool, tea).await.unwrap().unwrap().view);
    for field in ["description", "logo_url", "category", "source", "campaign_id"] {
        assert_eq!(found.get(field), Some(&json!(null)), "{field}");
    }
    assert_eq!(found["shop_overall_rating"], "0.0");
}

#[tokio::test]
async fn figures_are_derived_from_live_campaigns_until_a_client_sends_its_own() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let [week, night, gone] = ["week", "night", "gone"].map(|name| history.campaign(tea, name, &[]));
    history.sets_status(week, Status::Accepted);
    history.sets_status(gone, Status::Accepted);
    history.reports(week, "$1,200.50", "1.5万");
    history.reports(night, "about 9", "10k");
    history.reports(gone, "7", "7");
    for (campaign, creator) in [(week, "ann"), (week, "bob"), (night, "bob"), (gone, "eve")] {
        history.reports_creator(campaign, creator, CreatorPatch::default());
    }
    history.deletes_campaign(gone);

    let house = House::after(&history).await;
    let derived = find_brand(&house.pool, tea).await.unwrap().unwrap().view.brand;
    assert_eq!((derived.collab_count, derived.creators_count), (1, 2));
    assert_eq!(derived.total_gmv_achieved.as_str(), "1200.50");
    assert_eq!(derived.total_views_achieved.as_str(), "25000.00");

    history.sends_brand_figures(tea, sent(BrandFigure::CreatorsCount, Some(99)));
    history.sends_brand_figures(tea, sent(BrandFigure::TotalViewsAchieved, Some(5)));
    let house = House::after(&history).await;
    let own = find_brand(&house.pool, tea).await.unwrap().unwrap().view.brand;
    assert_eq!((own.collab_count, own.creators_count), (1, 99));
    assert_eq!(own.total_views_achieved.as_str(), "5.00");

    history.sends_brand_figures(tea, sent(BrandFigure::CreatorsCount, None));
    history.sends_brand_figures(tea, sent(BrandFigure::TotalViewsAchieved, None));
    let house = House::after(&history).await;
    let again = find_brand(&house.pool, tea).await.unwrap().unwrap().view.brand;
    assert_eq!(again.creators_count, derived.creators_count);
    assert_eq!(again.total_views_achieved, derived.total_views_achieved);
}

#[tokio::test]
async fn totals_beyond_any_number_type_are_still_printed() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    for name in ["one", "two"] {
        let campaign = history.campaign(tea, name, &[]);
        history.reports(campaign, "79228162514264337593543950335", "1");
    }
    let house = House::after(&history).await;
    let found = find_brand(&house.pool, tea).await.unwrap().unwrap().view.brand;
    assert_eq!(found.total_gmv_achieved.as_str(), "158456325028528675187087900670.00");
}

#[tokio::test]
async fn knowledge_bases_are_listed_once_in_order_of_first_appearance() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let cup = history.product(tea, "cup");
    history.campaign(tea, "week", &[]);
    // Another product with the campaign's knowledge base, and one that is gone.
    let pot = history.product(tea, "week");
    let lid = history.product(tea, "lid");
    history.deletes_product(lid);
    let house = House::after(&history).await;

    let expected = ["about cup", "about week"];
    assert_eq!(dataset_ids(&house.pool, tea).await.unwrap().unwrap(), expected);
    assert_eq!(find_brand(&house.pool, tea).await.unwrap().unwrap().view.brand.dataset_id_list, expected);
    assert_eq!(dataset_ids(&house.pool, Uuid::max()).await.unwrap(), None);
    assert_ne!(cup, pot);
}

#[tokio::test]
async fn one_brand_shows_its_live_products_and_campaigns_newest_first() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let [cup, pot] = ["cup", "pot"].map(|name| history.product(tea, name));
    history.product(salt, "mill");
    let [week, night] = ["week", "night"].map(|name| history.campaign(tea, name, &[cup]));
    let house = House::after(&history).await;

    let found = find_brand(&house.pool, tea).await.unwrap().unwrap().view;
    assert_eq!(found.products.iter().map(|product| product.id).collect::<Vec<_>>(), [pot, cup]);
    assert_eq!(found.campaigns.iter().map(|campaign| campaign.id).collect::<Vec<_>>(), [night, week]);
    assert_eq!(brand_products(&house.pool, tea).await.unwrap(), Some(found.products));
    assert_eq!(brand_campaigns(&house.pool, tea).await.unwrap(), Some(found.campaigns));
    assert_eq!(brand_campaigns(&house.pool, salt).await.unwrap(), Some(Vec::new()));
    assert_eq!(brand_products(&house.pool, Uuid::max()).await.unwrap(), None);
    assert_eq!(brand_campaigns(&house.pool, Uuid::max()).await.unwrap(), None);
}

#[tokio::test]
async fn a_deleted_brand_takes_its_products_and_campaigns_with_it() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let [cup, moved] = ["cup", "moved"].map(|name| history.product(tea, name));
    let week = history.campaign(tea, "week", &[cup]);
    history.moves_product(moved, salt);
    history.deletes_brand(tea);
    let house = House::after(&history).await;

    let everything = ListQuery::default();
    assert_eq!(find_brand(&house.pool, tea).await.unwrap(), None);
    assert_eq!(find_product(&house.pool, cup).await.unwrap(), None);
    assert_eq!(find_campaign(&house.pool, week).await.unwrap(), None);
    assert_eq!(brand_products(&house.pool, tea).await.unwrap(), None);
    assert_eq!(list_brands(&house.pool, &everything).await.unwrap().items.len(), 1);
    assert_eq!(list_products(&house.pool, &everything).await.unwrap().items[0].id, moved);
    assert_eq!(list_campaigns(&house.pool, &everything).await.unwrap().total, 0);
}

#[tokio::test]
async fn a_brand_s_version_moves_with_everything_that_its_answer_shows() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let cup = history.product(tea, "cup");
    history.campaign(tea, "week", &[]);
    let campaign_position = history.head();
    let house = House::after(&history).await;
    let found = find_brand(&house.pool, tea).await.unwrap().unwrap();
    assert_eq!((found.own_position, found.version), (1, campaign_position));
    assert_eq!(json(&found.view)["updated_at"], History::time(1));

    // A move concerns the brand that was left, too.
    history.moves_product(cup, salt);
    let house = House::after(&history).await;
    for brand in [tea, salt] {
        assert_eq!(find_brand(&house.pool, brand).await.unwrap().unwrap().version, history.head());
    }

    history.renames_brand(tea, "Green tea");
    let house = House::after(&history).await;
    let found = find_brand(&house.pool, tea).await.unwrap().unwrap();
    assert_eq!((found.own_position, found.version), (history.head(), history.head()));
    assert_eq!(found.view.brand.name, "Green tea");
}
