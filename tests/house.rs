//! One thread through the whole house.

use aggregates::values::Status;

use crate::support::TestApp;

#[tokio::test]
async fn a_status_change_is_stored_shown_sent_to_sockets_and_audited() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Tea week").await;

    let mut socket = reader.watches(&campaign).await;
    socket.shows(|frame| frame.status() == "pending").await;
    manager.moves(&campaign, Status::Accepted).await;
    socket.shows(|frame| frame.status() == "accepted").await;
    assert_eq!(reader.sees(&campaign).await["status"], "accepted");
    socket.leaves().await;

    let audit = manager.get(&format!("/api/audit/campaigns/{}", campaign.id)).await.data();
    let events = audit["events"].as_array().unwrap();
    let told: Vec<_> = events.iter().map(|event| event["type"].as_str().unwrap()).collect();
    assert_eq!(told, ["CampaignCreated", "CampaignStatusChanged"]);
    assert_eq!(events[1]["actor"]["name"], manager.username.as_str());
    app.finish().await;
}
