//! The creator list: the same JSON for a GET, from rows, and for a socket, from folded state.

use aggregates::campaigns::{Campaign, CampaignDetails, CreatorPatch, Results};
use aggregates::values::Status;
use projections::campaigns::{CreatorListView, creator_list};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use crate::support::{History, House, json};

/// A campaign with three creators, who did not join in the order of their names.
fn tea_week(history: &mut History) -> (Uuid, Uuid) {
    let tea = history.brand("Tea");
    let cup = history.product(tea, "cup");
    let details = CampaignDetails {
        name: "Tea week".into(),
        dataset_id: "k".into(),
        gmv: Some("1k-2k".into()),
        start_date: "2023-01-01T00:00:00.123456Z".parse().ok(),
        ..CampaignDetails::default()
    };
    let week = history.campaign_with(tea, details, Results::default(), &[cup]);
    history.sets_status(week, Status::Accepted);
    let zoe = CreatorPatch {
        name: Some(Some("Zoe".into())),
        category: Some(Some("food".into())),
        followers: Some(5000),
        gmv_generated: Some(Decimal::from(1000)),
        views_generated: Some(Decimal::from(5000)),
        pricing: Some(Decimal::from(100)),
        status: Some(Status::InProgress),
        product_id: None,
    };
    history.reports_creator(week, "zoe", zoe);
    let bob = CreatorPatch { product_id: Some(Some(cup)), ..CreatorPatch::default() };
    history.reports_creator(week, "bob", bob);
    history.reports_creator(week, "ann", CreatorPatch::default());
    let older = CreatorPatch { followers: Some(5001), ..CreatorPatch::default() };
    history.reports_creator(week, "zoe", older);
    (week, cup)
}

#[tokio::test]
async fn the_creator_list_has_exactly_the_contract_s_keys() {
    let mut history = History::default();
    let (week, _) = tea_week(&mut history);
    let house = House::after(&history).await;

    let found = creator_list(&house.pool, week).await.unwrap().unwrap();
    let nobody = |id: &str| {
        json!({
            "id": id, "name": null, "category": null, "followers": 0, "gmv_generated": "0.00",
            "views_generated": "0", "pricing": "0.00", "status": "pending",
        })
    };
    let expected = json!({
        "campaign": {
            "id": week, "name": "Tea week", "description": null, "image_url": null, "service": null,
            "creator_type": null, "creator_level": null, "creator_category": null, "creators_count": 3,
            "gmv": "1k-2k", "followers": null, "views": null, "budget": null,
            "start_date": "2023-01-01T00:00:00.123456Z", "end_date": null, "status": "accepted",
        },
        "creators": [
            {
                "id": "zoe", "name": "Zoe", "category": "food", "followers": 5001,
                "gmv_generated": "1000.00", "views_generated": "5000", "pricing": "100.00",
                "status": "in_progress",
            },
            nobody("bob"),
            nobody("ann"),
        ],
    });
    assert_eq!(json(&found.view), expected);
    assert_eq!((found.own_position, found.version), (history.head(), history.head()));
}

#[tokio::test]
async fn rows_and_folded_state_show_the_same() {
    let mut history = History::default();
    let (week, _) = tea_week(&mut history);
    let house = House::after(&history).await;

    let (_, campaign) = history.state::<Campaign>(&week.to_string());
    let from_rows = creator_list(&house.pool, week).await.unwrap().unwrap().view;
    assert_eq!(json(&CreatorListView::of(&campaign, None)), json(&from_rows));
}

#[tokio::test]
async fn a_product_s_view_shows_only_the_creators_who_work_for_just_that_product() {
    let mut history = History::default();
    let (week, cup) = tea_week(&mut history);
    let (_, campaign) = history.state::<Campaign>(&week.to_string());

    let of_cup = CreatorListView::of(&campaign, Some(cup));
    assert_eq!(of_cup.creators.iter().map(|creator| &*creator.id).collect::<Vec<_>>(), ["bob"]);
    assert_eq!(of_cup.campaign.creators_count, 3);
    assert_eq!(CreatorListView::of(&campaign, Some(Uuid::max())).creators, []);
}

#[tokio::test]
async fn a_campaign_without_creators_has_an_empty_list_and_a_deleted_one_has_none() {
    let mut history = History::default();
    let tea = history.brand("Tea");
    let [week, gone] = ["week", "gone"].map(|name| history.campaign(tea, name, &[]));
    history.deletes_campaign(gone);
    let house = House::after(&history).await;
    assert_eq!(creator_list(&house.pool, week).await.unwrap().unwrap().view.creators, []);
    assert_eq!(creator_list(&house.pool, gone).await.unwrap(), None);
    assert_eq!(creator_list(&house.pool, Uuid::max()).await.unwrap(), None);
}
