//! An event that cannot be applied parks its stream; everything else goes on.

use serde_json::{Value, json};

use super::{projection, projections_of};
use crate::support::{Actor, TestApp, Thing, eventually};

/// Appends an event to a campaign as a newer or broken program would have.
async fn append_nonsense(app: &TestApp, campaign: &Thing) -> i64 {
    let insert = "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
         SELECT 'campaign', $1, max(sequence) + 1, 'CampaignStatusChanged', '9.0', \
                '{\"CampaignStatusChanged\": {\"nonsense\": true}}', '{}' \
           FROM events WHERE aggregate_id = $1 RETURNING position";
    sqlx::query_scalar(insert).bind(&campaign.id).fetch_one(&app.app.pool).await.unwrap()
}

async fn house_with_nonsense(app: &TestApp) -> (Actor, Thing, Thing, i64) {
    let admin = app.admin().await;
    let tea = admin.creates_brand("Tea").await;
    let (broken, sound) =
        (admin.creates_campaign(&tea, "Broken").await, admin.creates_campaign(&tea, "Sound").await);
    let position = append_nonsense(app, &broken).await;
    let parked = || async { (projection(&admin, "campaigns").await["parked"] == 1).then_some(()) };
    eventually("the stream is parked", parked).await;
    (admin, broken, sound, position)
}

#[tokio::test]
async fn one_stream_waits_and_all_others_go_on() {
    let app = TestApp::start().await;
    let (admin, broken, sound, position) = house_with_nonsense(&app).await;
    let told = projection(&admin, "campaigns").await;
    assert_eq!(told["state"], "failed");
    assert!(told["last_error"].as_str().unwrap().contains(&position.to_string()), "{told}");
    for other in projections_of(&admin).await.iter().filter(|other| other["name"] == "users") {
        assert_eq!((&other["state"], &other["parked"]), (&json!("live"), &json!(0)));
    }
    let ready = admin.get("/ready").await;
    assert_eq!((ready.status, &ready.json["status"]), (200, &json!("degraded")));
    // then: everybody else's writes and reads are as ever
    admin.changes(&sound, json!({ "name": "Still sound" })).await;
    assert_eq!(admin.sees(&sound).await["name"], "Still sound");
    admin.creates_brand("Coffee").await;
    let mut socket = admin.watches(&sound).await;
    admin.reports(&sound, "mei", json!({})).await;
    socket.shows(|frame| frame.creators() == ["mei"]).await;
    socket.leaves().await;
    // and: what waits can be read as it was, and is not changed
    assert_eq!(admin.sees(&broken).await["name"], "Broken");
    let head = app.head().await;
    let refused = admin.patch(&broken.path, json!({ "name": "x" })).await;
    refused.fails_with(500);
    assert!(!String::from_utf8(refused.body).unwrap().contains("nonsense"));
    assert_eq!(app.head().await, head);
    // and: the auditor sees it as it is
    let history = admin.get(&format!("/api/audit/campaigns/{}", broken.id)).await.data();
    assert_eq!(history["events"][1]["data"], json!({ "nonsense": true }));
    app.abandon().await;
}

#[tokio::test]
async fn later_events_of_the_stream_queue_behind_and_follow_when_it_is_mended() {
    let app = TestApp::start().await;
    let (admin, broken, _, position) = house_with_nonsense(&app).await;
    let insert = "INSERT INTO events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata) \
         VALUES ('campaign', $1, 3, 'CampaignChanged', '1.0', '{\"CampaignChanged\": {\"changes\": {\"name\": \"Later\"}}}', '{}')";
    sqlx::query(insert).bind(&broken.id).execute(&app.app.pool).await.unwrap();
    let head = app.head().await;
    let passed = || async { (projection(&admin, "campaigns").await["position"] == head).then_some(()) };
    eventually("the projection has passed it", passed).await;
    assert_eq!(admin.sees(&broken).await["name"], "Broken");
    let retry = || admin.post("/api/admin/projections/campaigns/retry", "");
    retry().await.data();
    let tried = || async {
        let tried = "SELECT result FROM projection_jobs WHERE kind = 'retry' AND state = 'done'";
        sqlx::query_scalar::<_, Value>(tried).fetch_optional(&app.app.pool).await.unwrap()
    };
    assert_eq!(eventually("it was tried", tried).await, json!({ "freed": 0, "waiting": 1 }));
    // when: a newer program can read it (here: it is made readable)
    let mend = format!(
        "ALTER TABLE events DISABLE TRIGGER events_are_immutable; \
         UPDATE events SET payload = '{{\"CampaignChanged\": {{\"changes\": {{\"service\": \"mended\"}}}}}}', \
             event_type = 'CampaignChanged' WHERE position = {position}; \
         ALTER TABLE events ENABLE TRIGGER events_are_immutable"
    );
    sqlx::raw_sql(&mend).execute(&app.app.pool).await.unwrap();
    retry().await.data();
    let freed = || async { (projection(&admin, "campaigns").await["parked"] == 0).then_some(()) };
    eventually("the stream goes on", freed).await;
    let shown = || async {
        let campaign = admin.get(&broken.path).await.data();
        (campaign["name"] == "Later" && campaign["service"] == "mended").then_some(())
    };
    eventually("answers show it", shown).await;
    assert_eq!(admin.get("/ready").await.json["status"], "ready");
    app.finish().await;
}

#[tokio::test]
async fn a_rebuild_and_a_verification_park_it_as_well() {
    let app = TestApp::start().await;
    let (admin, broken, sound, _) = house_with_nonsense(&app).await;
    let found = admin.post("/api/admin/projections/campaigns/verify?wait=1", "").await.data();
    assert_eq!(found["differing"], 0, "{found}");
    let job = admin.post("/api/admin/projections/campaigns/rebuild", "").await.data();
    let over = || async {
        let state = "SELECT state FROM projection_jobs WHERE id = $1::uuid AND finished_at IS NOT NULL";
        let id = job["job_id"].as_str().unwrap();
        sqlx::query_scalar::<_, String>(state).bind(id).fetch_optional(&app.app.pool).await.unwrap()
    };
    assert_eq!(eventually("the rebuild is over", over).await, "done");
    assert_eq!(projection(&admin, "campaigns").await["parked"], 1);
    assert_eq!(admin.sees(&broken).await["name"], "Broken");
    admin.changes(&sound, json!({ "name": "Still sound" })).await;
    assert_eq!(admin.get("/ready").await.json["status"], "degraded");
    app.abandon().await;
}
