//! The parts of a running node, wired together: what handlers see.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::adapters::drive::Drive;
use crate::adapters::shops::Shops;
use crate::answers::{Changes, Memory};
use crate::auth::Auth;
use crate::config::Config;
use crate::copywriting::{Copywriter, Trends};
use crate::crawl::Crawler;
use crate::event_store::Store;
use crate::jobs::{self, Jobs};
use crate::live::{Hub, Polling};
use crate::machine::Machine;
use crate::observations::Observations;
use crate::projector::{Applied, Projector};
use crate::{alerts, copywriting, database, housekeeping, limits, reactions};

/// A running node. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Parts>);

/// The parts.
pub struct Parts {
    /// The settings.
    pub config: Config,
    /// Short queries; finds read tables without naming their schema.
    pub pool: PgPool,
    /// The log.
    pub store: Store,
    /// The read tables' keeper.
    pub projector: Projector,
    /// The intake of observations.
    pub observations: Observations,
    /// The visits to listings' pages.
    pub crawler: Crawler,
    /// Who is asking.
    pub auth: Auth,
    /// Remembered answers.
    pub memory: Memory,
    /// Campaigns as sockets see them.
    pub hub: Hub,
    /// The polling of campaigns.
    pub polling: Polling,
    /// Lets models write.
    pub copywriter: Copywriter,
    /// What is talked about elsewhere.
    pub trends: Trends,
    /// How busy the machine is.
    pub machine: Machine,
    /// Durable work on the outside.
    pub jobs: Jobs,
    /// The drive that sheets come from, if one is configured.
    pub drive: Option<Drive>,
    /// Open sockets, so that a stop can wait until they have heard of it.
    pub sockets: TaskTracker,
    /// Cancelled when the node is to stop.
    pub stop: CancellationToken,
}

impl Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl App {
    /// Starts every part on a migrated database.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn start(config: Config, options: PgConnectOptions) -> sqlx::Result<Self> {
        let projections = projections::all();
        let applied = Applied::of(projections.iter().map(|projection| projection.name()).collect());
        let pool = database::pool_of_node(&options, applied.clone());
        let mut changes = Changes::default();
        let store = Store::start(&options, pool.clone(), |head| {
            changes = Changes::starting_after(head);
            let changes = changes.clone();
            Arc::new(move |events| changes.note(events))
        })
        .await?;
        let stop = CancellationToken::new();
        let projector = Projector::start(options.clone(), store.clone(), projections, applied);
        let observations = Observations::new(store.clone(), pool.clone(), projector.clone());
        let shops = Shops::new(&config).map_err(|error| sqlx::Error::Configuration(error.into()))?;
        let crawler = Crawler::start(shops, observations.clone(), store.clone(), pool.clone(), stop.clone());
        let auth = Auth::new(pool.clone());
        let hub = Hub::start(store.clone(), projector.clone(), pool.clone(), stop.clone());
        let polling = Polling::start(&config, store.clone(), pool.clone(), stop.clone());
        let copywriter = Copywriter::new(config.models.clone());
        let (trends, wanted) = Trends::new();
        let machine = Machine::watch(config.data_dir.clone(), stop.clone());
        let jobs = Jobs::new(pool.clone(), projector.clone(), stop.clone());
        let drive = Drive::of(&config);
        let app = Self(Arc::new(Parts {
            drive,
            config,
            copywriter,
            trends,
            machine,
            memory: Memory::new(changes),
            pool,
            store,
            projector,
            observations,
            crawler,
            auth,
            hub,
            polling,
            jobs,
            sockets: TaskTracker::new(),
            stop,
        }));
        app.jobs.know(jobs::handlers::all(&app));
        reactions::register(&app.pool, &reactions::all()).await?;
        let keeper = housekeeping::run(app.pool.clone(), app.projector.clone());
        let stopped = app.stop.clone();
        tokio::spawn(async move { stopped.run_until_cancelled(keeper).await });
        let (looking, stopped) = (housekeeping::disk::watch(app.clone()), app.stop.clone());
        tokio::spawn(async move { stopped.run_until_cancelled(looking).await });
        let (fetching, stopped) = (copywriting::run(app.clone(), wanted), app.stop.clone());
        tokio::spawn(async move { stopped.run_until_cancelled(fetching).await });
        let follower = app.clone();
        tokio::spawn(async move { follower.auth.follow_changes(follower.stop.clone()).await });
        Ok(app)
    }

    /// The zone of family M's times and days.
    pub fn zone(&self) -> projections::Zone {
        projections::Zone(self.config.timezone)
    }

    /// Makes this node do its part of the cluster's jobs, and react to events when no other does. A sub-command
    /// leaves that to servers.
    pub fn work(&self, options: PgConnectOptions) {
        self.jobs.work(options.clone());
        tokio::spawn(alerts::run(self.clone(), options.clone()));
        let (store, jobs, stop) = (self.store.clone(), self.jobs.clone(), self.stop.clone());
        tokio::spawn(reactions::run(options, store, jobs, reactions::all(), stop));
    }

    /// Ends what runs in the background: sockets first, then jobs, projecting last.
    pub async fn shut_down(&self) {
        self.stop.cancel();
        self.sockets.close();
        let bound = Duration::from_secs(limits::SOCKET_CLOSE_S);
        let _heard_or_not = tokio::time::timeout(bound, self.sockets.wait()).await;
        self.jobs.stop_working().await;
        self.projector.stop();
        self.pool.close().await;
    }
}
