//! Projections: how they are, rebuild, cancel, verify, parked streams (contract §4).

mod jobs;
mod parked;

use serde_json::{Value, json};

use crate::support::shapes::{self, column, has_at_least_keys};
use crate::support::{Actor, TestApp, eventually};

async fn projections_of(admin: &Actor) -> Vec<Value> {
    admin.get("/api/admin/projections").await.data().as_array().unwrap().clone()
}

async fn projection(admin: &Actor, name: &str) -> Value {
    projections_of(admin).await.into_iter().find(|projection| projection["name"] == name).unwrap()
}

/// Some of everything.
async fn scenario(actor: &Actor) {
    let tea = actor.creates_brand("Tea").await;
    let coffee = actor.creates_brand("Coffee").await;
    let (oolong, gone) =
        (actor.creates_product(&tea, "Oolong").await, actor.creates_product(&tea, "Gone").await);
    let week = actor.creates_campaign(&tea, "Week").await;
    let day = actor.creates_campaign(&coffee, "Day").await;
    actor.links(&week, &oolong).await.data();
    actor.links(&week, &gone).await.data();
    actor.reports(&week, "mei", json!({ "followers": 5, "product_id": oolong.id })).await;
    actor.deletes(&gone).await;
    actor.changes(&day, json!({ "status": "completed", "gmv_achieved": "5" })).await;
    actor.deletes(&coffee).await;
}

#[tokio::test]
async fn the_list_tells_how_each_projection_is() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    scenario(&admin).await;
    let list = projections_of(&admin).await;
    let mut names: Vec<_> = projections::all().iter().map(|projection| projection.name()).collect();
    names.sort_unstable();
    assert_eq!(column(&json!(list), "name"), names);
    for projection in list {
        has_at_least_keys(&projection, shapes::PROJECTION);
        let head = app.head().await;
        assert_eq!(
            (&projection["head"], &projection["position"], &projection["lag"]),
            (&json!(head), &json!(head), &json!(0))
        );
        assert_eq!((&projection["state"], &projection["last_error"]), (&json!("live"), &Value::Null));
        assert!(projection["version"].as_i64() >= Some(1));
    }
    app.finish().await;
}

#[tokio::test]
async fn a_rebuild_leads_to_the_same_answers_and_everybody_goes_on() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let admin = app.admin().await;
    scenario(&admin).await;
    let week = admin.get("/api/campaigns/").await.data()[0].clone();
    let week = crate::support::Thing::new("/api/campaigns/", week);
    let mut socket = admin.watches(&week).await;
    socket.frame().await;
    let lists = ["/api/brands/", "/api/products/", "/api/campaigns/", &week.at("creator_list/")];
    let mut before = Vec::new();
    for list in lists {
        before.push(admin.get(list).await.data());
    }
    let remote = second.receives(&admin);
    for (index, name) in projections::all().iter().map(|projection| projection.name()).enumerate() {
        let asker = if index % 2 == 0 { &admin } else { &remote };
        let job = asker.post(&format!("/api/admin/projections/{name}/rebuild"), "").await.data();
        has_at_least_keys(&job, &["job_id"]);
        let done = || async {
            let projection = projection(&admin, name).await;
            (projection["state"] == "live" && projection["job_id"].is_null()).then_some(())
        };
        // then: reads and writes go on meanwhile
        for (list, before) in lists.iter().zip(&before) {
            assert_eq!(&asker.get(list).await.data(), before);
        }
        eventually("the rebuild is done", done).await;
    }
    for (list, before) in lists.iter().zip(&before) {
        assert_eq!(&remote.get(list).await.data(), before);
    }
    admin.changes(&week, json!({ "name": "after" })).await;
    socket.shows(|frame| frame["campaign"]["name"] == "after").await;
    socket.leaves().await;
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn rebuilds_asked_for_together_are_one() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    scenario(&admin).await;
    // given: a rebuild that cannot end, since somebody reads the old tables
    let mut reading = app.app.pool.begin().await.unwrap();
    sqlx::query("SELECT count(*) FROM campaigns").execute(&mut *reading).await.unwrap();
    let ask = || admin.post("/api/admin/projections/campaigns/rebuild", "{}");
    let first = ask().await.data();
    let running = || async {
        let projection = projection(&admin, "campaigns").await;
        (projection["state"] == "rebuilding").then_some(projection)
    };
    let seen = eventually("it is rebuilding", running).await;
    assert_eq!(seen["job_id"], first["job_id"]);
    assert_eq!(ask().await.data()["job_id"], first["job_id"]);
    // when: it is cancelled
    let cancel = || admin.delete("/api/admin/projections/campaigns/rebuild");
    assert_eq!(cancel().await.data()["cancelled"], true);
    reading.rollback().await.unwrap();
    let ended = || async {
        let projection = projection(&admin, "campaigns").await;
        (projection["state"] == "live" && projection["job_id"].is_null()).then_some(())
    };
    eventually("it has ended", ended).await;
    assert_eq!(cancel().await.data()["cancelled"], false);
    assert_ne!(ask().await.data()["job_id"], first["job_id"]);
    eventually("the second one has ended", ended).await;
    app.finish().await;
}

