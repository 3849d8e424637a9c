//! Campaigns: the JSON of contract §2, links, creators, versions.

use aggregates::campaigns::{CampaignDetails, CampaignFigure, CampaignFigures, CreatorPatch, Results};
use aggregates::values::Status;
use projections::ListQuery;
use projections::campaigns::{CampaignView, find_campaign, list_campaigns};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::support::{History, House, json};

async fn shown(history: &History, id: Uuid) -> CampaignView {
    let house = House::after(history).await;
    find_campaign(&house.pool, id).await.unwrap().unwrap().view
}

#[tokio::test]
async fn a_campaign_is_printed_as_the_contract_says() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let cup = history.product(tea, "cup");
    let text = |text: &str| Some(text.to_owned());
    let details = CampaignDetails {
        name: "Tea week".into(),
        description: text("Seven days"),
        image_url: text("https://tea.example/week.png"),
        service: text("video"),
        creator_type: text("chef"),
        creator_level: text("gold"),
        creator_category: text("food"),
        gmv: text("1k-2k"),
        followers: text("10k+"),
        views: text("100k"),
        budget: text("500-900"),
        start_date: "2023-01-01T08:00:00+08:00".parse().ok(),
        end_date: None,
        dataset_id: "k-2".into(),
        external_id: text("x-9"),
        video_link: text("https://tea.example/week.mp4"),
    };
    let results = Results { gmv_achieved: text("a lot"), views_achieved: None };
    let week = history.campaign_with(tea, details, results, &[cup]);
    history.sets_status(week, Status::InProgress);
    let house = House::after(&history).await;

    let expected = json!({
        "id": week, "brand": tea, "name": "Tea week", "description": "Seven days",
        "image_url": "https://tea.example/week.png", "service": "video", "creator_type": "chef",
        "creator_level": "gold", "creator_category": "food", "creators_count": 0, "gmv": "1k-2k",
        "followers": "10k+", "views": "100k", "budget": "500-900", "link_product": [cup],
        "start_date": "2023-01-01T00:00:00Z", "end_date": null, "dataset_id": "k-2", "external_id": "x-9",
        "status": "in_progress", "gmv_achieved": "a lot", "views_achieved": null,
        "video_link": "https://tea.example/week.mp4",
        "created_at": History::time(3), "updated_at": History::time(5), "is_active": true,
    });
    let found = find_campaign(&house.pool, week).await.unwrap().unwrap();
    assert_eq!(json(&found.view), expected);
    assert_eq!((found.own_position, found.version), (5, 5));
    let list = list_campaigns(&house.pool, &ListQuery::default()).await.unwrap();
    assert_eq!(json(&list.items), json!([expected]));
}

#[tokio::test]
async fn links_are_shown_in_the_order_added() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let [cup, pot, lid] = ["cup", "pot", "lid"].map(|name| history.product(tea, name));
    let week = history.campaign(tea, "week", &[lid, cup]);
    history.links(week, pot);
    assert_eq!(shown(&history, week).await.link_product, [lid, cup, pot]);

    history.unlinks(week, lid);
    assert_eq!(shown(&history, week).await.link_product, [cup, pot]);

    history.links(week, lid);
    assert_eq!(shown(&history, week).await.link_product, [cup, pot, lid]);
}

#[tokio::test]
async fn a_deleted_product_is_dropped_from_the_links() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let [cup, pot] = ["cup", "pot"].map(|name| history.product(tea, name));
    let week = history.campaign(tea, "week", &[cup, pot]);
    let own_position = history.head();
    history.deletes_product(cup);
    let house = House::after(&history).await;

    let found = find_campaign(&house.pool, week).await.unwrap().unwrap();
    assert_eq!(found.view.link_product, [pot]);
    assert_eq!((found.own_position, found.version), (own_position, history.head()));
    assert_eq!(json(&found.view)["updated_at"], History::time(own_position));
}

#[tokio::test]
async fn a_link_is_shown_only_while_its_product_is_in_the_campaign_s_brand() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let cup = history.product(tea, "cup");
    let week = history.campaign(tea, "week", &[cup]);
    let own_position = history.head();
    history.moves_product(cup, salt);
    let house = House::after(&history).await;
    let found = find_campaign(&house.pool, week).await.unwrap().unwrap();
    assert_eq!(found.view.link_product, Vec::<Uuid>::new());
    assert_eq!((found.own_position, found.version), (own_position, history.head()));

    history.moves_product(cup, tea);
    assert_eq!(shown(&history, week).await.link_product, [cup]);
}

#[tokio::test]
async fn a_campaign_that_moves_leaves_its_links_behind() {
    let mut history = History::default();
    let [tea, salt] = ["Tea", "Salt"].map(|name| history.brand(name));
    let [cup, mill] = [history.product(tea, "cup"), history.product(salt, "mill")];
    let week = history.campaign(tea, "week", &[cup]);
    history.moves_campaign(week, salt);
    history.links(week, mill);
    let moved = shown(&history, week).await;
    assert_eq!((moved.brand, moved.link_product), (salt, vec![mill]));

    history.moves_campaign(week, tea);
    assert_eq!(shown(&history, week).await.link_product, Vec::<Uuid>::new());
}

#[tokio::test]
async fn creators_are_counted_unless_a_client_sent_its_own_figure() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let week = history.campaign(tea, "week", &[]);
    for followers in 1..4 {
        let patch = CreatorPatch { followers: Some(followers), ..CreatorPatch::default() };
        history.reports_creator(week, "ann", patch.clone());
        history.reports_creator(week, "bob", patch);
    }
    assert_eq!(shown(&history, week).await.creators_count, 2);

    let figure = |value: Option<i64>| {
        CampaignFigures::from([(CampaignFigure::CreatorsCount, value.map(Decimal::from))])
    };
    history.sends_campaign_figures(week, figure(Some(50)));
    assert_eq!(shown(&history, week).await.creators_count, 50);
    history.sends_campaign_figures(week, figure(None));
    assert_eq!(shown(&history, week).await.creators_count, 2);
}

#[tokio::test]
async fn a_deleted_campaign_is_not_found() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let week = history.campaign(tea, "week", &[]);
    history.deletes_campaign(week);
    let house = House::after(&history).await;
    assert_eq!(find_campaign(&house.pool, week).await.unwrap(), None);
    assert_eq!(list_campaigns(&house.pool, &ListQuery::default()).await.unwrap().total, 0);
}
