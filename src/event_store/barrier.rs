//! Confirms the log's head for reads from memory: one query serves all who wait.

use sqlx::postgres::{PgConnectOptions, PgConnection};
use tokio::sync::{mpsc, oneshot};

use super::append::{self, AppendError};
use crate::{database, limits};

type Answer = oneshot::Sender<Result<i64, AppendError>>;

/// Handle of the task that asks for the head.
#[derive(Clone)]
pub(super) struct Barrier(mpsc::Sender<Answer>);

impl Barrier {
    pub(super) fn start(options: PgConnectOptions) -> Self {
        let (sender, receiver) = mpsc::channel(limits::BARRIER_QUEUE);
        tokio::spawn(run(options, receiver));
        Self(sender)
    }

    pub(super) async fn confirm(&self) -> Result<i64, AppendError> {
        let stopped = || AppendError::Unavailable("the event store has stopped".into());
        let (answer, answered) = oneshot::channel();
        self.0.send(answer).await.map_err(|_| stopped())?;
        answered.await.map_err(|_| stopped())?
    }
}

async fn run(options: PgConnectOptions, mut waiting: mpsc::Receiver<Answer>) {
    let mut connection = None;
    let mut group = Vec::new();
    while waiting.recv_many(&mut group, limits::BARRIER_QUEUE).await > 0 {
        let head = database::in_time(read(&options, &mut connection)).await;
        let head = head.map_err(|error| append::describe(&error));
        if head.is_err() {
            connection = None;
        }
        for answer in group.drain(..) {
            let _gone = answer.send(head.clone());
        }
    }
}

async fn read(options: &PgConnectOptions, kept: &mut Option<PgConnection>) -> sqlx::Result<i64> {
    let connection = match kept {
        Some(connection) => connection,
        None => kept.insert(database::connect(options, "SET statement_timeout = '5s'").await?),
    };
    sqlx::query_scalar("SELECT position FROM log_head").fetch_one(connection).await
}
