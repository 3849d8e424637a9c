//! A node with one kind of job that does what the test says.

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use serde_json::Value;
use sqlx::postgres::PgConnectOptions;
use tidemark::jobs::{Attempt, Ended, Job, JobHandler, Jobs, Stop};
use tokio_util::sync::CancellationToken;

use crate::support::{TestApp, eventually};

type Act = Box<dyn Fn(i32) -> Result<Value, Stop> + Send + Sync>;

/// The handler: what it does, what it was asked to try, and what it was told.
pub(crate) struct Script {
    act: Act,
    /// Announces an effect and then never comes back.
    pub(crate) hangs_in_effect: bool,
    tried: Mutex<Vec<String>>,
    told: Mutex<Vec<String>>,
    /// How often telling it fails first.
    pub(crate) deaf: Mutex<usize>,
}

impl Script {
    pub(crate) const KIND: &'static str = "test.act";
    pub(crate) const ATTEMPTS: i32 = 4;

    pub(crate) fn new(act: impl Fn(i32) -> Result<Value, Stop> + Send + Sync + 'static) -> Self {
        Self {
            act: Box::new(act),
            hangs_in_effect: false,
            tried: Mutex::default(),
            told: Mutex::default(),
            deaf: Mutex::default(),
        }
    }

    pub(crate) fn tried(&self) -> Vec<String> {
        self.tried.lock().unwrap().clone()
    }

    pub(crate) fn told(&self) -> Vec<String> {
        self.told.lock().unwrap().clone()
    }
}

/// The handler itself, so that the test keeps hold of the script.
struct Actor(Arc<Script>);

#[async_trait]
impl JobHandler for Actor {
    fn kind(&self) -> &'static str {
        Script::KIND
    }

    fn attempts(&self) -> i32 {
        Script::ATTEMPTS
    }

    async fn run(&self, attempt: &mut Attempt) -> Result<Value, Stop> {
        self.0.tried.lock().unwrap().push(attempt.job.key.clone());
        if self.0.hangs_in_effect {
            attempt.begin_effect().await?;
            std::future::pending::<()>().await;
        }
        (self.0.act)(attempt.job.attempts)
    }

    async fn ended(&self, job: &Job, ended: &Ended) -> Result<(), Stop> {
        let mut deaf = self.0.deaf.lock().unwrap();
        if *deaf > 0 {
            *deaf -= 1;
            return Err(Stop::retry("the log is away"));
        }
        self.0.told.lock().unwrap().push(format!("{}: {}", job.key, ended.ending.code()));
        Ok(())
    }
}

/// A node's jobs beside those of the app's own node, which knows nothing of this kind.
pub(crate) struct Work {
    pub(crate) jobs: Jobs,
    pub(crate) script: Arc<Script>,
    pub(crate) stop: CancellationToken,
}

impl Work {
    pub(crate) async fn begin(
        app: &TestApp,
        act: impl Fn(i32) -> Result<Value, Stop> + Send + Sync + 'static,
    ) -> Self {
        Self::with(app, Arc::new(Script::new(act)))
    }

    pub(crate) fn with(app: &TestApp, script: Arc<Script>) -> Self {
        let work = Self::idle(app, script);
        work.jobs.work(options(app));
        work
    }

    /// A node that takes nothing yet.
    pub(crate) fn idle(app: &TestApp, script: Arc<Script>) -> Self {
        let stop = CancellationToken::new();
        let jobs = Jobs::new(app.app.pool.clone(), app.app.projector.clone(), stop.clone());
        jobs.know(vec![Arc::new(Actor(script.clone()))]);
        Self { jobs, script, stop }
    }

    /// The job once it is over.
    pub(crate) async fn is_over(&self, key: &str) -> Job {
        eventually("the job is over", || async { self.find(key).await.filter(Job::is_over) }).await
    }

    /// The job once it waits after so many attempts.
    pub(crate) async fn waits(&self, key: &str, attempts: i32) -> Job {
        let waits = |job: &Job| job.state == "queued" && job.attempts == attempts && job.error.is_some();
        eventually("the job waits", || async { self.find(key).await.filter(waits) }).await
    }

    pub(crate) async fn find(&self, key: &str) -> Option<Job> {
        let jobs = self.jobs.list(&[Script::KIND], None, 1_000).await.unwrap();
        jobs.into_iter().find(|job| job.key == key)
    }

    pub(crate) async fn ends(self) {
        self.stop.cancel();
        self.jobs.stop_working().await;
    }
}

pub(crate) fn options(app: &TestApp) -> PgConnectOptions {
    (*app.app.pool.connect_options()).clone()
}
