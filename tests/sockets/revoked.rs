//! Whoever may come in no longer does not stay either: sockets and streams end when what they were opened with does.

use reqwest::Method;
use serde_json::json;

use crate::support::actors::send;
use crate::support::{Actor, Socket, TestApp, Thing};

const PASSWORD: &str = "correct horse";

async fn a_campaign(manager: &Actor) -> Thing {
    let tea = manager.creates_brand("Tea").await;
    manager.creates_campaign(&tea, "Week").await
}

#[tokio::test]
async fn a_removed_users_sockets_close_on_every_node_and_the_others_stay() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (admin, manager, reader) = (app.admin().await, app.manager().await, app.reader().await);
    let week = a_campaign(&manager).await;
    let remote = second.receives(&reader);
    let (mut by_token, mut by_ticket) = (reader.follows(&week, "").await, remote.watches(&week).await);
    let mut deltas = remote.follows(&week, "&v=2").await;
    let mut events = reader.listens(&week.at("events/"), None).await;
    let mut other = manager.watches(&week).await;
    for socket in [&mut by_token, &mut by_ticket, &mut deltas, &mut other] {
        socket.frame().await;
    }
    assert_eq!(events.next().await.unwrap().1["t"], "snapshot");

    admin.delete(&format!("/api/users/{}", reader.user_id)).await.data();

    by_token.closes_with(4401).await;
    by_ticket.closes_with(4401).await;
    deltas.shows(|frame| frame["t"] == "closing" && frame["code"] == 4401).await;
    deltas.closes_with(4401).await;
    let closing = loop {
        let (_, told) = events.next().await.expect("a stream says why it ends");
        if told["t"] == "closing" {
            break told;
        }
    };
    assert_eq!((&closing["code"], events.next().await), (&json!(4401), None));
    manager.changes(&week, json!({ "name": "still here" })).await;
    other.shows(|frame| frame["campaign"]["name"] == "still here").await;
    other.leaves().await;
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn whoever_is_disabled_or_erased_is_shut_out_at_once() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let week = a_campaign(&app.manager().await).await;
    let (disabled, erased) = (app.reader().await, app.reader().await);
    let (mut first, mut second) = (disabled.watches(&week).await, erased.follows(&week, "").await);
    first.frame().await;
    second.frame().await;
    admin.put(&format!("/api/users/{}", disabled.user_id), json!({ "is_active": false })).await.data();
    first.closes_with(4401).await;
    admin.post(&format!("/api/users/{}/erase", erased.user_id), "").await.data();
    second.closes_with(4401).await;
    app.finish().await;
}

#[tokio::test]
async fn a_token_that_is_revoked_ends_its_sockets_and_those_of_its_tickets() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let week = a_campaign(&app.manager().await).await;
    let made = admin.post("/api/admin/tokens", json!({ "name": "till" })).await.data();
    let till = app.holder_of(&format!("Token {}", made["token"].as_str().unwrap()));
    let ticket = till.socket_address(&week, "").await;
    let (mut direct, mut by_ticket) = (till.follows(&week, "").await, till.watches(&week).await);
    let mut own = admin.watches(&week).await;
    for socket in [&mut direct, &mut by_ticket, &mut own] {
        socket.frame().await;
    }
    admin.delete(&format!("/api/admin/tokens/{}", made["id"].as_str().unwrap())).await.data();
    direct.closes_with(4401).await;
    by_ticket.closes_with(4401).await;
    Socket::open(&ticket).await.closes_with(4401).await;
    // and: the same user's other credentials are as good as before
    app.manager().await.changes(&week, json!({ "name": "still here" })).await;
    own.shows(|frame| frame["campaign"]["name"] == "still here").await;
    own.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_session_that_ends_takes_its_sockets_along() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let week = a_campaign(&app.manager().await).await;
    let body = json!({ "username": "mei", "password": PASSWORD, "role": "user" });
    let mei = admin.post("/api/users", body).await.data();
    let form = [("username", "mei"), ("password", PASSWORD)];
    let login = app.visitor().request(Method::POST, "/login").form(&form);
    let answer = send(login).await;
    let cookie = answer.headers["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
    let asked = app.visitor().request(Method::GET, &week.at("websocket_url/")).header("cookie", &cookie);
    let address = send(asked).await.data()["websocket_url"].as_str().unwrap().to_owned();
    let mut socket = Socket::open(&address).await;
    socket.frame().await;
    let sessions = admin.get(&format!("/api/user/sessions?user_id={}", mei["id"])).await.data();
    let session = sessions[0]["id"].as_str().unwrap();
    admin.delete(&format!("/api/user/sessions/{session}")).await.data();
    socket.closes_with(4401).await;
    Socket::open(&address).await.closes_with(4401).await;
    app.finish().await;
}

#[tokio::test]
async fn what_expires_ends_what_was_opened_with_it() {
    let app = TestApp::start().await;
    let admin = app.admin().await;
    let week = a_campaign(&app.manager().await).await;
    let made = admin.post("/api/admin/tokens", json!({ "name": "till", "expires_in": 2 })).await.data();
    let till = app.holder_of(&format!("Token {}", made["token"].as_str().unwrap()));
    let mut socket = till.follows(&week, "").await;
    socket.frame().await;
    socket.closes_with(4401).await;
    app.finish().await;
}

#[tokio::test]
async fn the_logs_stream_ends_for_whoever_is_no_administrator_any_more() {
    let app = TestApp::start().await;
    let (admin, other) = (app.admin().await, app.admin().await);
    let mut stream = other.listens("/api/events/stream", None).await;
    let tea = admin.creates_brand("Tea").await;
    assert_eq!(stream.next().await.unwrap().1["id"], tea.id.as_str());
    admin.put(&format!("/api/users/{}", other.user_id), json!({ "role": "manager" })).await.data();
    while let Some((_, told)) = stream.next().await {
        assert_eq!(told["kind"], "users", "{told}");
    }
    app.finish().await;
}
