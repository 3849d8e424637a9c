use std::pin::pin;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use futures::stream::FuturesUnordered;
use futures::{FutureExt, SinkExt, Stream, StreamExt};
use metrics::Counter;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::hub::Subscription;
use super::polling::Watching;
use super::session::{CloseCode, Input, Session, Step};
use super::telling::Telling;
use crate::limits;

/// What a socket shows.
pub enum Showing {
    /// A full frame after each change (contract §2, v1).
    Full(Subscription, Option<Uuid>, Box<Watching>),
    /// Snapshots and deltas (v2), with how the campaign's source is.
    Deltas(Box<Telling>),
}

/// Something to send, or the reason why not.
enum Shown {
    Frame(Utf8Bytes),
    Other(Input),
}

impl Showing {
    /// What comes next; may be dropped while it waits.
    async fn next(&mut self) -> Shown {
        match self {
            Self::Full(shown, product, _) => {
                if shown.changed().await.is_err() {
                    return Shown::Other(Input::Deleted);
                }
                let newest = shown.borrow_and_update();
                if newest.is_gone {
                    Shown::Other(Input::Deleted)
                } else {
                    Shown::Frame(newest.frame(*product))
                }
            }
            Self::Deltas(telling) => match telling.next().await {
                Ok(Some(framed)) => Shown::Frame(framed.text),
                Ok(None) => Shown::Other(Input::Deleted),
                Err(error) => {
                    tracing::warn!(%error, "a socket's history cannot be read");
                    Shown::Other(Input::Failed)
                }
            },
        }
    }

    /// The frame that goes with a ping, for those who asked for it.
    fn ping(&self) -> Option<Utf8Bytes> {
        match self {
            Self::Full(..) => None,
            Self::Deltas(telling) => Some(telling.ping()),
        }
    }

    /// The frame before a close, for those who asked for it.
    fn closing(&self, code: CloseCode) -> Option<Utf8Bytes> {
        match self {
            Self::Full(..) => None,
            Self::Deltas(telling) => Some(telling.closing(code).text),
        }
    }
}

/// Shows a campaign to one client until either side has enough, or `revoked` is done; or says why not.
pub async fn serve(
    mut socket: WebSocket,
    showing: Result<(Showing, impl Future<Output = ()>), CloseCode>,
    stop: CancellationToken,
) {
    let counted = Counted::new();
    match showing {
        Ok((showing, revoked)) => {
            let ends = FuturesUnordered::new();
            ends.push(stop.cancelled_owned().map(|()| Input::Stopping).left_future());
            ends.push(revoked.map(|()| Input::Revoked).right_future());
            show(&mut socket, showing, ends, &counted.frames).await;
        }
        Err(code) => close(&mut socket, code, None).await,
    }
}

/// `ends` is what seldom happens and is looked at only when it does: thousands of sockets wake for each frame.
async fn show(
    socket: &mut WebSocket,
    mut showing: Showing,
    mut ends: impl Stream<Item = Input> + Unpin,
    frames: &Counter,
) {
    let mut session = Session::default();
    let ping_every = Duration::from_secs(limits::SOCKET_PING_S);
    let mut ping = pin!(tokio::time::sleep(ping_every));
    if let Showing::Full(shown, ..) = &mut showing {
        shown.mark_changed();
    }
    loop {
        let mut frame = None;
        let input = tokio::select! {
            biased;
            Some(end) = ends.next() => end,
            shown = showing.next() => match shown {
                Shown::Frame(text) => {
                    frame = Some(text);
                    Input::Changed
                }
                Shown::Other(input) => input,
            },
            received = socket.recv() => understand(received),
            () = &mut ping => {
                ping.as_mut().reset(Instant::now() + ping_every);
                Input::PingDue
            }
        };
        let mut step = session.on(input);
        if step == Step::Ping {
            frame = showing.ping();
            let ping = Message::Ping(axum::body::Bytes::new());
            step = send(socket, ping, frames).await.map_or_else(|failed| session.on(failed), |()| Step::Show);
        }
        if step == Step::Show
            && let Some(text) = frame
        {
            step = send(socket, Message::Text(text), frames)
                .await
                .map_or_else(|failed| session.on(failed), |()| Step::Wait);
        }
        match step {
            Step::Close(code) => return close(socket, code, showing.closing(code)).await,
            // A client that closed is owed the answer to its close, which waits in the buffer.
            Step::End => {
                let _gone = timeout(Duration::from_secs(limits::SOCKET_CLOSE_S), socket.flush()).await;
                return;
            }
            Step::Wait | Step::Show | Step::Ping => {}
        }
    }
}

fn understand(received: Option<Result<Message, axum::Error>>) -> Input {
    match received {
        Some(Ok(Message::Pong(_))) => Input::Pong,
        Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_))) => Input::Frame,
        Some(Err(_)) => Input::Unreadable,
        Some(Ok(Message::Close(_))) | None => Input::Gone,
    }
}

async fn send(socket: &mut WebSocket, message: Message, frames: &Counter) -> Result<(), Input> {
    match timeout(Duration::from_secs(limits::SOCKET_SEND_S), socket.send(message)).await {
        Ok(Ok(())) => {
            frames.increment(1);
            Ok(())
        }
        Ok(Err(_)) => Err(Input::Gone),
        Err(_) => Err(Input::SendTimedOut),
    }
}

/// Says why, and waits a moment for the client to hear it and close in turn.
async fn close(socket: &mut WebSocket, code: CloseCode, last: Option<Utf8Bytes>) {
    metrics::counter!("tidemark_socket_closes_total", "code" => code.number().to_string()).increment(1);
    let frame = CloseFrame { code: code.number(), reason: code.reason().into() };
    let farewell = async {
        if let Some(last) = last {
            socket.send(Message::Text(last)).await?;
        }
        socket.send(Message::Close(Some(frame))).await?;
        while let Some(Ok(message)) = socket.recv().await {
            if matches!(message, Message::Close(_)) {
                break;
            }
        }
        socket.close().await
    };
    let _heard_or_not = timeout(Duration::from_secs(limits::SOCKET_CLOSE_S), farewell).await;
}

/// Counts open sockets and their frames for /metrics.
struct Counted {
    frames: Counter,
}

impl Counted {
    fn new() -> Self {
        metrics::gauge!("tidemark_sockets").increment(1.0);
        Self { frames: metrics::counter!("tidemark_socket_frames_total") }
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("tidemark_sockets").decrement(1.0);
    }
}
