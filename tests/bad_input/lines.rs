//! What is hardly HTTP at all, and sockets with odd parameters.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::Sweep;

/// Sends bytes and reads until the server has enough of them.
async fn says(sweep: &Sweep, bytes: &[u8]) -> String {
    let mut line = TcpStream::connect(sweep.app.host()).await.unwrap();
    // A server that has had enough may close while more is sent.
    let _cut_off_or_not = line.write_all(bytes).await;
    let _closed_or_not = line.shutdown().await;
    let mut answer = Vec::new();
    let _reset_or_not = line.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn lines_that_are_no_requests_harm_nobody() {
    let sweep = Sweep::begin().await;
    let headers = format!("GET /health HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(1_000));
    for nonsense in [
        "\0\0\0\0",
        "hello\r\n\r\n",
        "GET\r\n\r\n",
        "GET /health HTTP/9.9\r\n\r\n",
        "GET /health HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        "GET /hea\x01lth HTTP/1.1\r\nhost: x\r\n\r\n",
        "POST /api/brands/ HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "POST /api/brands/ HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
        &headers,
    ] {
        let answer = says(&sweep, nonsense.as_bytes()).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{nonsense:.60}: {answer}");
        assert!(!answer.starts_with("HTTP/1.1 2"), "{nonsense:.60}: {answer}");
    }
    // and: a body that stops in the middle stores nothing
    let token = sweep.admin.token();
    let half = format!(
        "POST /api/brands/ HTTP/1.1\r\nhost: x\r\nauthorization: Token {token}\r\ncontent-length: 100\r\n\r\n{{\"name\":\"Half\"}}"
    );
    let answer = says(&sweep, half.as_bytes()).await;
    assert!(!answer.contains(" 200 "), "{answer}");
    sweep.end().await;
}

#[tokio::test]
async fn odd_parameters_of_a_socket_are_no_obstacle() {
    let sweep = Sweep::begin().await;
    let token = sweep.admin.token();
    let campaign = &sweep.ids[2].1;
    for odd in [
        "&v=3",
        "&v=",
        "&product_id=none",
        "&speed=NaN",
        "&since=x",
        "&x=1&x=2",
        "&v=2&speed=-1",
        "&v=2&since=",
    ] {
        let mut socket = sweep.admin.opens(&format!("{campaign}/status/?token={token}{odd}")).await;
        let frame = socket.shows(|frame| frame.get("campaign").is_some()).await;
        assert_eq!(frame["campaign"]["id"], campaign.as_str(), "{odd}");
        socket.leaves().await;
    }
    sweep.end().await;
}
