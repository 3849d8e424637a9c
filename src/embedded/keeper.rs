//! The task that owns the running server: starts it again when it dies by itself, obeys `stop` and `start`.

use std::process::ExitStatus;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::time::sleep;

use super::error::EmbeddedError;
use super::process::{Launcher, Run};

/// The pauses before a server that died is started again.
const PAUSE_MIN: Duration = Duration::from_millis(100);
const PAUSE_MAX: Duration = Duration::from_secs(10);

/// What the owner may ask; each is answered when it is done.
pub(super) enum Order {
    Stop(oneshot::Sender<()>),
    Start(oneshot::Sender<Result<(), EmbeddedError>>),
}

/// What the keeper has in hand.
enum State {
    Running(Run),
    /// Stopped on request.
    Resting,
    /// Died, and did not come back yet.
    Fallen {
        pause: Duration,
    },
}

/// What woke the keeper.
enum Wake {
    Order(Order),
    Abandoned,
    Died(Option<ExitStatus>),
    PauseOver,
}

/// Keeps the server until the sender of orders is dropped; then stops it.
pub(super) async fn keep(launcher: Launcher, run: Run, mut orders: mpsc::Receiver<Order>) {
    let mut state = State::Running(run);
    loop {
        state = match next(&mut state, &mut orders).await {
            Wake::Order(Order::Stop(done)) => {
                rest(state, &launcher).await;
                // Whoever asked may have gone away.
                let _ = done.send(());
                State::Resting
            }
            Wake::Order(Order::Start(done)) => start(state, &launcher, done).await,
            Wake::Abandoned => return rest(state, &launcher).await,
            Wake::Died(status) => {
                let status = status.map_or_else(|| "unknown".to_owned(), |status| status.to_string());
                tracing::error!(%status, "the embedded PostgreSQL ended by itself; starting it again");
                State::Fallen { pause: PAUSE_MIN }
            }
            Wake::PauseOver => revive(state, &launcher).await,
        };
    }
}

async fn next(state: &mut State, orders: &mut mpsc::Receiver<Order>) -> Wake {
    let order = async { orders.recv().await.map_or(Wake::Abandoned, Wake::Order) };
    match state {
        State::Resting => order.await,
        State::Running(run) => tokio::select! {
            wake = order => wake,
            status = run.ended() => Wake::Died(status),
        },
        State::Fallen { pause } => tokio::select! {
            wake = order => wake,
            () = sleep(*pause) => Wake::PauseOver,
        },
    }
}

async fn rest(state: State, launcher: &Launcher) {
    if let State::Running(run) = state {
        run.stop(&launcher.layout.cluster).await;
    }
}

async fn start(state: State, launcher: &Launcher, done: oneshot::Sender<Result<(), EmbeddedError>>) -> State {
    let (state, answer) = match state {
        State::Running(run) => (State::Running(run), Ok(())),
        state => match launcher.launch().await {
            Ok(run) => (State::Running(run), Ok(())),
            Err(error) => (state, Err(error)),
        },
    };
    let _ = done.send(answer);
    state
}

async fn revive(state: State, launcher: &Launcher) -> State {
    let State::Fallen { pause } = state else { return state };
    match launcher.launch().await {
        Ok(run) => {
            tracing::info!("the embedded PostgreSQL runs again");
            State::Running(run)
        }
        Err(error) => {
            let pause = (pause * 2).min(PAUSE_MAX);
            tracing::error!(%error, retry_in_ms = pause.as_millis(), "the embedded PostgreSQL does not start");
            State::Fallen { pause }
        }
    }
}
