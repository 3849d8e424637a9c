//! Many changes, many readers, slow readers, readers that talk.

use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::shows_what_a_get_shows;
use crate::support::{Socket, TestApp};

#[tokio::test]
async fn rapid_changes_come_in_order_and_the_last_frame_shows_the_end() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let remote = second.receives(&reader);
    let (mut here, mut there) = (reader.watches(&week).await, remote.watches(&week).await);
    let reports =
        (0..60).map(|number| {
            let (manager, week) = (manager.clone(), week.clone());
            async move {
                manager.reports(&week, &format!("c{}", number % 7), json!({ "followers": number })).await
            }
        });
    futures::future::join_all(reports).await;
    let last = manager.patch(&week.path, json!({ "name": "the end" })).await;
    let expected = manager.get(&week.at("creator_list/")).await.data();
    for (socket, actor) in [(&mut here, &reader), (&mut there, &remote)] {
        let frame = socket.shows(|frame| frame.seq() >= last.position()).await;
        assert_eq!((&frame["campaign"], &frame["creators"]), (&expected["campaign"], &expected["creators"]));
        shows_what_a_get_shows(actor, &week, &frame).await;
    }
    for socket in [here, there] {
        socket.leaves().await;
    }
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn two_hundred_sockets_see_each_change() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let address = reader.socket_address(&week, "").await;
    let mut sockets = futures::future::join_all((0..200).map(|_| Socket::open(&address))).await;
    for round in 0..3 {
        let name = format!("round {round}");
        manager.changes(&week, json!({ "name": name })).await;
        let seen =
            sockets.iter_mut().map(|socket| socket.shows(|frame| frame["campaign"]["name"] == name.as_str()));
        futures::future::join_all(seen).await;
    }
    futures::future::join_all(sockets.into_iter().map(Socket::leaves)).await;
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_talks_is_ignored_then_told_to_stop() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let mut socket = reader.watches(&week).await;
    let head = app.head().await;
    for said in
        [Message::text("{}"), Message::binary(vec![0_u8, 255]), Message::Ping("x".into()), Message::text("")]
    {
        socket.sends(said).await.unwrap();
    }
    manager.changes(&week, json!({ "name": "heard" })).await;
    socket.shows(|frame| frame["campaign"]["name"] == "heard").await;
    assert_eq!(app.head().await, head + 1);
    // and: enough is enough
    while socket.sends(Message::text("again")).await.is_ok() {
        tokio::task::yield_now().await;
    }
    let mut socket = reader.watches(&week).await;
    for _ in 0..1_001 {
        socket.sends(Message::text("again")).await.unwrap();
    }
    socket.closes_with(1008).await;
    app.finish().await;
}

#[tokio::test]
async fn a_frame_that_is_too_large_or_no_text_ends_only_that_socket() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let mut other = reader.watches(&week).await;
    let mut socket = reader.watches(&week).await;
    socket.frame().await;
    let _cut_off_or_not = socket.sends(Message::text("x".repeat(1024 * 1024))).await;
    socket.ends().await;
    manager.changes(&week, json!({ "name": "unharmed" })).await;
    other.shows(|frame| frame["campaign"]["name"] == "unharmed").await;
    other.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_client_that_never_reads_is_closed_as_too_slow() {
    let app = TestApp::start().await;
    let (manager, reader) = (app.manager().await, app.reader().await);
    let tea = manager.creates_brand("Tea").await;
    let week = manager.creates_campaign(&tea, "Week").await;
    let long = "茶".repeat(2_000);
    for number in 0..150 {
        manager.reports(&week, &format!("c{number}"), json!({ "name": long, "category": long })).await;
    }
    let address = reader.socket_address(&week, "").await;
    let slow = Socket::open_on_a_bad_line(&address).await;
    let mut quick = Socket::open(&address).await;
    // when: more is shown than the systems between the two take in
    for number in 0..12 {
        let name = format!("round {number}");
        manager.changes(&week, json!({ "name": name })).await;
        quick.shows(|frame| frame["campaign"]["name"] == name.as_str()).await;
    }
    let before = closes_as_too_slow(&reader).await;
    crate::support::eventually("the slow socket is closed", || async {
        (closes_as_too_slow(&reader).await > before).then_some(())
    })
    .await;
    // then: nobody else waits for it
    manager.changes(&week, json!({ "name": "after" })).await;
    quick.shows(|frame| frame["campaign"]["name"] == "after").await;
    quick.leaves().await;
    drop(slow);
    app.finish().await;
}

/// How many sockets of this process were closed with 4408 so far.
async fn closes_as_too_slow(reader: &crate::support::Actor) -> u64 {
    let text = String::from_utf8(reader.get("/metrics").await.body).unwrap();
    let line =
        text.lines().find(|line| line.starts_with("tidemark_socket_closes_total") && line.contains("4408"));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or(0)
}
