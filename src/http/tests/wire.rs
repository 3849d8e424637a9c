//! The edge on a real socket: what the server below us does must not answer around it.

use std::net::SocketAddr;

use axum::ServiceExt as _;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::*;
use crate::limits;

/// Sends bytes as they are and reads all that comes back.
async fn exchange(pieces: &[&[u8]]) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = house(RateLimit::default(), "").into_make_service_with_connect_info::<SocketAddr>();
    let server = tokio::spawn(async move { axum::serve(listener, service).await });
    let mut socket = TcpStream::connect(address).await.unwrap();
    for piece in pieces {
        socket.write_all(piece).await.unwrap();
    }
    let mut answer = Vec::new();
    socket.read_to_end(&mut answer).await.unwrap();
    server.abort();
    String::from_utf8(answer).unwrap()
}

fn get_raw(path: &[u8]) -> Vec<u8> {
    [b"GET ", path, b" HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n"].concat()
}

#[tokio::test]
async fn the_peer_is_known_and_the_host_is_the_one_asked_for() {
    let answer = exchange(&[&get_raw(b"/api/seen")]).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
    assert!(answer.contains(r#""ip":"127.0.0.1""#) && answer.contains(r#""host":"h""#), "{answer}");
}

#[tokio::test]
async fn strange_paths_are_refused_in_the_envelope() {
    for path in ["/api/%ff", "/api/%", "/api/%zz/..", "/api/../etc/passwd", "//", "/api/users/%00"] {
        let answer = exchange(&[&get_raw(path.as_bytes())]).await;
        assert!(answer.contains("404 Not Found") || answer.contains("401 Unauthorized"), "{path}: {answer}");
        assert!(answer.contains(r#"{"success":false,"error":"#), "{path}: {answer}");
    }
    let raw = exchange(&[&get_raw(b"/api/brands/\xff\xfe/")]).await;
    assert!(raw.starts_with("HTTP/1.1 4"), "{raw}");
}

#[tokio::test]
async fn who_sends_too_much_still_gets_to_read_the_answer() {
    let body = vec![b'x'; 2 * limits::JSON_BODY_BYTES];
    let head = format!(
        "POST /api/brands/ HTTP/1.1\r\nhost: h\r\nas: manager\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    let answer = exchange(&[head.as_bytes(), &body]).await;
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
    assert!(
        answer.contains(r#"{"code":413,"message":"the body is larger than 2097152 bytes","data":null}"#),
        "{answer}"
    );
}

#[tokio::test]
async fn head_sends_no_body_even_for_failures() {
    let request = b"HEAD /api/nowhere HTTP/1.1\r\nhost: h\r\nconnection: close\r\n\r\n";
    let answer = exchange(&[request]).await;
    assert!(answer.starts_with("HTTP/1.1 404 Not Found\r\n") && answer.ends_with("\r\n\r\n"), "{answer}");
}
