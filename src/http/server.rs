use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::application;
use super::patience::Patient;
use crate::app::App;
use crate::limits;

/// Answers on `listeners` until the app stops; then finishes what is in flight, within a bound.
pub async fn serve(app: &App, listeners: Vec<TcpListener>) {
    let mut doors = JoinSet::new();
    let places = Arc::new(Semaphore::new(limits::HTTP_CONNECTIONS));
    for listener in listeners {
        doors.spawn(serve_one(app.clone(), listener, places.clone()));
    }
    doors.join_all().await;
}

async fn serve_one(app: App, listener: TcpListener, places: Arc<Semaphore>) {
    let service = application(&app);
    let connections = TaskTracker::new();
    loop {
        // Who finds no place waits in the listener's queue.
        let accepted = tokio::select! {
            accepted = async { (places.clone().acquire_owned().await, listener.accept().await) } => accepted,
            () = app.stop.cancelled() => break,
        };
        match accepted {
            (place, Ok((stream, peer))) => {
                let conversation = converse(service.clone(), stream, peer, app.stop.clone());
                drop(connections.spawn(async move {
                    conversation.await;
                    drop(place);
                }))
            }
            // Out of file descriptors, mostly: a moment later there may be some.
            (_, Err(error)) => {
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(limits::ACCEPT_PAUSE_MS)).await;
            }
        }
    }
    drop(listener);
    connections.close();
    let bound = Duration::from_secs(limits::SHUTDOWN_S);
    if tokio::time::timeout(bound, connections.wait()).await.is_err() {
        tracing::warn!("some requests did not end in time and are cut off");
    }
}

/// Answers one connection's requests until either side ends it.
async fn converse<S>(service: S, stream: TcpStream, peer: SocketAddr, stop: CancellationToken)
where
    S: tower::Service<Request, Response = Response, Error = Infallible> + Clone + Send + Sync + 'static,
    S::Future: Send,
{
    // Answers are whole when they are written: waiting for more would only delay them.
    let _unsupported = stream.set_nodelay(true);
    let service = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(peer));
        service.clone().oneshot(request)
    });
    let stream = Patient::new(stream, Duration::from_secs(limits::UNREAD_ANSWER_S));
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(limits::HEADER_READ_S))
        .max_buf_size(limits::HTTP_BUFFER_BYTES)
        .serve_connection(TokioIo::new(stream), service)
        .with_upgrades();
    let mut connection = pin!(connection);
    let result = tokio::select! {
        result = connection.as_mut() => result,
        () = stop.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = result {
        tracing::debug!(%error, %peer, "a connection ended early");
    }
}
