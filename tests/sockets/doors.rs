//! Who may open a socket, and where it is.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::actors::send;
use crate::support::{Socket, TestApp};

fn host_of(address: &str) -> &str {
    address.split("/ws/").next().unwrap()
}

fn token_of(address: &str) -> &str {
    address.rsplit_once("token=").unwrap().1
}

#[tokio::test]
async fn a_ticket_opens_its_campaign_as_often_as_needed_on_every_node() {
    let app = TestApp::start().await;
    let second = app.another_node().await;
    let (manager, bot) = (app.manager().await, app.bot().await);
    let tea = manager.creates_brand("Tea").await;
    let (day, week) =
        (manager.creates_campaign(&tea, "Day").await, manager.creates_campaign(&tea, "Week").await);
    let address = bot.socket_address(&day, "").await;
    assert_eq!(host_of(&address), format!("ws://{}", app.host()));
    assert!(address.contains(&format!("/ws/campaigns/{}/status/?", day.id)), "{address}");
    let ticket = token_of(&address).to_owned();
    for actor in [app.visitor(), second.visitor(), app.visitor()] {
        let mut socket = actor.opens(&format!("{}/status/?token={ticket}", day.id)).await;
        assert_eq!(socket.frame().await["campaign"]["id"], day.id.as_str());
        socket.leaves().await;
        actor.opens(&format!("{}/status/?token={ticket}", week.id)).await.closes_with(4403).await;
        for nothing in [Uuid::now_v7().to_string(), "no-uuid".to_owned()] {
            actor.opens(&format!("{nothing}/status/?token={ticket}")).await.closes_with(4404).await;
        }
    }
    // and: it is stored as a hash
    let stored: bool =
        sqlx::query_scalar("SELECT bool_or(ticket_hash = convert_to($1, 'UTF8')) FROM socket_tickets")
            .bind(&ticket)
            .fetch_one(&app.app.pool)
            .await
            .unwrap();
    assert!(!stored);
    second.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn a_ticket_ends_after_ten_minutes() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let address = manager.socket_address(&day, "").await;
    let minutes: f64 = sqlx::query_scalar(
        "SELECT (extract(epoch FROM expires_at - clock_timestamp()) / 60)::float8 FROM socket_tickets",
    )
    .fetch_one(&app.app.pool)
    .await
    .unwrap();
    assert!((9.5..=10.0).contains(&minutes), "{minutes}");
    let mut open = Socket::open(&address).await;
    open.frame().await;
    sqlx::query("UPDATE socket_tickets SET expires_at = clock_timestamp()")
        .execute(&app.app.pool)
        .await
        .unwrap();
    Socket::open(&address).await.closes_with(4401).await;
    // and: what is open stays open
    manager.changes(&day, json!({ "name": "still here" })).await;
    open.shows(|frame| frame["campaign"]["name"] == "still here").await;
    open.leaves().await;
    app.finish().await;
}

#[tokio::test]
async fn bad_tokens_learn_nothing() {
    let app = TestApp::start().await;
    let (admin, manager) = (app.admin().await, app.manager().await);
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let made = admin.post("/api/admin/tokens", json!({ "name": "till" })).await.data();
    let revoked = made["token"].as_str().unwrap();
    let mut socket = app.visitor().opens(&format!("{}/status/?token={revoked}", day.id)).await;
    socket.frame().await;
    socket.leaves().await;
    admin.delete(&format!("/api/admin/tokens/{}", made["id"].as_str().unwrap())).await.data();
    let garbage = "x".repeat(2_000);
    for token in ["", "?", "tdm_x", "%00", "%27", revoked, &garbage, "a&token="] {
        for campaign in [day.id.as_str(), "no-uuid", &Uuid::now_v7().to_string()] {
            app.visitor().opens(&format!("{campaign}/status/?token={token}")).await.closes_with(4401).await;
        }
    }
    for odd in
        [format!("{}/status/", day.id), format!("{}/status/?token=%FF", day.id), "%FF/status/".to_owned()]
    {
        app.visitor().opens(&odd).await.closes_with(4401).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn a_user_token_opens_any_campaign() {
    let app = TestApp::start().await;
    let (manager, bot) = (app.manager().await, app.bot().await);
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    for actor in [&manager, &bot] {
        let mut socket = actor.follows(&day, "").await;
        socket.frame().await;
        socket.leaves().await;
        actor
            .opens(&format!("{}/status/?token={}", Uuid::now_v7(), actor.token()))
            .await
            .closes_with(4404)
            .await;
        actor.opens(&format!("no-uuid/status/?token={}", actor.token())).await.closes_with(4404).await;
    }
    app.finish().await;
}

#[tokio::test]
async fn what_is_no_handshake_is_told_so() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let path = format!("/ws/campaigns/{}/status/", day.id);
    assert!(manager.get(&path).await.fails_with(400).contains("WebSocket"));
    manager.post(&path, "{}").await.fails_with(405);
    manager.get("/ws/campaigns/").await.fails_with(404);
    app.finish().await;
}

#[tokio::test]
async fn the_address_is_the_one_that_the_client_asked() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let ask = |headers: &[(&str, &str)]| {
        let request = manager.request(Method::GET, &day.at("websocket_url/"));
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        async move { send(request).await.data()["websocket_url"].as_str().unwrap().to_owned() }
    };
    assert_eq!(host_of(&ask(&[("host", "tide.example:81")]).await), "ws://tide.example:81");
    // and: anybody can say what they were forwarded for
    let forwarded = [("x-forwarded-host", "evil.example"), ("x-forwarded-proto", "https")];
    assert_eq!(host_of(&ask(&forwarded).await), format!("ws://{}", app.host()));
    app.finish().await;
}

