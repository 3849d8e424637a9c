//! Campaigns whose source is asked while somebody watches (contract §2).

use std::time::Duration;

use serde_json::{Value, json};

use crate::support::shapes::{column, has_keys};
use crate::support::source::Source;
use crate::support::{Actor, TestApp, Thing, eventually};

/// What the source is asked for a whole campaign.
fn whole(campaign: &Thing) -> String {
    format!("/{}?product=", campaign.id)
}

async fn campaign(app: &TestApp) -> (Actor, Thing) {
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    (manager, week)
}

async fn active(actor: &Actor) -> Value {
    let data = actor.get("/api/campaigns/active_polling_tasks/").await.data();
    has_keys(&data, &["active_tasks"]);
    data["active_tasks"].clone()
}

#[tokio::test]
async fn what_the_source_says_reaches_sockets_lists_and_history() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    source.says(&json!({ "campaign": { "status": "进行中", "gmv_achieved": 12.5, "views_achieved": "9" },
        "creators": [{ "id": 7, "name": "Mei", "followers": "1,200", "pricing": 2.5, "status": "accepted" }] }));
    assert_eq!(active(&manager).await, json!([]));
    let mut socket = manager.watches(&week).await;
    let frame = socket.shows(|frame| frame.status() == "in_progress").await;
    let mei = json!({ "id": "7", "name": "Mei", "category": null, "followers": 1200, "gmv_generated": "0.00",
        "views_generated": "0", "pricing": "2.50", "status": "accepted" });
    assert_eq!(frame["creators"], json!([mei]));
    let shown = manager.sees(&week).await;
    assert_eq!((&shown["gmv_achieved"], &shown["views_achieved"]), (&json!("12.5"), &json!("9")));
    // and: who leaves out a creator says nothing of them, and the envelope of family B is fine too
    let answer = json!({ "campaign": { "status": "completed" }, "creators": [{ "id": "lin" }] });
    source.says(&json!({ "code": 200, "message": "成功", "data": answer }));
    let frame = socket.shows(|frame| frame.status() == "completed").await;
    assert_eq!(frame.creators(), ["7", "lin"]);
    let path = format!("/api/audit/campaigns/{}/statuses", week.id);
    let statuses = manager.get(&path).await.data()["statuses"].clone();
    assert_eq!(column(&statuses, "override")[1..], ["true", "false"].map(str::to_owned));
    assert!(statuses.as_array().unwrap()[1..].iter().all(|line| line["actor"]["user_id"].is_null()));
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_campaign_is_polled_once_an_interval_in_the_whole_cluster() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (second, third) = (app.another_node().await, app.another_node().await);
    let (manager, week) = campaign(&app).await;
    let mut sockets = Vec::new();
    for actor in [&manager, &second.receives(&manager), &third.receives(&manager), &manager] {
        sockets.push(actor.watches(&week).await);
    }
    source.is_asked(&whole(&week), 5).await;
    let asked = source.asked(&whole(&week));
    let took = *asked.last().unwrap() - asked[0];
    let least = Duration::from_secs(asked.len() as u64 - 1).saturating_sub(Duration::from_millis(600));
    assert!(took >= least, "{} polls in {took:?}", asked.len());
    let tasks = active(&second.receives(&manager)).await;
    assert_eq!(column(&tasks, "campaign_id"), [week.id.as_str()]);
    futures::future::join_all(sockets.into_iter().map(crate::support::Socket::leaves)).await;
    second.leaves().await;
    third.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn an_unchanged_answer_appends_nothing() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    source.says(&json!({ "campaign": { "status": "accepted", "name": "not ours", "gmv_achieved": "1" },
        "creators": [{ "id": "mei", "followers": 5, "gmv_generated": "1.0" }, { "id": "mei", "followers": 5 }] }));
    let mut socket = manager.watches(&week).await;
    socket.shows(|frame| frame.status() == "accepted" && frame.creators() == ["mei"]).await;
    let head = app.head().await;
    let polls = source.asked(&whole(&week)).len();
    source.is_asked(&whole(&week), polls + 2).await;
    assert_eq!(app.head().await, head);
    assert_eq!(manager.sees(&week).await["name"], "Week");
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_task_is_listed_while_it_lives_and_a_minute_longer() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    let product = uuid::Uuid::now_v7();
    let address = manager.socket_address(&week, &format!("?product_id={product}")).await;
    let (of_all, of_one) = (manager.watches(&week).await, crate::support::Socket::open(&address).await);
    source.is_asked(&whole(&week), 1).await;
    source.is_asked(&format!("/{}?product={product}", week.id), 1).await;
    let both_polled = || async {
        let tasks = active(&manager).await;
        column(&tasks, "last_poll").iter().all(|at| at != "null").then_some(tasks)
    };
    let tasks = eventually("both tasks were polled", both_polled).await;
    let (whole_task, one) = (&tasks[0], &tasks[1]);
    has_keys(whole_task, &["campaign_id", "interval", "last_poll"]);
    has_keys(one, &["campaign_id", "product_id", "interval", "last_poll"]);
    assert_eq!((&whole_task["interval"], &one["product_id"]), (&json!(1), &json!(product)));
    assert!(one["last_poll"].as_str().unwrap().ends_with('Z'));
    of_all.leaves().await;
    of_one.leaves().await;
    assert_eq!(active(&manager).await.as_array().unwrap().len(), 2);
    let seconds: f64 = sqlx::query_scalar(
        "SELECT max(extract(epoch FROM until - clock_timestamp()))::float8 FROM polling_watchers",
    )
    .fetch_one(&app.app.pool)
    .await
    .unwrap();
    assert!((50.0..=60.0).contains(&seconds), "{seconds}");
    // when: the minute is over
    let over = "UPDATE polling_watchers SET until = clock_timestamp() - interval '1 second'";
    sqlx::query(over).execute(&app.app.pool).await.unwrap();
    assert_eq!(active(&manager).await, json!([]));
    app.finish().await;
}

