//! The opt-in protocol `v=2` and its twin as server-sent events: snapshots, deltas, resume, replay.

use aggregates::values::Status;
use serde_json::{Value, json};

use crate::support::shapes::has_keys;
use crate::support::{Socket, TestApp, Thing};

/// What a client that follows deltas knows.
fn apply(known: &mut Value, delta: &Value) {
    for (field, value) in delta["campaign"].as_object().unwrap() {
        known["campaign"][field] = value.clone();
    }
    let creators = known["creators"].as_array_mut().unwrap();
    for changed in delta["creators"].as_array().unwrap() {
        match creators.iter_mut().find(|creator| creator["id"] == changed["id"]) {
            Some(creator) => creator.as_object_mut().unwrap().extend(changed.as_object().unwrap().clone()),
            None => creators.push(changed.clone()),
        }
    }
    creators.retain(|creator| !delta["removed"].as_array().unwrap().contains(&creator["id"]));
}

/// Follows deltas until `seq`; each must go on where the one before ended.
async fn follow(socket: &mut Socket, known: &mut Value, from: i64, until: i64) {
    let mut seq = from;
    while seq < until {
        let frame = socket.frame().await;
        if frame["t"] != "delta" {
            continue;
        }
        has_keys(&frame, &["t", "seq", "prev", "campaign", "creators", "removed"]);
        assert_eq!(frame["prev"], seq);
        seq = frame.seq();
        apply(known, &frame);
    }
}

async fn some_history(app: &TestApp) -> (crate::support::Actor, Thing) {
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.reports(&week, "mei", json!({ "followers": 5 })).await;
    manager.moves(&week, Status::Accepted).await;
    manager.reports(&week, "lin", json!({ "pricing": 3 })).await;
    (manager, week)
}

#[tokio::test]
async fn a_snapshot_and_its_deltas_add_up_to_what_a_get_shows() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let mut socket = manager.follows(&week, "&v=2").await;
    let snapshot = socket.frame().await;
    has_keys(&snapshot, &["t", "epoch", "seq", "campaign", "creators"]);
    assert_eq!(snapshot["t"], "snapshot");
    let mut known = json!({ "campaign": snapshot["campaign"], "creators": snapshot["creators"] });
    assert_eq!(known, manager.get(&week.at("creator_list/")).await.data());
    manager.reports(&week, "wu", json!({ "name": "Wu" })).await;
    manager.changes(&week, json!({ "name": "Other", "status": "in_progress" })).await;
    let last = manager.put(&week.at("creators/mei/"), json!({ "followers": 6 })).await.position();
    follow(&mut socket, &mut known, snapshot.seq(), last).await;
    assert_eq!(known, manager.get(&week.at("creator_list/")).await.data());
    manager.deletes(&week).await;
    let closing = socket.shows(|frame| frame["t"] == "closing").await;
    assert_eq!(closing.0, json!({ "t": "closing", "code": 4410 }));
    socket.closes_with(4410).await;
    app.finish().await;
}

#[tokio::test]
async fn a_client_resumes_where_it_was_and_from_the_very_beginning() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let second = app.another_node().await;
    let history = manager.get(&format!("/api/audit/campaigns/{}", week.id)).await.data();
    let positions: Vec<i64> = history["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["position"].as_i64().unwrap())
        .collect();
    let expected = manager.get(&week.at("creator_list/")).await.data();
    let epoch = manager.follows(&week, "&v=2").await.frame().await["epoch"].as_str().unwrap().to_owned();
    for actor in [&manager, &second.receives(&manager)] {
        for since in ["0".to_owned(), format!("{epoch}.0")] {
            let mut socket = actor.follows(&week, &format!("&v=2&since={since}")).await;
            let mut known = json!({ "campaign": {}, "creators": [] });
            follow(&mut socket, &mut known, 0, *positions.last().unwrap()).await;
            assert_eq!(known, expected);
            socket.leaves().await;
        }
        // and: from any position, here the second event's
        let mut socket = actor.follows(&week, &format!("&v=2&since={epoch}.{}", positions[1])).await;
        let delta = socket.shows(|frame| frame["t"] == "delta").await;
        assert_eq!((delta["prev"].as_i64(), delta.seq()), (Some(positions[1]), positions[2]));
        assert_eq!(delta["campaign"], json!({ "status": "accepted" }));
        socket.leaves().await;
    }
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_resumed_socket_goes_on_live() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let seq = app.head().await;
    let mut socket = manager.follows(&week, &format!("&v=2&since={seq}")).await;
    let position = manager.patch(&week.path, json!({ "name": "live" })).await.position();
    let delta = socket.shows(|frame| frame["t"] == "delta").await;
    assert_eq!((delta["prev"].as_i64(), delta.seq()), (Some(seq), position));
    assert_eq!(delta["campaign"], json!({ "name": "live" }));
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_foreign_position_starts_anew() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let foreign = uuid::Uuid::new_v4();
    for since in [format!("{foreign}.3"), "999999".to_owned(), "-1".to_owned(), "x".to_owned()] {
        let mut socket = manager.follows(&week, &format!("&v=2&since={since}")).await;
        let frame = socket.frame().await;
        assert_eq!((&frame["t"], &frame["reset"]), (&json!("snapshot"), &json!(true)), "{since}");
        socket.leaves().await;
    }
    app.finish().await;
}

#[tokio::test]
async fn a_past_hour_is_replayed_through_the_same_frames() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let history = manager.get(&format!("/api/audit/campaigns/{}", week.id)).await.data();
    let first = &history["events"][0];
    let at: String = url::form_urlencoded::byte_serialize(first["at"].as_str().unwrap().as_bytes()).collect();
    let mut socket = manager.follows(&week, &format!("&v=2&at={at}&speed=1000000")).await;
    let snapshot = socket.frame().await;
    assert_eq!((&snapshot["t"], snapshot.seq()), (&json!("snapshot"), first["position"].as_i64().unwrap()));
    assert_eq!((snapshot.status(), snapshot.creators().len()), ("pending", 0));
    let mut known = json!({ "campaign": snapshot["campaign"], "creators": snapshot["creators"] });
    follow(&mut socket, &mut known, snapshot.seq(), app.head().await).await;
    assert_eq!(known, manager.get(&week.at("creator_list/")).await.data());
    socket.leaves().await;
    manager.follows(&week, "&v=2&at=yesterday").await.closes_with(1008).await;
    app.finish().await;
}

#[tokio::test]
async fn server_sent_events_tell_the_same_and_resume() {
    let app = TestApp::start().await;
    let (manager, week) = some_history(&app).await;
    let path = week.at("events/");
    let mut events = manager.listens(&path, None).await;
    let (id, snapshot) = events.next().await.unwrap();
    assert_eq!(
        (&snapshot["t"], id.clone()),
        (&json!("snapshot"), format!("{}.{}", snapshot["epoch"].as_str().unwrap(), snapshot["seq"]))
    );
    manager.changes(&week, json!({ "name": "told" })).await;
    let (next, delta) = events.next().await.unwrap();
    assert_eq!((&delta["t"], &delta["campaign"]), (&json!("delta"), &json!({ "name": "told" })));
    drop(events);
    let mut again = manager.listens(&path, Some(&id)).await;
    assert_eq!(again.next().await.unwrap(), (next, delta));
    manager.deletes(&week).await;
    let (_, closing) = again.next().await.unwrap();
    assert_eq!(closing, json!({ "t": "closing", "code": 4410 }));
    assert!(again.next().await.is_none());
    manager.get(&path).await.fails_with(404);
    app.visitor().get(&path).await.fails_with(401);
    app.finish().await;
}