#[tokio::test]
async fn a_trusted_proxy_tells_the_address() {
    let trusted = |list| {
        move |config: &mut tidemark::config::Config| {
            config.trusted_proxies = tidemark::http::layers::TrustedProxies::parse(list).unwrap();
        }
    };
    let app = TestApp::with(trusted("10.0.0.0/8, 127.0.0.1")).await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let request = manager.request(Method::GET, &day.at("websocket_url/"));
    let request = request.header("x-forwarded-host", "tide.example").header("x-forwarded-proto", "https");
    let url = send(request).await.data()["websocket_url"].as_str().unwrap().to_owned();
    assert_eq!(host_of(&url), "wss://tide.example");
    for odd in ["a b", "evil.example/x", "user@evil.example", "<script>", "a,b"] {
        let request = manager.request(Method::GET, &day.at("websocket_url/")).header("x-forwarded-host", odd);
        let url = send(request).await.data()["websocket_url"].as_str().unwrap().to_owned();
        assert!(!host_of(&url)[5..].contains(['/', '@', '<', ' ', ',']), "{url}");
    }
    app.finish().await;
}

#[tokio::test]
async fn a_public_url_wins() {
    let app =
        TestApp::with(|config| config.public_url = Some("https://tide.example:8443".parse().unwrap())).await;
    let manager = app.manager().await;
    let tea = manager.creates_brand("Tea").await;
    let day = manager.creates_campaign(&tea, "Day").await;
    let address = manager.socket_address(&day, "").await;
    assert_eq!(host_of(&address), "wss://tide.example:8443");
    let info = manager.get("/api/campaigns/token_info/").await.data();
    assert!(
        info["websocket_example"]["campaign"]
            .as_str()
            .unwrap()
            .starts_with("wss://tide.example:8443/ws/campaigns/")
    );
    app.finish().await;
}

#[tokio::test]
async fn token_info_tells_what_was_presented() {
    let app = TestApp::start().await;
    let manager = app.manager().await;
    let info = manager.get("/api/campaigns/token_info/").await.data();
    crate::support::shapes::has_keys(
        &info,
        &["user_id", "email", "token", "expires_at", "websocket_example"],
    );
    crate::support::shapes::has_keys(&info["websocket_example"], &["campaign", "product"]);
    let example = info["websocket_example"]["product"].as_str().unwrap();
    assert!(example.starts_with(&format!("ws://{}/ws/campaigns/", app.host())), "{example}");
    assert!(example.contains("product_id=") && example.contains(manager.token()), "{example}");
    assert_eq!((&info["token"], &info["expires_at"]), (&json!(manager.token()), &json!(null)));
    assert_eq!(info["email"], format!("{}@example.com", manager.username));
    assert_eq!(info["user_id"].as_i64(), Some(manager.user_id));
    let short = manager.post("/api/admin/tokens", json!({ "name": "short", "expires_in": 60 })).await.data();
    let holder = app.holder_of(&format!("Bearer {}", short["token"].as_str().unwrap()));
    let info = holder.get("/api/campaigns/token_info/").await.data();
    let expires_at: chrono::DateTime<chrono::Utc> = info["expires_at"].as_str().unwrap().parse().unwrap();
    let seconds = (expires_at - chrono::Utc::now()).num_seconds();
    assert!((50..=60).contains(&seconds), "{seconds}");
    app.finish().await;
}
