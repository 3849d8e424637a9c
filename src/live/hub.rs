use std::collections::HashMap;
use std::collections::hash_map::Entry::{Occupied, Vacant};
use std::sync::Arc;

use aggregates::brands::{Brand, BrandEvent};
use aggregates::campaigns::{Campaign, CampaignEvent};
use aggregates::{Decider, Fact, Recorded};
use chrono::{DateTime, Utc};
use sqlx::PgPool;
use tokio::sync::{Mutex, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::frame::Shown;
use crate::event_store::{AppendError, Loaded, Store};
use crate::limits;
use crate::projector::Projector;

/// The newest of a campaign; a slow reader skips what lies between.
pub type Subscription = watch::Receiver<Arc<Shown>>;

/// The campaigns that sockets of this node watch, each folded once.
#[derive(Clone)]
pub struct Hub(Arc<Inner>);

struct Inner {
    store: Store,
    projector: Projector,
    pool: PgPool,
    watched: Mutex<Watched>,
}

/// What is watched, folded up to `position`.
struct Watched {
    position: i64,
    campaigns: HashMap<Uuid, Entry>,
    /// With so many campaigns it is time to look for those that nobody watches any more.
    sweep_at: usize,
}

struct Entry {
    loaded: Loaded<Arc<Campaign>>,
    at: DateTime<Utc>,
    shown: watch::Sender<Arc<Shown>>,
}

impl Hub {
    /// Starts following the feed as far as the read tables are.
    pub fn start(store: Store, projector: Projector, pool: PgPool, stop: CancellationToken) -> Self {
        let position = projector.applied();
        let watched = Mutex::new(Watched {
            position,
            campaigns: HashMap::new(),
            sweep_at: limits::HUB_SWEEP_CAMPAIGNS,
        });
        let hub = Self(Arc::new(Inner { store, projector, pool, watched }));
        let follower = hub.clone();
        tokio::spawn(async move { stop.run_until_cancelled(follower.follow()).await });
        hub
    }

    /// The newest of a campaign from now on; none when it does not exist or is deleted.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn watch(&self, campaign: Uuid) -> Result<Option<Subscription>, AppendError> {
        if let Some(entry) = self.0.watched.lock().await.campaigns.get(&campaign) {
            return Ok((!entry.shown.borrow().is_gone).then(|| entry.shown.subscribe()));
        }
        // Another node may have begun it a moment ago (contract R7), and the tables may show it before this node
        // has heard how far they are: its first frame must not be older than the tables.
        let head = self.0.store.confirmed_head().await?;
        if !self.0.projector.wait(head, limits::VISIBLE_WITHIN).await {
            return Err(AppendError::Unavailable("the read tables are behind".into()));
        }
        let Some((loaded, applied)) = self.find(campaign).await? else { return Ok(None) };
        let at = self.recorded_at(loaded.position).await?;
        let mut watched = self.0.watched.lock().await;
        watched.sweep();
        // Subscribed before anything is sent: an entry without a receiver counts as one that nobody watches.
        let shown = match watched.campaigns.entry(campaign) {
            Occupied(place) => place.get().shown.subscribe(),
            Vacant(place) => {
                let shown = place.insert(self.entry(loaded, at)).shown.subscribe();
                // What the hub has passed since the load is in memory or one query away.
                let (from, to) = (applied, watched.position);
                if let Err(error) = self.catch_up(&mut watched, from, to, Some(campaign)).await {
                    // Half folded it would stay behind for ever: the hub itself is past those events.
                    watched.campaigns.remove(&campaign);
                    return Err(error);
                }
                shown
            }
        };
        let is_gone = shown.borrow().is_gone;
        Ok((!is_gone).then_some(shown))
    }

    /// How many campaigns are folded here.
    pub async fn watched_campaigns(&self) -> usize {
        self.0.watched.lock().await.campaigns.len()
    }

    /// A campaign that is there, and how far it is folded: as far as the read tables are known to be.
    async fn find(&self, campaign: Uuid) -> Result<Option<(Loaded<Campaign>, i64)>, AppendError> {
        let applied = self.0.projector.applied();
        if !self.is_live(campaign).await? {
            return Ok(None);
        }
        let loaded = self.0.store.load_until::<Campaign>(&campaign.to_string(), applied).await?;
        // The tables may show it before this node has heard that they do.
        Ok((loaded.sequence > 0).then_some((loaded, applied)))
    }

    async fn is_live(&self, campaign: Uuid) -> Result<bool, AppendError> {
        sqlx::query_scalar(
            "SELECT EXISTS (SELECT FROM campaigns WHERE id = $1 AND is_active AND brand_is_active)",
        )
        .bind(campaign)
        .fetch_one(&self.0.pool)
        .await
        .map_err(|error| crate::event_store::append::describe(&error))
    }

    async fn recorded_at(&self, position: i64) -> Result<DateTime<Utc>, AppendError> {
        sqlx::query_scalar("SELECT recorded_at FROM events WHERE position = $1")
            .bind(position)
            .fetch_optional(&self.0.pool)
            .await
            .map(|at| at.unwrap_or_default())
            .map_err(|error| crate::event_store::append::describe(&error))
    }

    fn entry(&self, loaded: Loaded<Campaign>, at: DateTime<Utc>) -> Entry {
        let campaign = Arc::new(loaded.state);
        let shown = self.shown(&campaign, loaded.position, at, false);
        let loaded = Loaded { state: campaign, sequence: loaded.sequence, position: loaded.position };
        Entry { loaded, at, shown: watch::Sender::new(Arc::new(shown)) }
    }

    fn shown(&self, campaign: &Arc<Campaign>, position: i64, at: DateTime<Utc>, is_gone: bool) -> Shown {
        Shown::new(campaign.clone(), position, at, self.0.store.feed().epoch().into(), is_gone)
    }

    async fn follow(&self) {
        let mut applied = self.0.projector.watch();
        loop {
            let target = *applied.borrow_and_update();
            // On a node that does not lead, the news of the projection can outrun the events themselves.
            self.0.store.feed().reach(target).await;
            let mut watched = self.0.watched.lock().await;
            let from = watched.position;
            match self.catch_up(&mut watched, from, target, None).await {
                Ok(()) => watched.position = target.max(from),
                Err(error) => {
                    tracing::warn!(%error, "sockets wait: the feed cannot be read");
                    drop(watched);
                    tokio::time::sleep(std::time::Duration::from_millis(limits::FEED_POLL_MS)).await;
                    continue;
                }
            }
            drop(watched);
            if applied.changed().await.is_err() {
                return;
            }
        }
    }

    /// Folds the events after `from` up to `to` in, of all campaigns or of one, and shows what changed.
    async fn catch_up(
        &self,
        watched: &mut Watched,
        from: i64,
        to: i64,
        only: Option<Uuid>,
    ) -> Result<(), AppendError> {
        let mut position = from;
        while position < to && !watched.campaigns.is_empty() {
            let events = self.0.store.feed().after(position, limits::LIVE_BATCH_EVENTS).await;
            let events = events.map_err(|error| crate::event_store::append::describe(&error))?;
            let Some(last) = events.last().map(|event| event.position) else {
                return Err(AppendError::Unavailable("the feed is behind the read tables".into()));
            };
            let mut changed = HashMap::new();
            for event in events.iter().take_while(|event| event.position <= to) {
                fold(watched, event, only, &mut changed);
            }
            // Page by page: should the next one be out of reach, nothing that was folded stays unshown.
            self.show(watched, changed, only);
            position = last;
        }
        Ok(())
    }

    fn show(&self, watched: &mut Watched, changed: HashMap<Uuid, bool>, only: Option<Uuid>) {
        for (campaign, is_gone) in changed {
            let Some(entry) = watched.campaigns.get(&campaign) else { continue };
            let shown = self.shown(&entry.loaded.state, entry.loaded.position, entry.at, is_gone);
            entry.shown.send_replace(Arc::new(shown));
            // Whoever asks for just one campaign is about to subscribe to it.
            let nobody_left = only.is_none() && entry.shown.receiver_count() == 0;
            if nobody_left || is_gone {
                watched.campaigns.remove(&campaign);
            }
        }
    }
}

