//! Durable work: nothing promised is lost, nothing that must not happen twice happens twice.

mod house;
mod turns;

use std::time::Duration;

use serde_json::json;
use tidemark::jobs::{NewJob, Stop, enqueue};

use crate::support::TestApp;
use house::{Script, Work};

fn promise(key: &str) -> NewJob {
    NewJob::new(Script::KIND, key, json!({ "key": key }))
}

/// Whatever is asked of a node that has just started is promised: no reaction begins later than its node serves.
#[tokio::test]
async fn a_node_that_serves_has_all_its_reactions_at_their_posts() {
    let app = TestApp::start().await;
    let posts: i64 = sqlx::query_scalar("SELECT count(*) FROM reaction_checkpoints")
        .fetch_one(&app.app.pool)
        .await
        .unwrap();
    assert_eq!(usize::try_from(posts), Ok(tidemark::reactions::all().len()));
    app.finish().await;
}

#[tokio::test]
async fn a_promise_made_twice_is_one_job_and_is_done_once() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |_| Ok(json!("sent"))).await;
    assert!(work.jobs.enqueue(promise("a")).await.unwrap());
    assert!(!work.jobs.enqueue(promise("a")).await.unwrap(), "it is the same promise");
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.attempts, job.result), ("done", 1, Some(json!("sent"))));
    assert!(!work.jobs.enqueue(promise("a")).await.unwrap(), "nor is it made again once it is kept");
    assert_eq!(work.script.told(), ["a: done"]);
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn a_promise_is_part_of_its_makers_transaction() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |_| Ok(json!(null))).await;
    let mut transaction = app.app.pool.begin().await.unwrap();
    assert!(enqueue(&mut transaction, promise("taken back")).await.unwrap());
    transaction.rollback().await.unwrap();
    let mut transaction = app.app.pool.begin().await.unwrap();
    assert!(enqueue(&mut transaction, promise("kept")).await.unwrap());
    transaction.commit().await.unwrap();
    work.is_over("kept").await;
    assert_eq!(work.script.tried(), ["kept"]);
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn what_fails_for_now_is_tried_again_later_and_later_and_ends_as_failed_with_the_reason() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |_| Err(Stop::retry("the line is dead"))).await;
    work.jobs.enqueue(promise("a")).await.unwrap();
    let mut pauses = Vec::new();
    for attempt in 1..Script::ATTEMPTS {
        let job = work.waits("a", attempt).await;
        assert_eq!(job.error.as_deref(), Some("the line is dead"));
        pauses.push(job.run_at - chrono::Utc::now());
        work.jobs.hurry().await.unwrap();
    }
    assert!(pauses.windows(2).all(|two| two[1] > two[0]), "{pauses:?}");
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.attempts), ("failed", Script::ATTEMPTS));
    assert_eq!(job.error.as_deref(), Some("the line is dead"));
    assert_eq!(work.script.told(), ["a: failed"]);
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn a_pause_that_the_outside_asks_for_is_obeyed() {
    let app = TestApp::start().await;
    let after = Some(Duration::from_secs(300));
    let work = Work::begin(&app, move |_| Err(Stop::Retry { reason: "too many".to_owned(), after })).await;
    work.jobs.enqueue(promise("a")).await.unwrap();
    let job = work.waits("a", 1).await;
    let pause = (job.run_at - chrono::Utc::now()).num_seconds();
    assert!((290..=310).contains(&pause), "{pause}");
    assert!(work.jobs.cancel(job.id).await.unwrap());
    assert_eq!(work.is_over("a").await.state, "cancelled");
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn waiting_for_a_turn_is_no_attempt() {
    let app = TestApp::start().await;
    let later = chrono::Utc::now() + chrono::TimeDelta::hours(1);
    let work =
        Work::begin(&app, move |_| Err(Stop::Wait { reason: "not yet".to_owned(), until: later })).await;
    work.jobs.enqueue(promise("a")).await.unwrap();
    let job = work.waits("a", 0).await;
    assert!((job.run_at - later).num_milliseconds().abs() < 1);
    work.jobs.cancel(job.id).await.unwrap();
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn what_is_wrong_for_good_is_tried_once() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |_| Err(Stop::Failed("550 no such mailbox".to_owned()))).await;
    work.jobs.enqueue(promise("a")).await.unwrap();
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.attempts), ("failed", 1));
    assert_eq!(job.error.as_deref(), Some("550 no such mailbox"));
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn a_handler_that_breaks_off_is_tried_again() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |attempt| {
        assert!(attempt > 1, "the first time it breaks off");
        Ok(json!(null))
    })
    .await;
    work.jobs.enqueue(promise("a")).await.unwrap();
    work.waits("a", 1).await;
    work.jobs.hurry().await.unwrap();
    assert_eq!(work.is_over("a").await.state, "done");
    work.ends().await;
    app.finish().await;
}
