//! There is always an administrator, and nobody removes themselves.

use serde_json::json;

use super::keeping::lets_in;
use crate::support::TestApp;

#[tokio::test]
async fn nobody_takes_themselves_away_nor_the_last_administrator() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let own = format!("/api/users/{}", admin.user_id);
    let other = lets_in(&admin, "second", "admin").await;
    let head = app.head().await;
    admin.delete(&own).await.fails_with(400);
    admin.post(&format!("{own}/erase"), "").await.fails_with(400);
    for change in [json!({ "role": "manager" }), json!({ "is_active": false })] {
        admin.put(&own, change).await.fails_with(400);
    }
    assert_eq!(app.head().await, head);
    admin.put(&own, json!({ "role": "admin", "display_name": "Boss" })).await.data();
    // Two stay until one goes.
    let second = format!("/api/users/{}", other["id"]);
    admin.put(&second, json!({ "role": "user" })).await.data();
    admin.put(&second, json!({ "role": "admin" })).await.data();
    admin.put(&second, json!({ "is_active": false })).await.data();
    admin.delete(&second).await.data();
    app.finish().await;
}

#[tokio::test]
async fn two_administrators_cannot_take_each_others_place_at_the_same_time() {
    let app = TestApp::start().await;
    for _round in 0..5 {
        let (one, two) = (app.admin().await, app.admin().await);
        // Whoever else is one, goes first.
        for user in one.get("/api/users?role=admin").await.data().as_array().unwrap() {
            if ![one.user_id, two.user_id].contains(&user["id"].as_i64().unwrap()) {
                one.delete(&format!("/api/users/{}", user["id"])).await.data();
            }
        }
        let (first, second) = (format!("/api/users/{}", two.user_id), format!("/api/users/{}", one.user_id));
        let (first, second) = tokio::join!(one.put(&first, json!({ "role": "user" })), two.delete(&second));
        let done = [first.status, second.status].into_iter().filter(|status| *status == 200).count();
        assert_eq!(done, 1, "{first:?} {second:?}");
        let left = if first.status == 200 { &one } else { &two };
        assert_eq!(left.get("/api/users?role=admin").await.data().as_array().unwrap().len(), 1);
    }
    app.finish().await;
}
