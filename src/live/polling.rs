//! Asks campaigns' sources while somebody watches: one poll per task and interval in the whole cluster.
//!
//! A task lives as long as some node says that it has sockets for it, and a minute longer. Whoever moves a
//! task's `next_due` forward polls it, so two nodes never poll the same interval; a failing source is asked
//! less and less often. Answers go through the same commands as a person's; an unchanged one appends nothing.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use aggregates::campaigns::Campaign;
use chrono::{DateTime, SecondsFormat, Utc};
use sqlx::PgPool;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{delta, source};
use crate::auth::Secret;
use crate::config::Config;
use crate::event_store::{Context, ExecuteError, Store};
use crate::limits;

/// A campaign and, unless nil, one product of it.
type Task = (Uuid, Uuid);

/// One node's part in polling.
#[derive(Clone)]
pub struct Polling(Arc<Inner>);

struct Inner {
    /// None: nothing is polled.
    template: Option<Secret>,
    interval_s: f64,
    node: Uuid,
    pool: PgPool,
    store: Store,
    client: reqwest::Client,
    sockets: Mutex<HashMap<Task, usize>>,
    /// One question for all who watch.
    states: moka::future::Cache<Task, Option<SourceState>>,
    turns: Arc<Semaphore>,
}

/// A line of active_polling_tasks.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct ActiveTask {
    /// The campaign.
    pub campaign_id: Uuid,
    /// Nil: the whole campaign.
    pub product_id: Uuid,
    /// When it was last asked.
    pub last_poll: Option<DateTime<Utc>>,
}

/// Keeps a task alive while its socket is open, and tells how its source is.
pub struct Watching {
    polling: Polling,
    task: Task,
    told: Option<SourceState>,
    look_due: tokio::time::Instant,
}

