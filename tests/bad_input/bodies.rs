//! Bodies that are no JSON object, or too much of one.

use axum::body::Bytes;
use http_body_util::StreamBody;
use hyper::body::Frame;
use reqwest::Method;
use serde_json::json;

use super::{NEEDS_NO_BODY, Sweep, Target, is_a_clear_error, targets};
use crate::support::Response;
use crate::support::actors::send;

async fn sends_bytes(sweep: &Sweep, target: Target, content_type: &str, body: Vec<u8>) -> Response {
    let method: Method = target.method.parse().unwrap();
    let request = sweep.admin.request(method, &sweep.filled(target.path));
    send(request.header("content-type", content_type).body(body)).await
}

#[tokio::test]
async fn what_is_no_json_object_is_told_so() {
    let sweep = Sweep::begin().await;
    let bodies: [&[u8]; 16] = [
        b" ",
        b"null",
        b"[]",
        b"\"x\"",
        b"5",
        b"{",
        b"{\"name\":}",
        b"{\"name\":\"x\"",
        b"{}{}",
        b"{} x",
        b"{'name':'x'}",
        b"{\"name\":\"x\",}",
        b"{\"name\":\"\xff\xfe\"}",
        b"\xff\xfe{}",
        b"{\"name\":\"a\0b\"}",
        b"\0",
    ];
    for target in targets() {
        for body in bodies {
            if body == b" " && NEEDS_NO_BODY.contains(&target.path) {
                continue;
            }
            let answer = sends_bytes(&sweep, target, "application/json", body.to_vec()).await;
            let shown = String::from_utf8_lossy(body);
            assert_eq!(answer.status, 400, "{} {shown}: {}", target.path, answer.json);
            is_a_clear_error(&answer, target.path, 400);
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn deep_bodies_end_early() {
    let sweep = Sweep::begin().await;
    let lists = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let objects = format!("{}5{}", "{\"a\":".repeat(10_000), "}".repeat(10_000));
    let open = "[".repeat(100_000);
    for target in targets() {
        for deep in [&lists, &objects, &open] {
            for body in [deep.clone(), format!("{{\"name\": {deep}}}"), format!("{{\"unknown\": {deep}}}")] {
                let answer = sweep.sends(target, body).await;
                is_a_clear_error(&answer, target.path, 400);
            }
        }
    }
    sweep.end().await;
}

#[tokio::test]
async fn large_bodies_are_refused_by_size_alone() {
    let sweep = Sweep::begin().await;
    let megabytes = |count: usize| vec![b'x'; count * 1024 * 1024];
    for target in targets() {
        let answer = sends_bytes(&sweep, target, "application/json", megabytes(3)).await;
        is_a_clear_error(&answer, target.path, 413);
        let keyed = sweep.admin.request(target.method.parse().unwrap(), &sweep.filled(target.path));
        let keyed = keyed.header("idempotency-key", "k").header("content-type", "application/json");
        is_a_clear_error(&send(keyed.body(megabytes(3))).await, target.path, 413);
    }
    // and: a sender who does not say how much it will be is stopped as well
    let target = targets()[0];
    let part = || Ok::<_, std::io::Error>(Frame::data(Bytes::from(vec![b'x'; 1024 * 1024])));
    let parts = StreamBody::new(futures::stream::iter([part(), part(), part()]));
    let request = sweep.admin.request(target.method.parse().unwrap(), &sweep.filled(target.path));
    let request = request.header("content-type", "application/json").body(reqwest::Body::wrap(parts));
    is_a_clear_error(&send(request).await, target.path, 413);
    // and: a body of just the largest size is read
    let fits = format!("{{\"unknown\": \"{}\"}}", "x".repeat(2 * 1024 * 1024 - 20));
    sweep.admin.patch(&sweep.filled("/api/brands/{id}/"), fits).await.data();
    sweep.end().await;
}

#[tokio::test]
async fn other_content_types_are_refused() {
    let sweep = Sweep::begin().await;
    for target in targets() {
        let body = sweep.least(target).to_string().into_bytes();
        for other in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data; boundary=x",
            "application/jsonx",
            "x",
        ] {
            let answer = sends_bytes(&sweep, target, other, body.clone()).await;
            is_a_clear_error(&answer, target.path, 415);
        }
    }
    // and: JSON by any of its names is taken
    let path = sweep.filled("/api/brands/{id}/");
    for json in ["application/json; charset=utf-8", "APPLICATION/JSON", "application/merge-patch+json"] {
        let request = sweep.admin.request(Method::PATCH, &path).header("content-type", json).body("{}");
        send(request).await.data();
    }
    send(sweep.admin.request(Method::PATCH, &path).body("{}")).await.data();
    sweep.end().await;
}

#[tokio::test]
async fn a_long_list_of_faults_stays_a_short_answer() {
    let sweep = Sweep::begin().await;
    let path = sweep.filled("/api/campaigns/{id}/");
    let answer = sweep.admin.patch(&path, json!({ "link_product": vec!["x"; 900] })).await;
    assert!(answer.body.len() < 2_000, "{}", answer.body.len());
    is_a_clear_error(&answer, &path, 400);
    sweep.end().await;
}