#[tokio::test]
async fn a_verification_finds_what_differs_and_touches_nothing() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    scenario(&admin).await;
    let verify = |name: &'static str| {
        let admin = admin.clone();
        async move { admin.post(&format!("/api/admin/projections/{name}/verify?wait=1"), "").await.data() }
    };
    let good = verify("brands").await;
    has_at_least_keys(&good, &["rows", "differing", "sample"]);
    assert_eq!((&good["differing"], &good["sample"]), (&json!(0), &json!([])));
    assert!(good["rows"].as_i64() >= Some(2));
    let tamper = "UPDATE read.brands SET name = 'tampered' WHERE name = 'Tea'";
    sqlx::query(tamper).execute(&app.app.pool).await.unwrap();
    let bad = verify("brands").await;
    assert_eq!(bad["differing"], 1);
    let sample = bad["sample"].to_string();
    assert!(sample.contains("tampered") && sample.contains("Tea"), "{sample}");
    assert_eq!(projection(&admin, "brands").await["last_verify"]["differing"], 1);
    let name: String = sqlx::query_scalar("SELECT name FROM read.brands WHERE name = 'tampered'")
        .fetch_one(&app.app.pool)
        .await
        .unwrap();
    assert_eq!(name, "tampered");
    // and: without waiting the answer is a job
    let job = admin.post("/api/admin/projections/brands/verify", "").await.data();
    has_at_least_keys(&job, &["job_id"]);
    // and: a rebuild mends it
    admin.post("/api/admin/projections/brands/rebuild", "").await.data();
    let mended = || async {
        let is_there = sqlx::query_scalar("SELECT EXISTS (SELECT FROM read.brands WHERE name = 'tampered')");
        (!is_there.fetch_one(&app.app.pool).await.unwrap_or(true)).then_some(())
    };
    eventually("the rebuild has mended it", mended).await;
    app.finish().await;
}

#[tokio::test]
async fn unknown_projections_are_not_found() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    for name in ["none", "brands;", "%00", "read.brands", &"x".repeat(500)] {
        for action in ["rebuild", "verify", "retry"] {
            let answer = admin.post(&format!("/api/admin/projections/{name}/{action}"), "").await;
            assert!(matches!(answer.status, 400 | 404), "{name} {action}: {}", answer.status);
            answer.fails_with(answer.status);
        }
        let answer = admin.delete(&format!("/api/admin/projections/{name}/rebuild")).await;
        assert!(matches!(answer.status, 400 | 404), "{name}");
    }
    admin.post("/api/admin/projections/brands/verify?wait=perhaps", "").await.fails_with(400);
    assert_eq!(admin.delete("/api/admin/projections/brands/rebuild").await.data()["cancelled"], false);
    app.finish().await;
}

#[tokio::test]
async fn when_the_leader_leaves_another_node_takes_over() {
    let app = TestApp::start().await;
    let leader = app.manager().await;
    let second = app.another_node().await;
    let remote = second.receives(&leader);
    assert!(app.app.projector.leads() && !second.app.projector.leads());
    remote.creates_brand("Tea").await;
    app.app.projector.stop();
    let leads = || async { second.app.projector.leads().then_some(()) };
    eventually("the second node leads", leads).await;
    remote.creates_brand("Coffee").await;
    assert_eq!(column(&remote.get("/api/brands/").await.data(), "name"), ["Coffee", "Tea"]);
    second.leaves().await;
    app.abandon().await;
}
