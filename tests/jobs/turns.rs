//! Whose turn it is: several nodes, nodes that go away, ends that must be told.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::json;
use sqlx::PgPool;

use super::house::{Script, Work};
use super::promise;
use crate::support::{TestApp, eventually};

async fn lapse(pool: &PgPool) {
    let lapse = "UPDATE jobs SET lease_until = now() - interval '1 second' WHERE state = 'running'";
    sqlx::query(lapse).execute(pool).await.unwrap();
}

#[tokio::test]
async fn two_nodes_share_the_work_and_do_nothing_twice() {
    let app = TestApp::start().await;
    let script = Arc::new(Script::new(|_| Ok(json!(null))));
    let (one, other) = (Work::with(&app, script.clone()), Work::with(&app, script.clone()));
    for number in 0..100 {
        one.jobs.enqueue(promise(&number.to_string())).await.unwrap();
    }
    eventually("all are done", || async { (script.told().len() == 100).then_some(()) }).await;
    assert_eq!(script.tried().into_iter().collect::<BTreeSet<_>>().len(), 100);
    assert_eq!(script.tried().len(), 100);
    one.ends().await;
    other.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn a_job_of_a_node_that_went_away_is_begun_again() {
    let app = TestApp::start().await;
    let work = Work::idle(&app, Arc::new(Script::new(|_| Ok(json!(null)))));
    work.jobs.enqueue(promise("a")).await.unwrap();
    let taken = "UPDATE jobs SET state = 'running', attempts = 1, attempt_id = gen_random_uuid(), \
                 node_id = gen_random_uuid(), lease_until = now() - interval '1 second'";
    sqlx::query(taken).execute(&app.app.pool).await.unwrap();
    work.jobs.work(super::house::options(&app));
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.attempts), ("done", 2));
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn an_effect_that_a_lost_node_had_begun_is_unknown_and_never_done_again() {
    let app = TestApp::start().await;
    let mut hangs = Script::new(|_| Ok(json!(null)));
    hangs.hangs_in_effect = true;
    let lost = Work::with(&app, Arc::new(hangs));
    lost.jobs.enqueue(promise("a")).await.unwrap();
    eventually("the effect has begun", || async { lost.find("a").await.filter(|job| job.effect_begun) })
        .await;
    lost.stop.cancel();
    lapse(&app.app.pool).await;
    let work = Work::begin(&app, |_| Ok(json!("twice"))).await;
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.result), ("unknown", None));
    assert!(job.error.unwrap().contains("went away"));
    assert_eq!((work.script.tried().len(), work.script.told()), (0, vec!["a: unknown".to_owned()]));
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn how_a_job_ended_is_told_until_it_is_heard() {
    let app = TestApp::start().await;
    let script = Script::new(|_| Ok(json!("sent")));
    *script.deaf.lock().unwrap() = 2;
    let work = Work::with(&app, Arc::new(script));
    work.jobs.enqueue(promise("a")).await.unwrap();
    for _ in 0..2 {
        eventually("it could not be told", || async {
            work.find("a").await.filter(|job| job.state == "ending" && job.run_at > chrono::Utc::now())
        })
        .await;
        work.jobs.hurry().await.unwrap();
    }
    let job = work.is_over("a").await;
    assert_eq!((job.state.as_str(), job.result), ("done", Some(json!("sent"))));
    assert_eq!((work.script.tried().len(), work.script.told().len()), (1, 1), "it was not done again");
    work.ends().await;
    app.finish().await;
}

#[tokio::test]
async fn a_node_that_stops_puts_down_what_may_be_begun_again() {
    let app = TestApp::start().await;
    let work = Work::begin(&app, |_| Ok(json!(null))).await;
    work.jobs.enqueue(promise("before")).await.unwrap();
    work.is_over("before").await;
    work.stop.cancel();
    work.jobs.stop_working().await;
    work.jobs.enqueue(promise("after")).await.unwrap();
    let other = Work::begin(&app, |_| Ok(json!(null))).await;
    assert_eq!(other.is_over("after").await.state, "done");
    assert_eq!(work.script.tried(), ["before"]);
    other.ends().await;
    app.finish().await;
}
