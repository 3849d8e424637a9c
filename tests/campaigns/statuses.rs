//! Where a campaign stands: the plan, jumps, strictness.

use aggregates::values::Status;
use serde_json::json;

use crate::support::TestApp;

#[tokio::test]
async fn the_planned_way_is_no_override_and_a_jump_is() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let way = [
        (Status::Accepted, false),
        (Status::InProgress, false),
        (Status::Completed, false),
        (Status::Pending, true),
        (Status::Rejected, false),
        (Status::Accepted, true),
        (Status::Completed, true),
    ];
    let campaign = manager.creates_campaign(&tea, "Week").await;
    for (status, _) in way {
        assert_eq!(manager.moves(&campaign, status).await["status"], status.code());
    }
    // and: standing still is no step
    manager.moves(&campaign, Status::Completed).await;
    let path = format!("/api/audit/campaigns/{}/statuses", campaign.id);
    let statuses = manager.get(&path).await.data()["statuses"].clone();
    let told: Vec<_> = statuses.as_array().unwrap().iter().skip(1).collect();
    assert_eq!(told.len(), way.len());
    for (line, (status, is_override)) in told.iter().zip(way) {
        assert_eq!((&line["status"], &line["override"]), (&json!(status.code()), &json!(is_override)));
        assert_eq!(line["actor"]["name"], manager.username.as_str());
    }
    app.finish().await;
}

#[tokio::test]
async fn chinese_words_are_understood() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let body = json!({ "brand": tea.id, "name": "Week", "dataset_id": "d", "status": "进行中" });
    let campaign = manager.creates("/api/campaigns/", body).await;
    assert_eq!(campaign["status"], "in_progress");
    let words = [
        ("待处理", "pending"),
        ("已接受", "accepted"),
        ("已拒绝", "rejected"),
        ("进行中", "in_progress"),
        ("已完成", "completed"),
    ];
    for (word, code) in words {
        assert_eq!(manager.changes(&campaign, json!({ "status": word })).await["status"], code);
        let creator = manager.reports(&campaign, "mei", json!({ "status": word })).await;
        assert_eq!(creator["status"], code);
    }
    let message = manager.patch(&campaign.path, json!({ "status": "已取消" })).await.fails_with(400);
    assert!(words.iter().all(|(_, code)| message.contains(code)), "{message}");
    app.finish().await;
}

#[tokio::test]
async fn a_strict_house_refuses_jumps() {
    let app = TestApp::with(|config| config.strict_status = true).await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Week").await;
    let head = app.head().await;
    for jump in [Status::InProgress, Status::Completed] {
        let body = json!({ "status": jump.code(), "name": "other" });
        let message = manager.patch(&campaign.path, body).await.fails_with(400);
        assert!(message.contains("status") && message.contains("accepted or rejected"), "{message}");
    }
    assert_eq!(app.head().await, head);
    for step in [Status::Accepted, Status::InProgress, Status::Completed, Status::Completed] {
        manager.moves(&campaign, step).await;
    }
    let message = manager.patch(&campaign.path, json!({ "status": "pending" })).await.fails_with(400);
    assert!(message.contains("completed"), "{message}");
    app.finish().await;
}

#[tokio::test]
async fn of_two_who_move_it_at_once_both_are_in_the_history() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let campaign = manager.creates_campaign(&tea, "Week").await;
    let (other, second) = (app.manager().await, app.another_node().await);
    let other = second.receives(&other);
    let (accepted, rejected) =
        tokio::join!(manager.moves(&campaign, Status::Accepted), other.moves(&campaign, Status::Rejected));
    assert_eq!((&accepted["is_active"], &rejected["is_active"]), (&json!(true), &json!(true)));
    let path = format!("/api/audit/campaigns/{}/statuses", campaign.id);
    let statuses = manager.get(&path).await.data()["statuses"].clone();
    let mut actors: Vec<_> = statuses.as_array().unwrap()[1..].iter().map(|line| line["actor"]["name"].clone()).collect();
    actors.sort_by_key(ToString::to_string);
    assert_eq!(actors, [json!(manager.username), json!(other.username)]);
    assert_eq!(statuses[2]["previous"], statuses[1]["status"]);
    second.leaves().await;
    app.finish().await;
}
