//! Whatever breaks, nobody is told twice and nothing is forgotten.

use serde_json::json;

use super::{alerts, judged, of, sees, sets, watches};
use crate::support::TestApp;

#[tokio::test]
async fn a_log_that_is_judged_again_says_nothing_new() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = watches(&manager, "TEA").await;
    let rule = sets(&manager, json!({ "name": "Falls", "when": "drop" })).await;
    let path = format!("?rule_id={rule}");
    for (price, minutes) in [(100, 50), (90, 40), (80, 30)] {
        sees(&manager, tea, price, minutes).await;
    }
    judged(&manager).await;
    let before = alerts(&manager, &path, 2).await;
    // As after a crash between the verdicts and what is written down: the judge begins at an older place.
    for statement in [
        "UPDATE public.alert_checkpoint SET position = 0",
        "DELETE FROM public.alert_watches",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
          WHERE datname = current_database() AND application_name = 'tidemark alerts'",
    ] {
        sqlx::query(statement).execute(&app.app.pool).await.unwrap();
    }
    sees(&manager, tea, 70, 20).await;
    let after = alerts(&manager, &path, 3).await;
    assert_eq!(of(&after[1..], "id"), of(&before, "id"));
    judged(&manager).await;
    assert_eq!(of(&alerts(&manager, &path, 3).await, "price"), [70, 80, 90]);
    app.finish().await;
}

#[tokio::test]
async fn two_nodes_judge_once_and_one_takes_over() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let manager = app.manager().await;
    let there = second.receives(&manager);
    let tea = watches(&manager, "TEA").await;
    let rule = sets(&there, json!({ "name": "Falls", "when": "drop" })).await;
    let path = format!("?rule_id={rule}");
    sees(&manager, tea, 100, 50).await;
    sees(&there, tea, 90, 40).await;
    assert_eq!(of(&alerts(&there, &path, 1).await, "price"), [90]);
    // One of them has the lead and loses it.
    sqlx::query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity \
          WHERE datname = current_database() AND application_name = 'tidemark alerts'",
    )
    .execute(&app.app.pool)
    .await
    .unwrap();
    sees(&manager, tea, 80, 30).await;
    assert_eq!(of(&alerts(&there, &path, 2).await, "price"), [80, 90]);
    second.leaves().await;
    sees(&manager, tea, 70, 20).await;
    assert_eq!(of(&alerts(&manager, &path, 3).await, "price"), [70, 80, 90]);
    app.finish().await;
}