#[tokio::test]
async fn stopped_polling_stays_stopped_until_a_new_socket_connects() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    let tea = manager.creates_brand("Other").await;
    let clock = manager.creates_campaign(&tea, "Clock").await;
    let (socket, ticking) = (manager.watches(&week).await, manager.watches(&clock).await);
    source.is_asked(&whole(&week), 1).await;
    source.is_asked(&whole(&clock), 1).await;
    let stopped = manager.post(&week.at("stop_polling/"), "").await;
    assert_eq!(stopped.json, json!({ "code": 200, "message": "轮询已停止", "data": null }));
    assert_eq!(column(&active(&manager).await, "campaign_id"), [clock.id.as_str()]);
    let polls = source.asked(&whole(&clock)).len();
    source.is_asked(&whole(&clock), polls + 1).await;
    let before = source.asked(&whole(&week)).len();
    source.is_asked(&whole(&clock), polls + 3).await;
    assert_eq!(source.asked(&whole(&week)).len(), before);
    // and: it says so always, also when nothing is polled
    for body in [
        "{}",
        "",
        r#"{"product_id": null}"#,
        r#"{"product_id": "nope"}"#,
        &json!({ "product_id": week.id }).to_string(),
    ] {
        manager.post(&week.at("stop_polling/"), body).await.data();
    }
    for unknown in [uuid::Uuid::now_v7().to_string().as_str(), "nope"] {
        manager.post(&format!("/api/campaigns/{unknown}/stop_polling/"), "{}").await.data();
    }
    let again = manager.watches(&week).await;
    source.is_asked(&whole(&week), before + 1).await;
    for socket in [socket, ticking, again] {
        socket.leaves().await;
    }
    app.finish().await;
}

