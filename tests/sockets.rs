//! Campaigns as they change, seen through sockets (contract §2).

mod doors;
mod history;
mod pace;
mod revoked;

use aggregates::values::Status;
use serde_json::{Value, json};

use crate::support::shapes::{self, has_at_least_keys, has_keys};
use crate::support::{Actor, Frame, TestApp, Thing};

/// What a GET says right after a frame came must be what the frame says, or newer.
async fn shows_what_a_get_shows(reader: &Actor, campaign: &Thing, frame: &Frame) {
    let answer = reader.get(&campaign.at("creator_list/")).await;
    let version: i64 = answer.etag().trim_matches('"').parse().unwrap();
    assert!(version >= frame.seq(), "the socket knew of {} when a GET knew of {version}", frame.seq());
    if version == frame.seq() {
        let list = json!({ "campaign": frame["campaign"], "creators": frame["creators"] });
        assert_eq!(answer.data(), list);
    }
}

#[tokio::test]
async fn a_frame_has_the_shapes_of_creator_list() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.reports(&week, "mei", json!({ "followers": 5, "pricing": "2.5" })).await;
    let mut socket = reader.watches(&week).await;
    let frame = socket.frame().await;
    has_at_least_keys(&frame, &["campaign", "creators"]);
    let extra: Vec<_> = frame
        .as_object()
        .unwrap()
        .keys()
        .filter(|key| !["campaign", "creators"].contains(&key.as_str()))
        .collect();
    assert_eq!(extra, ["epoch", "seq", "ts"]);
    has_keys(&frame["campaign"], shapes::BRIEF);
    has_keys(&frame["creators"][0], shapes::CREATOR);
    shows_what_a_get_shows(&reader, &week, &frame).await;
    socket.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn every_sort_of_change_makes_a_frame_that_a_get_confirms_on_every_node() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let remote = second.receives(&reader);
    let tea = manager.creates_brand("Tea").await;
    let (product, week) =
        (manager.creates_product(&tea, "Oolong").await, manager.creates_campaign(&tea, "Week").await);
    let (mut here, mut there) = (reader.watches(&week).await, remote.watches(&week).await);
    let changes: [(&str, Value); 6] = [
        ("", json!({ "name": "Tea week" })),
        ("", json!({ "status": "accepted" })),
        ("", json!({ "creators_count": 9, "start_date": "2026-02-01" })),
        ("creators/mei/", json!({ "followers": 5 })),
        ("creators/lin/", json!({ "status": "completed", "product_id": product.id })),
        ("", json!({ "status": "rejected", "budget": "5", "creators_count": null })),
    ];
    for (below, fields) in changes {
        let position = manager.put(&week.at(below), fields).await.position();
        for (socket, actor) in [(&mut here, &reader), (&mut there, &remote)] {
            let frame = socket.shows(|frame| frame.seq() >= position).await;
            shows_what_a_get_shows(actor, &week, &frame).await;
        }
    }
    let frame = there.shows(|_| true);
    // then: nothing more comes, so whatever comes next is what happens next
    manager.changes(&week, json!({ "name": "last" })).await;
    assert_eq!(frame.await["campaign"]["name"], "last");
    for socket in [here, there] {
        socket.leaves().await;
    }
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_product_id_filters_the_creators() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let (oolong, green) =
        (manager.creates_product(&tea, "Oolong").await, manager.creates_product(&tea, "Green").await);
    let week = manager.creates_campaign(&tea, "Week").await;
    manager.reports(&week, "all", json!({})).await;
    manager.reports(&week, "mei", json!({ "product_id": oolong.id })).await;
    manager.reports(&week, "lin", json!({ "product_id": green.id })).await;
    let address = reader.socket_address(&week, &format!("?product_id={}", oolong.id)).await;
    assert!(address.contains(&format!("product_id={}", oolong.id)), "{address}");
    let mut filtered = crate::support::Socket::open(&address).await;
    let frame = filtered.frame().await;
    assert_eq!(frame.creators(), ["mei"]);
    assert_eq!(frame["campaign"]["creators_count"], 3);
    let mut whole = reader.watches(&week).await;
    assert_eq!(whole.frame().await.creators(), ["all", "mei", "lin"]);
    manager.reports(&week, "lin", json!({ "product_id": oolong.id })).await;
    filtered.shows(|frame| frame.creators() == ["mei", "lin"]).await;
    for socket in [filtered, whole] {
        socket.leaves().await;
    }
    reader.get(&week.at("websocket_url/?product_id=oolong")).await.fails_with(400);
    app.finish().await;
}

#[tokio::test]
async fn a_deletion_closes_the_sockets_on_every_node() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let remote = second.receives(&reader);
    let (tea, coffee) = (manager.creates_brand("Tea").await, manager.creates_brand("Coffee").await);
    let (day, week) =
        (manager.creates_campaign(&tea, "Day").await, manager.creates_campaign(&tea, "Week").await);
    let moved = manager.creates_campaign(&tea, "Moved").await;
    let mut kept = remote.watches(&moved).await;
    let mut of_day = [reader.watches(&day).await, remote.watches(&day).await];
    let mut of_week = [reader.watches(&week).await, remote.watches(&week).await];
    for socket in of_day.iter_mut().chain(&mut of_week).chain([&mut kept]) {
        socket.frame().await;
    }
    manager.changes(&moved, json!({ "brand": coffee.id })).await;

    manager.deletes(&day).await;
    for socket in of_day {
        socket.closes_with(4410).await;
    }
    manager.deletes(&tea).await;
    for socket in of_week {
        socket.closes_with(4410).await;
    }
    // and: what has moved away in time goes on
    manager.moves(&moved, Status::Accepted).await;
    kept.shows(|frame| frame.status() == "accepted").await;
    manager.deletes(&coffee).await;
    kept.closes_with(4410).await;
    for gone in [&day, &week, &moved] {
        reader.follows(gone, "").await.closes_with(4404).await;
        remote.follows(gone, "").await.closes_with(4404).await;
    }
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_stopping_server_says_so_and_its_clients_go_on_elsewhere() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let address = second.receives(&reader).socket_address(&week, "").await;
    let mut sockets = Vec::new();
    for _ in 0..5 {
        sockets.push(crate::support::Socket::open(&address).await);
    }
    let closed = futures::future::join_all(sockets.into_iter().map(|socket| socket.closes_with(1001)));
    tokio::join!(second.leaves(), closed);
    let mut socket = crate::support::Socket::open(
        &address.replace(&address[5..address.find("/ws/").unwrap()], &app.host()),
    )
    .await;
    manager.moves(&week, Status::Accepted).await;
    socket.shows(|frame| frame.status() == "accepted").await;
    socket.leaves().await;
    app.finish().await;
}
