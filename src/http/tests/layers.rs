use super::*;

fn from(address: &str, headers: &[(&str, &str)]) -> Request {
    let mut request = Request::builder().uri("/api/seen");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    let peer: std::net::SocketAddr = address.parse().unwrap();
    request.extensions_mut().insert(axum::extract::ConnectInfo(peer));
    request
}

async fn origin(proxies: &str, peer: &str, headers: &[(&str, &str)]) -> Value {
    send(house(RateLimit::default(), proxies), from(peer, headers)).await.json()["data"].clone()
}

#[tokio::test]
async fn every_answer_carries_a_request_id() {
    let given = "caller.sent_it-1";
    let sent = |id: &str| from("192.0.2.1:9", &[("x-request-id", id)]);
    let kept = send(house(RateLimit::default(), ""), sent(given)).await;
    assert_eq!(kept.header("x-request-id"), Some(given));
    assert_eq!(kept.json()["data"]["id"], given);
    for bad in ["", "a b", "naïve", &"x".repeat(129), "a\"b"] {
        let seen = send(house(RateLimit::default(), ""), sent(bad)).await;
        let id = uuid::Uuid::parse_str(seen.header("x-request-id").unwrap()).unwrap();
        assert_eq!(id.get_version_num(), 7, "{bad:?}");
    }
    for path in ["/nowhere", "/api/panics", "/api/slow", "/api/brands/"] {
        assert!(get(path, "").await.header("x-request-id").is_some());
    }
}

#[tokio::test]
async fn forwarded_headers_of_strangers_do_not_count() {
    let forged = [
        ("x-forwarded-for", "10.1.1.1"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "evil"),
        ("host", "h"),
    ];
    for proxies in ["", "203.0.113.0/24"] {
        let seen = origin(proxies, "192.0.2.1:9", &forged).await;
        assert_eq!(
            (&seen["ip"], &seen["https"], &seen["host"]),
            (&json!("192.0.2.1"), &json!(false), &json!("h"))
        );
    }
}

#[tokio::test]
async fn behind_trusted_proxies_the_nearest_stranger_is_the_client() {
    let headers = [
        ("x-forwarded-for", "6.6.6.6, 198.51.100.7"),
        ("x-forwarded-for", "10.0.0.2"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-host", "tidemark.example:8443, inner"),
    ];
    let seen = origin("10.0.0.0/8, 192.0.2.1", "192.0.2.1:9", &headers).await;
    assert_eq!(seen["ip"], "198.51.100.7");
    assert_eq!((&seen["https"], &seen["host"]), (&json!(true), &json!("tidemark.example:8443")));
    let mapped =
        origin("127.0.0.1", "[::ffff:127.0.0.1]:9", &[("x-forwarded-for", "198.51.100.7:4711")]).await;
    assert_eq!(mapped["ip"], "198.51.100.7");
    let nonsense =
        origin("127.0.0.1", "127.0.0.1:9", &[("x-forwarded-for", "nobody"), ("x-forwarded-host", "a/b")]);
    let nonsense = nonsense.await;
    assert_eq!((&nonsense["ip"], &nonsense["host"]), (&json!("127.0.0.1"), &Value::Null));
}

#[test]
fn a_list_of_proxies_is_checked() {
    assert!(TrustedProxies::parse(" 10.0.0.0/8 , ::1, ").is_ok());
    assert_eq!(
        TrustedProxies::parse("10.0.0.0/8,proxy").unwrap_err(),
        "proxy is neither an IP address nor a network like 10.0.0.0/8"
    );
}

#[tokio::test]
async fn a_caller_who_sends_too_much_is_told_when_to_come_back() {
    let house = house(RateLimit::per_second(1), "");
    let by =
        |role: &str, path: &str| Request::builder().uri(path).header("as", role).body(Body::empty()).unwrap();
    let mut limited = None;
    for _ in 0..=crate::limits::RATE_BURST + 1 {
        let seen = send(house.clone(), by("user", "/api/brands/")).await;
        if seen.status == 429 {
            limited = Some(seen);
            break;
        }
    }
    let limited = limited.unwrap();
    limited.fails_in(Family::B, 429, "");
    assert!(limited.header("retry-after").unwrap().parse::<u32>().unwrap() >= 1);
    send(house.clone(), by("user", "/api/products")).await.fails_in(Family::M, 429, "RATE_LIMITED");
    assert_eq!(send(house.clone(), by("manager", "/api/brands/")).await.status, 200);
    assert_eq!(send(house, by("user", "/health")).await.status, 200);
}

#[tokio::test]
async fn nobody_in_particular_is_counted_by_address() {
    let house = house(RateLimit::per_second(1), "");
    for _ in 0..=crate::limits::RATE_BURST {
        send(house.clone(), from("[2001:db8::1]:9", &[])).await;
    }
    let neighbour = send(house.clone(), from("[2001:db8::2]:9", &[])).await;
    neighbour.fails_in(Family::M, 429, "RATE_LIMITED");
    assert_eq!(send(house, from("[2001:db9::1]:9", &[])).await.status, 200);
}

#[tokio::test]
async fn answers_say_how_they_may_be_kept() {
    let versioned = get(&format!("/api/brands/{}/", uuid::Uuid::nil()), "user").await;
    assert_eq!(versioned.header("cache-control"), Some("private, no-cache"));
    assert_eq!(versioned.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(get("/api/brands/", "user").await.header("cache-control"), Some("no-store"));
    assert_eq!(get("/api/brands/", "").await.header("cache-control"), Some("no-store"));
}

#[tokio::test]
async fn requests_are_measured_by_route_and_never_by_address() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    let _installed = metrics::set_default_local_recorder(&recorder);
    get(&format!("/api/brands/{}/", uuid::Uuid::now_v7()), "user").await;
    get("/api/brands", "").await;
    get("/an/address/somebody/made/up", "").await;
    ask("BREW", "/api/brands/", "", Body::empty()).await;

    let rendered = handle.render();
    let counted = |labels: &str| format!("tidemark_http_request_duration_seconds_count{{{labels}}} 1");
    for labels in [
        r#"method="GET",route="/api/brands/{id}/",status="200""#,
        r#"method="GET",route="/api/brands/",status="401""#,
        r#"method="GET",route="",status="404""#,
        r#"method="other",route="",status="405""#,
    ] {
        assert!(rendered.contains(&counted(labels)), "{labels} in {rendered}");
    }
    assert!(rendered.contains("tidemark_http_requests_in_flight 0"), "{rendered}");
    assert!(!rendered.contains("made/up"));
}