#[tokio::test]
async fn a_failing_source_is_asked_less_and_less_and_stores_nothing() {
    let source = Source::start().await;
    source.answers(500, "oops");
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    let head = app.head().await;
    let mut socket = manager.follows(&week, "&v=2").await;
    socket.shows(|frame| frame["t"] == "snapshot").await;
    let stale = socket.shows(|frame| frame["t"] == "source" && frame["state"] == "stale").await;
    has_keys(&stale, &["t", "state", "last_poll"]);
    let pause = |failures: i32| {
        let pool = app.app.pool.clone();
        move || async move {
            let sql = "SELECT extract(epoch FROM next_due - last_poll)::float8 FROM polling_tasks WHERE failures = $1";
            sqlx::query_scalar::<_, f64>(sql).bind(failures).fetch_optional(&pool).await.unwrap()
        }
    };
    for (failures, seconds) in [(1, 2.0), (2, 4.0)] {
        let look = pause(failures);
        let found = eventually("it failed so often", || look.clone()()).await;
        assert!((found - seconds).abs() < 0.2, "{found} after {failures} failures");
    }
    assert_eq!(app.head().await, head);
    // when: it is well again
    source.says(&json!({ "campaign": { "status": "accepted" } }));
    socket.shows(|frame| frame["t"] == "source" && frame["state"] == "ok").await;
    manager.post(&week.at("stop_polling/"), "{}").await.data();
    socket.shows(|frame| frame["t"] == "source" && frame["state"] == "stopped").await;
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn answers_that_make_no_sense_store_nothing_and_harm_nobody() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    let pool = app.app.pool.clone();
    let huge = format!("{{\"creators\": \"{}\"}}", "x".repeat(5 * 1024 * 1024));
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let long = json!({ "creators": [{ "id": "x".repeat(101) }] }).to_string();
    let head = app.head().await;
    let socket = manager.watches(&week).await;
    for nonsense in [
        "<html>",
        "[]",
        r#"{"campaign":{"status":"weird"}}"#,
        r#"{"creators":[{"name":"nobody"}]}"#,
        r#"{"creators":[{"id":"a\u0000b"}]}"#,
        r#"{"creators":[{"id":"a","followers":-5}]}"#,
        r#"{"creators":[{"id":"a","pricing":1e400}]}"#,
        r#"{"code":500,"message":"no","data":null}"#,
        &huge,
        &deep,
        &long,
    ] {
        source.answers(200, nonsense);
        let due = "UPDATE polling_tasks SET failures = 0, last_error = NULL, last_poll = NULL, next_due = clock_timestamp()";
        sqlx::query(due).execute(&pool).await.unwrap();
        let failed = || async {
            let sql = "SELECT last_error FROM polling_tasks WHERE failures > 0 AND last_poll IS NOT NULL";
            sqlx::query_scalar::<_, Option<String>>(sql).fetch_optional(&pool).await.unwrap().flatten()
        };
        let error = eventually("the poll failed", failed).await;
        assert!(error.len() < 2_000 && !error.contains("http://"), "{error}");
    }
    assert_eq!(app.head().await, head, "something was stored");
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn without_a_source_nothing_is_polled() {
    let app = TestApp::start().await;
    let (manager, week) = campaign(&app).await;
    let mut socket = manager.watches(&week).await;
    socket.frame().await;
    assert_eq!(active(&manager).await, json!([]));
    manager.post(&week.at("stop_polling/"), "{}").await.data();
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_deleted_campaign_is_polled_no_more() {
    let source = Source::start().await;
    let app = TestApp::with(source.is_polled()).await;
    let (manager, week) = campaign(&app).await;
    let tea = manager.creates_brand("Other").await;
    let clock = manager.creates_campaign(&tea, "Clock").await;
    let mut socket = manager.watches(&week).await;
    let ticking = manager.watches(&clock).await;
    socket.frame().await;
    source.is_asked(&whole(&week), 1).await;
    manager.deletes(&week).await;
    socket.closes_with(4410).await;
    assert_eq!(column(&active(&manager).await, "campaign_id"), [clock.id.as_str()]);
    let polls = source.asked(&whole(&clock)).len();
    source.is_asked(&whole(&clock), polls + 1).await;
    let before = source.asked(&whole(&week)).len();
    source.is_asked(&whole(&clock), polls + 4).await;
    assert_eq!(source.asked(&whole(&week)).len(), before, "a deleted campaign is polled");
    ticking.leaves().await;
    app.finish().await;
}