impl Watched {
    /// Forgets campaigns that nobody watches; seldom enough that it costs nothing.
    fn sweep(&mut self) {
        if self.campaigns.len() >= self.sweep_at {
            self.campaigns.retain(|_, entry| entry.shown.receiver_count() > 0);
            self.sweep_at = limits::HUB_SWEEP_CAMPAIGNS.max(2 * self.campaigns.len());
        }
    }
}

/// Folds one event into the campaigns it concerns; notes them, and whether they are gone.
fn fold(watched: &mut Watched, event: &Arc<Recorded>, only: Option<Uuid>, changed: &mut HashMap<Uuid, bool>) {
    let Ok(id) = Uuid::parse_str(&event.aggregate_id) else { return };
    if &*event.aggregate_type == Brand::KIND
        && matches!(event.fact(), Fact::Brand(BrandEvent::BrandDeleted {}))
    {
        let gone = watched.campaigns.iter().filter(|(_, entry)| entry.loaded.state.brand == id);
        changed.extend(
            gone.filter(|(key, _)| only.is_none_or(|only| only == **key)).map(|(key, _)| (*key, true)),
        );
    }
    if &*event.aggregate_type != Campaign::KIND || only.is_some_and(|only| only != id) {
        return;
    }
    let Some(entry) = watched.campaigns.get_mut(&id) else { return };
    let Fact::Campaign(fact) = event.fact() else { return };
    if event.sequence <= entry.loaded.sequence {
        return;
    }
    Arc::make_mut(&mut entry.loaded.state).evolve(fact);
    entry.loaded.sequence = event.sequence;
    entry.loaded.position = event.position;
    entry.at = event.recorded_at;
    let is_gone = matches!(**fact, CampaignEvent::CampaignDeleted {});
    changed.entry(id).and_modify(|gone| *gone |= is_gone).or_insert(is_gone);
}