/// How a source is: `ok`, `stale` or `stopped`, and when it was last asked.
type SourceState = (&'static str, Option<DateTime<Utc>>);

impl Watching {
    /// Waits until the source's state is another, and says it as a frame. Without polling it waits for ever.
    pub(super) async fn source_changed(&mut self) -> String {
        if self.polling.0.template.is_none() {
            return std::future::pending().await;
        }
        loop {
            tokio::time::sleep_until(self.look_due).await;
            let state = self.polling.remembered_state(self.task).await;
            self.look_due = tokio::time::Instant::now() + Duration::from_secs(limits::SOURCE_LOOK_S);
            match state {
                Ok(Some(state)) if self.told != Some(state) => {
                    self.told = Some(state);
                    let last_poll = state.1.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true));
                    return delta::source(state.0, last_poll);
                }
                Ok(_) => {}
                Err(error) => tracing::debug!(%error, "a source's state cannot be read"),
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let last = self.polling.count(self.task, |count| count.saturating_sub(1)) == 0;
        if last && self.polling.0.template.is_some() {
            let (polling, task) = (self.polling.clone(), self.task);
            tokio::spawn(async move {
                if let Err(error) = polling.renew(&[task]).await {
                    tracing::debug!(%error, "the end of a polling task will be noticed a little later");
                }
            });
        }
    }
}

impl Polling {
    /// Starts polling what this node's sockets watch.
    pub fn start(config: &Config, store: Store, pool: PgPool, stop: CancellationToken) -> Self {
        let polling = Self(Arc::new(Inner {
            template: config.campaign_status_url.clone(),
            interval_s: f64::from(config.poll_interval_s),
            node: Uuid::now_v7(),
            pool,
            store,
            client: reqwest::Client::new(),
            sockets: Mutex::default(),
            states: moka::future::Cache::builder()
                .max_capacity(limits::SOURCE_STATES)
                .time_to_live(Duration::from_secs(limits::SOURCE_LOOK_S))
                .build(),
            turns: Arc::new(Semaphore::new(limits::POLLS_AT_ONCE)),
        }));
        if polling.0.template.is_some() {
            let runner = polling.clone();
            tokio::spawn(async move { stop.run_until_cancelled(runner.run()).await });
        }
        polling
    }

    /// Notes a new socket; it also starts a stopped task again.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watch(&self, campaign: Uuid, product: Option<Uuid>) -> sqlx::Result<Watching> {
        let task = (campaign, product.unwrap_or_default());
        self.count(task, |count| count + 1);
        let look_due = tokio::time::Instant::now();
        let watching = Watching { polling: self.clone(), task, told: None, look_due };
        if self.0.template.is_some() {
            sqlx::query(
                "INSERT INTO polling_tasks (campaign_id, product_id) VALUES ($1, $2) \
                 ON CONFLICT (campaign_id, product_id) DO UPDATE SET stopped = false \
                 WHERE polling_tasks.stopped",
            )
            .bind(task.0)
            .bind(task.1)
            .execute(&self.0.pool)
            .await?;
            self.renew(&[task]).await?;
        }
        Ok(watching)
    }

    /// Stops the polling of a campaign, or of one product of it, until a new socket connects.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn stop(&self, campaign: Uuid, product: Option<Uuid>) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE polling_tasks SET stopped = true WHERE campaign_id = $1 AND ($2::uuid IS NULL OR product_id = $2)",
        )
        .bind(campaign)
        .bind(product)
        .execute(&self.0.pool)
        .await?;
        Ok(())
    }

    /// What the whole cluster polls.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn active(&self) -> sqlx::Result<Vec<ActiveTask>> {
        sqlx::query_as(
            "SELECT campaign_id, product_id, last_poll FROM polling_tasks t \
              WHERE NOT stopped AND EXISTS (SELECT FROM polling_watchers w WHERE w.campaign_id = t.campaign_id \
                    AND w.product_id = t.product_id AND w.until > clock_timestamp()) \
                AND EXISTS (SELECT FROM campaigns c WHERE c.id = t.campaign_id AND c.is_active AND c.brand_is_active) \
              ORDER BY campaign_id, product_id",
        )
        .fetch_all(&self.0.pool)
        .await
    }

    async fn remembered_state(&self, task: Task) -> Result<Option<SourceState>, Arc<sqlx::Error>> {
        self.0.states.try_get_with(task, self.source_state(task)).await
    }

    async fn source_state(&self, task: Task) -> sqlx::Result<Option<SourceState>> {
        let found: Option<(bool, i32, Option<DateTime<Utc>>)> = sqlx::query_as(
            "SELECT stopped, failures, last_poll FROM polling_tasks WHERE campaign_id = $1 AND product_id = $2",
        )
        .bind(task.0)
        .bind(task.1)
        .fetch_optional(&self.0.pool)
        .await?;
        Ok(found.map(|(stopped, failures, last_poll)| match (stopped, failures) {
            (true, _) => ("stopped", last_poll),
            (false, 0) => ("ok", last_poll),
            (false, _) => ("stale", last_poll),
        }))
    }

    /// Seconds between two polls, as set.
    pub fn interval_s(&self) -> u32 {
        self.0.interval_s as u32
    }

    fn count(&self, task: Task, change: impl FnOnce(usize) -> usize) -> usize {
        let mut sockets = self.0.sockets.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let count = change(sockets.get(&task).copied().unwrap_or(0));
        if count == 0 {
            sockets.remove(&task);
        } else {
            sockets.insert(task, count);
        }
        count
    }

    fn watched(&self) -> Vec<Task> {
        self.0.sockets.lock().unwrap_or_else(std::sync::PoisonError::into_inner).keys().copied().collect()
    }

    /// Says that this node has had sockets for these tasks until now: they live a minute longer.
    async fn renew(&self, tasks: &[Task]) -> sqlx::Result<()> {
        let (campaigns, products): (Vec<Uuid>, Vec<Uuid>) = tasks.iter().copied().unzip();
        sqlx::query(
            "INSERT INTO polling_watchers (campaign_id, product_id, node, until) \
             SELECT c, p, $3, clock_timestamp() + make_interval(secs => $4) FROM UNNEST($1::uuid[], $2::uuid[]) AS t(c, p) \
             ON CONFLICT (campaign_id, product_id, node) DO UPDATE SET until = excluded.until",
        )
        .bind(campaigns)
        .bind(products)
        .bind(self.0.node)
        .bind(limits::POLL_LINGER_S as f64)
        .execute(&self.0.pool)
        .await?;
        Ok(())
    }

    async fn run(&self) {
        let mut renew_due = tokio::time::Instant::now();
        let linger = Duration::from_secs(limits::POLL_LINGER_S + limits::POLL_RENEW_S);
        let mut interested_until = tokio::time::Instant::now();
        loop {
            tokio::time::sleep(Duration::from_millis(limits::POLL_TICK_MS)).await;
            let now = tokio::time::Instant::now();
            let watched = self.watched();
            if !watched.is_empty() {
                interested_until = now + linger;
                if now >= renew_due {
                    renew_due = now + Duration::from_secs(limits::POLL_RENEW_S);
                    if let Err(error) = self.renew(&watched).await {
                        tracing::warn!(%error, "polling tasks cannot be renewed");
                    }
                }
            }
            if now < interested_until
                && let Err(error) = self.poll_due().await
            {
                tracing::warn!(%error, "due polls cannot be read");
            }
        }
    }

    /// Takes the due tasks that no other node has taken, and polls them.
    async fn poll_due(&self) -> sqlx::Result<()> {
        let free = self.0.turns.available_permits();
        let due: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "UPDATE polling_tasks t SET next_due = clock_timestamp() + make_interval(secs => $1) \
              WHERE (t.campaign_id, t.product_id) IN ( \
                SELECT d.campaign_id, d.product_id FROM polling_tasks d \
                 WHERE d.next_due <= clock_timestamp() AND NOT d.stopped \
                   AND EXISTS (SELECT FROM polling_watchers w WHERE w.campaign_id = d.campaign_id \
                               AND w.product_id = d.product_id AND w.until > clock_timestamp()) \
                   AND EXISTS (SELECT FROM campaigns c WHERE c.id = d.campaign_id AND c.is_active AND c.brand_is_active) \
                 ORDER BY d.next_due LIMIT $2 FOR UPDATE SKIP LOCKED) \
              RETURNING t.campaign_id, t.product_id",
        )
        .bind(self.0.interval_s)
        .bind(free as i64)
        .fetch_all(&self.0.pool)
        .await?;
        for task in due {
            let Ok(turn) = self.0.turns.clone().acquire_owned().await else { return Ok(()) };
            let polling = self.clone();
            tokio::spawn(async move {
                polling.poll(task).await;
                drop(turn);
            });
        }
        Ok(())
    }

    async fn poll(&self, task: Task) {
        let started = std::time::Instant::now();
        let result = self.poll_once(task).await;
        let outcome = if result.is_ok() { "ok" } else { "failed" };
        metrics::histogram!("tidemark_poll_duration_seconds").record(started.elapsed().as_secs_f64());
        metrics::counter!("tidemark_polls_total", "outcome" => outcome).increment(1);
        if let Err(error) = &result {
            tracing::warn!(campaign = %task.0, error, "a campaign's source could not be taken in");
        }
        if let Err(error) = self.note(task, result.err()).await {
            tracing::warn!(%error, "a poll could not be written down");
        }
    }

    async fn poll_once(&self, (campaign, product): Task) -> Result<(), String> {
        let Some(template) = &self.0.template else { return Ok(()) };
        let product = Some(product).filter(|product| !product.is_nil());
        let mut command = source::ask(&self.0.client, template.expose(), campaign, product).await?;
        if let Some(product) = product {
            let known = self.0.store.load::<Campaign>(&campaign.to_string()).await;
            source::attribute(&mut command, &known.map_err(|error| error.to_string())?.state, product);
        }
        let context = Context::system("poller", "poll", Uuid::now_v7().to_string());
        match self.0.store.execute::<Campaign>(&campaign.to_string(), command, &context).await {
            Ok(_) | Err(ExecuteError::Refused(aggregates::Refusal::NotFound(_))) => Ok(()),
            Err(ExecuteError::ClaimMissing { .. }) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// After a failure the pause doubles, up to a bound.
    async fn note(&self, task: Task, error: Option<String>) -> sqlx::Result<()> {
        sqlx::query(
            "UPDATE polling_tasks SET last_poll = clock_timestamp(), last_error = $3, \
                 failures = CASE WHEN $3::text IS NULL THEN 0 ELSE failures + 1 END, \
                 next_due = CASE WHEN $3::text IS NULL THEN next_due ELSE clock_timestamp() + make_interval(secs => \
                     greatest($4, least($5, $4 * power(2, least(failures + 1, 20))))) END \
              WHERE campaign_id = $1 AND product_id = $2",
        )
        .bind(task.0)
        .bind(task.1)
        .bind(error)
        .bind(self.0.interval_s)
        .bind(limits::POLL_BACKOFF_MAX_S)
        .execute(&self.0.pool)
        .await?;
        Ok(())
    }
}
