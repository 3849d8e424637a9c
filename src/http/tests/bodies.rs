use super::*;
use crate::limits;

async fn post(content_type: Option<&str>, path: &str, body: impl Into<Body>) -> Seen {
    let mut request = Request::builder().method("POST").uri(path).header("as", "manager");
    if let Some(content_type) = content_type {
        request = request.header("content-type", content_type);
    }
    send(house(RateLimit::default(), ""), request.body(body.into()).unwrap()).await
}

#[tokio::test]
async fn json_comes_under_several_names_or_none() {
    let names = [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "application/ld+json",
        "",
    ];
    for content_type in names.into_iter().map(Some).chain([None]) {
        let seen = post(content_type, "/api/brands/", r#"{"name":"Tea"}"#).await;
        assert_eq!(seen.status, 200, "{content_type:?}: {}", seen.text());
    }
}

#[tokio::test]
async fn another_type_is_415() {
    for content_type in
        ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "json", "text/json"]
    {
        let body = r#"{"name":"Tea"}"#;
        post(Some(content_type), "/api/brands/", body).await.fails_in(Family::B, 415, "");
        post(Some(content_type), "/api/things", body).await.fails_in(
            Family::M,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        );
        post(Some(content_type), "/api/optional", body).await.fails_in(
            Family::M,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        );
    }
}

#[tokio::test]
async fn too_large_a_body_is_413_whatever_its_length_says() {
    let body = "x".repeat(limits::JSON_BODY_BYTES + 1);
    let pieces = (0..40).map(|_| Ok::<_, std::io::Error>(vec![0; 65_536]));
    let chunked = Body::from_stream(futures::stream::iter(pieces));
    post(None, "/api/brands/", body.clone()).await.fails_in(Family::B, 413, "");
    post(None, "/api/things", body).await.fails_in(Family::M, 413, "PAYLOAD_TOO_LARGE");
    post(None, "/api/optional", chunked).await.fails_in(Family::M, 413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_body_as_large_as_the_limit_is_read() {
    let mut body = r#"{"name":"Tea","unknown":""#.to_owned();
    body.push_str(&"x".repeat(limits::JSON_BODY_BYTES - body.len() - 2));
    body.push_str("\"}");
    assert_eq!(body.len(), limits::JSON_BODY_BYTES);
    assert_eq!(post(None, "/api/brands/", body).await.status, 200);
}

#[tokio::test]
async fn an_endless_body_is_left_alone_at_last() {
    let endless = futures::stream::repeat_with(|| Ok::<_, std::io::Error>(vec![b'x'; 1024 * 1024]));
    let seen = post(None, "/api/things", Body::from_stream(endless)).await;
    seen.fails_in(Family::M, 413, "PAYLOAD_TOO_LARGE");
}

#[tokio::test]
async fn a_body_that_breaks_off_is_the_senders_fault() {
    let broken = [Ok(vec![b'{']), Err(std::io::Error::other("gone"))];
    let seen = post(None, "/api/things", Body::from_stream(futures::stream::iter(broken))).await;
    seen.fails_in(Family::M, 400, "VALIDATION_ERROR");
}

#[tokio::test]
async fn a_body_may_be_missing_only_where_the_route_says_so() {
    let told = post(None, "/api/things", Body::empty()).await.fails_in(Family::M, 400, "VALIDATION_ERROR");
    assert!(told.contains("empty"), "{told}");
    assert_eq!(post(None, "/api/optional", Body::empty()).await.json()["data"], Value::Null);
    assert_eq!(post(Some("text/plain"), "/api/optional", Body::empty()).await.status, 200);
    assert_eq!(post(None, "/api/optional", "  \n").await.status, 200);
    assert_eq!(post(None, "/api/optional", r#"{"name":"Tea"}"#).await.json()["data"], "Tea");
}
