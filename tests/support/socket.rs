use std::ops::Deref;

use futures::{SinkExt, StreamExt};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use super::wait::PATIENCE;

/// A browser's socket that watches a campaign. Every frame it gets must be newer than the one before.
pub(crate) struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    newest: i64,
}

/// One frame.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Frame(pub(crate) Value);

impl Deref for Frame {
    type Target = Value;

    fn deref(&self) -> &Value {
        &self.0
    }
}

impl Frame {
    /// The position in the log that it shows.
    pub(crate) fn seq(&self) -> i64 {
        self["seq"].as_i64().expect("a frame has a seq")
    }

    pub(crate) fn status(&self) -> &str {
        self["campaign"]["status"].as_str().expect("a campaign has a status")
    }

    /// The ids of its creators, in its order.
    pub(crate) fn creators(&self) -> Vec<&str> {
        let creators = self["creators"].as_array().expect("a frame lists creators");
        creators.iter().map(|creator| creator["id"].as_str().expect("a creator has an id")).collect()
    }
}

impl Socket {
    pub(crate) async fn open(url: &str) -> Self {
        let (stream, _) = connect_async(url).await.expect("the handshake is accepted");
        Self { stream, newest: 0 }
    }

    /// The next frame.
    pub(crate) async fn frame(&mut self) -> Frame {
        match self.next().await {
            Ok(frame) => frame,
            Err(close) => panic!("the socket closed instead of showing a frame: {close:?}"),
        }
    }

    /// Waits for a frame that shows what the test wants to see.
    pub(crate) async fn shows(&mut self, wanted: impl Fn(&Frame) -> bool) -> Frame {
        let seen = async {
            loop {
                let frame = self.frame().await;
                if wanted(&frame) {
                    return frame;
                }
            }
        };
        tokio::time::timeout(PATIENCE, seen).await.expect("a frame shows it in time")
    }

    /// Waits for the end and checks its code; frames before it are fine.
    pub(crate) async fn closes_with(mut self, code: u16) {
        let close = async {
            loop {
                if let Err(close) = self.next().await {
                    return close;
                }
            }
        };
        let close = tokio::time::timeout(PATIENCE, close).await.expect("the socket closes in time");
        let close = close.expect("the close says why");
        assert_eq!(u16::from(close.code), code, "{}", close.reason);
    }

    /// Sends something that no client should send.
    pub(crate) async fn sends(&mut self, message: Message) -> Result<(), Error> {
        self.stream.send(message).await
    }

    /// Leaves in good order.
    pub(crate) async fn leaves(mut self) {
        self.stream.close(None).await.expect("the socket closes");
        while let Some(Ok(_)) = self.stream.next().await {}
    }

    async fn next(&mut self) -> Result<Frame, Option<CloseFrame>> {
        loop {
            let message = tokio::time::timeout(PATIENCE, self.stream.next()).await.expect("a frame in time");
            match message {
                Some(Ok(Message::Text(text))) => {
                    let frame = Frame(serde_json::from_str(&text).expect("a frame is JSON"));
                    assert!(
                        frame.seq() > self.newest,
                        "frames come in order: {} after {}",
                        frame.seq(),
                        self.newest
                    );
                    self.newest = frame.seq();
                    return Ok(frame);
                }
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(close))) => return Err(close),
                Some(Ok(other)) => panic!("only text was expected: {other:?}"),
                Some(Err(_)) | None => return Err(None),
            }
        }
    }
}
