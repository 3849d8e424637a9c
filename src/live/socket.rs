use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::SinkExt;
use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::hub::Subscription;
use super::session::{CloseCode, Input, Session, Step};
use crate::limits;

/// Shows a campaign to one client until either side has enough.
pub async fn serve(mut socket: WebSocket, shown: Result<Subscription, CloseCode>, product: Option<Uuid>, stop: CancellationToken) {
    let _counted = Counted::new();
    match shown {
        Ok(shown) => show(&mut socket, shown, product, stop).await,
        Err(code) => close(&mut socket, code).await,
    }
}

async fn show(socket: &mut WebSocket, mut shown: Subscription, product: Option<Uuid>, stop: CancellationToken) {
    let mut session = Session::default();
    let ping_every = Duration::from_secs(limits::SOCKET_PING_S);
    let mut ping_due = Instant::now() + ping_every;
    shown.mark_changed();
    loop {
        let input = tokio::select! {
            biased;
            () = stop.cancelled() => Input::Stopping,
            changed = shown.changed() => match changed {
                Ok(()) => newest(&mut shown),
                Err(_) => Input::Changed { position: 0, is_gone: true },
            },
            received = socket.recv() => understand(received),
            () = tokio::time::sleep_until(ping_due) => {
                ping_due = Instant::now() + ping_every;
                Input::PingDue
            }
        };
        let step = match session.on(input) {
            Step::Show => {
                let frame = shown.borrow().frame(product);
                send(socket, Message::Text(frame)).await.map_or_else(|failed| session.on(failed), |()| Step::Wait)
            }
            Step::Ping => {
                let ping = Message::Ping(axum::body::Bytes::new());
                send(socket, ping).await.map_or_else(|failed| session.on(failed), |()| Step::Wait)
            }
            step => step,
        };
        match step {
            Step::Close(code) => return close(socket, code).await,
            Step::End => return,
            Step::Wait | Step::Show | Step::Ping => {}
        }
    }
}

fn newest(shown: &mut Subscription) -> Input {
    let newest = shown.borrow_and_update();
    Input::Changed { position: newest.position, is_gone: newest.is_gone }
}

fn understand(received: Option<Result<Message, axum::Error>>) -> Input {
    match received {
        Some(Ok(Message::Pong(_))) => Input::Pong,
        Some(Ok(Message::Text(_) | Message::Binary(_) | Message::Ping(_))) => Input::Frame,
        Some(Ok(Message::Close(_)) | Err(_)) | None => Input::Gone,
    }
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), Input> {
    match timeout(Duration::from_secs(limits::SOCKET_SEND_S), socket.send(message)).await {
        Ok(Ok(())) => {
            metrics::counter!("tidemark_socket_frames_total").increment(1);
            Ok(())
        }
        Ok(Err(_)) => Err(Input::Gone),
        Err(_) => Err(Input::SendTimedOut),
    }
}

/// Says why, and waits a moment for the client to hear it and close in turn.
async fn close(socket: &mut WebSocket, code: CloseCode) {
    metrics::counter!("tidemark_socket_closes_total", "code" => code.number().to_string()).increment(1);
    let frame = CloseFrame { code: code.number(), reason: code.reason().into() };
    let farewell = async {
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

/// Counts open sockets for /metrics.
struct Counted;

impl Counted {
    fn new() -> Self {
        metrics::gauge!("tidemark_sockets").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        metrics::gauge!("tidemark_sockets").decrement(1.0);
    }
}
